// #[storage::worker(name = "media-storage")]
// struct MediaStorage {
//     assets: Bucket<UserAssets>,
// }

struct MediaStorage {
    assets: Bucket<UserAssets>,
}
#[automatically_derived]
impl ::storage::__private::DeclareApp for MediaStorage {
    const SPEC: ::storage::__private::AppSpec = ::storage::__private::AppSpec::new(
            "media-storage",
            &[
                ::storage::__private::FieldSpec::new(
                        "assets",
                        <Bucket<UserAssets> as ::storage::__private::Handle>::RESOURCE,
                    )
                    .grants(<Bucket<UserAssets> as ::storage::__private::Handle>::GRANTS),
            ],
        )
        .worker(::storage::__private::WorkerSpec::new());
    fn connect<__C: ::storage::__private::Connect>(
        to: &__C,
    ) -> ::core::result::Result<Self, __C::Error> {
        ::core::result::Result::Ok(Self {
            assets: <Bucket<UserAssets> as ::storage::__private::Handle>::connect(to)?,
        })
    }
}
#[automatically_derived]
impl MediaStorage {
    /// Opens every field on the binding it declares.
    ///
    /// # Errors
    ///
    /// If the Worker has no such binding, or it is of another kind: its configuration
    /// is older than the declarations.
    fn open(
        env: &::storage::__private::Env,
    ) -> ::core::result::Result<Self, ::storage::__private::Error> {
        ::storage::__private::open(env)
    }
    /// Opens every field in a folder on disk, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If the folder can't be read or written, or a newer version of the library wrote
    /// it.
    fn local(
        folder: impl ::storage::__private::LocalFolder,
    ) -> ::core::result::Result<Self, ::storage::__private::Error> {
        ::storage::__private::local(folder)
    }
    /// Opens every field in memory, each application for itself: for tests.
    fn memory() -> Self {
        ::storage::__private::memory()
    }
    /// Makes several requests at the same time, a `Vec` or a tuple of them, and gives what came
    /// of each: those to one storage Worker in one message.
    fn batch<__R: ::storage::__private::Requests>(
        &self,
        requests: __R,
    ) -> ::storage::__private::BoxFuture<'static, __R::Results> {
        ::storage::__private::batch_of_app(requests)
    }
}
const _: () = {
    const SPEC: ::storage::__private::AppSpec = <MediaStorage as ::storage::__private::DeclareApp>::SPEC;
    #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "storage.manifest"))]
    static _MANIFEST: [::core::primitive::u8; SPEC.rendered_len()] = SPEC.render();
    const _: () = SPEC.assert_whole("assets");
};
const _: fn(&MediaStorage) = |to| {
    {
        let _ = &to.assets;
    }
};
#[automatically_derived]
impl ::storage::__private::DeclareWorker for MediaStorage {
    fn offer<__C: ::storage::__private::Connect>(
        to: &__C,
        wanted: &mut ::storage::__private::Wanted,
    ) -> ::core::result::Result<(), __C::Error> {
        <Bucket<UserAssets> as ::storage::__private::Handle>::look(to, wanted)?;
        ::core::result::Result::Ok(())
    }
}
#[cfg(target_arch = "wasm32")]
const _: () = {
    #[::storage::__private::wasm_bindgen::prelude::wasm_bindgen(
        wasm_bindgen = ::storage::__private::wasm_bindgen,
        this,
        js_name = storageCall
    )]
    pub fn storage_call(
        this: ::storage::__private::wasm_bindgen::JsValue,
        head: ::storage::__private::wasm_bindgen::JsValue,
        body: ::storage::__private::wasm_bindgen::JsValue,
    ) -> ::storage::__private::wasm_bindgen::JsValue {
        ::storage::__private::storage_call::<MediaStorage>(this, head, body)
    }
    #[::storage::__private::wasm_bindgen::prelude::wasm_bindgen(
        wasm_bindgen = ::storage::__private::wasm_bindgen,
        js_name = fetch
    )]
    pub fn storage_fetch(
        request: ::storage::__private::wasm_bindgen::JsValue,
        env: ::storage::__private::wasm_bindgen::JsValue,
    ) -> ::storage::__private::wasm_bindgen::JsValue {
        ::storage::__private::storage_fetch::<MediaStorage>(request, env)
    }
};
