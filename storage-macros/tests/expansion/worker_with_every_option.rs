// #[storage::worker(
//     name = "media-storage",
//     placement = "smart",
//     public_host = "files.example.com",
//     crate = ::my_storage,
// )]
// /// What everybody stores by.
// pub(crate) struct MediaStorage {
//     assets: Bucket<UserAssets>,
//     #[cfg(feature = "configs")]
//     r#type: Kv<AppConfigs>,
// }

/// What everybody stores by.
pub(crate) struct MediaStorage {
    assets: Bucket<UserAssets>,
    #[cfg(feature = "configs")]
    r#type: Kv<AppConfigs>,
}
#[automatically_derived]
impl ::my_storage::__private::DeclareApp for MediaStorage {
    const SPEC: ::my_storage::__private::AppSpec = ::my_storage::__private::AppSpec::new(
            "media-storage",
            &[
                ::my_storage::__private::FieldSpec::new(
                        "assets",
                        <Bucket<UserAssets> as ::my_storage::__private::Handle>::RESOURCE,
                    )
                    .grants(
                        <Bucket<UserAssets> as ::my_storage::__private::Handle>::GRANTS,
                    ),
                #[cfg(feature = "configs")]
                ::my_storage::__private::FieldSpec::new(
                        "type",
                        <Kv<AppConfigs> as ::my_storage::__private::Handle>::RESOURCE,
                    )
                    .grants(<Kv<AppConfigs> as ::my_storage::__private::Handle>::GRANTS),
            ],
        )
        .worker(
            ::my_storage::__private::WorkerSpec::new()
                .placement(::my_storage::__private::Placement::Smart)
                .public_host("files.example.com"),
        );
    fn connect<__C: ::my_storage::__private::Connect>(
        to: &__C,
    ) -> ::core::result::Result<Self, __C::Error> {
        ::core::result::Result::Ok(Self {
            assets: <Bucket<
                UserAssets,
            > as ::my_storage::__private::Handle>::connect(to)?,
            #[cfg(feature = "configs")]
            r#type: <Kv<AppConfigs> as ::my_storage::__private::Handle>::connect(to)?,
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
    pub(crate) fn open(
        env: &::my_storage::__private::Env,
    ) -> ::core::result::Result<Self, ::my_storage::__private::Error> {
        ::my_storage::__private::open(env)
    }
    /// Opens every field in a folder on disk, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// If the folder can't be read or written, or a newer version of the library wrote
    /// it.
    pub(crate) fn local(
        folder: impl ::my_storage::__private::LocalFolder,
    ) -> ::core::result::Result<Self, ::my_storage::__private::Error> {
        ::my_storage::__private::local(folder)
    }
    /// Opens every field in memory, each application for itself: for tests.
    pub(crate) fn memory() -> Self {
        ::my_storage::__private::memory()
    }
    /// Makes several requests at the same time, a `Vec` or a tuple of them, and gives what came
    /// of each: those to one storage Worker in one message.
    pub(crate) fn batch<__R: ::my_storage::__private::Requests>(
        &self,
        requests: __R,
    ) -> ::my_storage::__private::BoxFuture<'static, __R::Results> {
        ::my_storage::__private::batch_of_app(requests)
    }
}
const _: () = {
    const SPEC: ::my_storage::__private::AppSpec = <MediaStorage as ::my_storage::__private::DeclareApp>::SPEC;
    #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "storage.manifest"))]
    static _MANIFEST: [::core::primitive::u8; SPEC.rendered_len()] = SPEC.render();
    #[cfg(feature = "configs")]
    const _: () = SPEC.assert_distinct("type");
    const _: () = SPEC.assert_whole("assets");
    #[cfg(feature = "configs")]
    const _: () = SPEC.assert_whole("type");
    const _: () = SPEC.assert_public();
};
const _: fn(&MediaStorage) = |to| {
    {
        let _ = &to.assets;
    }
    #[cfg(feature = "configs")]
    {
        let _ = &to.r#type;
    }
};
#[automatically_derived]
impl ::my_storage::__private::DeclareWorker for MediaStorage {
    fn offer<__C: ::my_storage::__private::Connect>(
        to: &__C,
        wanted: &mut ::my_storage::__private::Wanted,
    ) -> ::core::result::Result<(), __C::Error> {
        <Bucket<UserAssets> as ::my_storage::__private::Handle>::look(to, wanted)?;
        #[cfg(feature = "configs")]
        <Kv<AppConfigs> as ::my_storage::__private::Handle>::look(to, wanted)?;
        ::core::result::Result::Ok(())
    }
}
#[cfg(target_arch = "wasm32")]
const _: () = {
    #[::my_storage::__private::wasm_bindgen::prelude::wasm_bindgen(
        wasm_bindgen = ::my_storage::__private::wasm_bindgen,
        this,
        js_name = storageCall
    )]
    pub fn storage_call(
        this: ::my_storage::__private::wasm_bindgen::JsValue,
        head: ::my_storage::__private::wasm_bindgen::JsValue,
        body: ::my_storage::__private::wasm_bindgen::JsValue,
    ) -> ::my_storage::__private::wasm_bindgen::JsValue {
        ::my_storage::__private::storage_call::<MediaStorage>(this, head, body)
    }
    #[::my_storage::__private::wasm_bindgen::prelude::wasm_bindgen(
        wasm_bindgen = ::my_storage::__private::wasm_bindgen,
        js_name = fetch
    )]
    pub fn storage_fetch(
        request: ::my_storage::__private::wasm_bindgen::JsValue,
        env: ::my_storage::__private::wasm_bindgen::JsValue,
    ) -> ::my_storage::__private::wasm_bindgen::JsValue {
        ::my_storage::__private::storage_fetch::<MediaStorage>(request, env)
    }
};
