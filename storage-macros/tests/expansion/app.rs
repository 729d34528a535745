// #[storage::app(name = "media-api")]
// #[derive(Clone)]
// pub struct App {
//     pub assets: Bucket<UserAssets>,
//     #[cfg(feature = "configs")]
//     pub r#type: Kv<AppConfigs>,
// }

#[derive(Clone)]
pub struct App {
    pub assets: Bucket<UserAssets>,
    #[cfg(feature = "configs")]
    pub r#type: Kv<AppConfigs>,
}
#[automatically_derived]
impl ::storage::__private::DeclareApp for App {
    const SPEC: ::storage::__private::AppSpec = ::storage::__private::AppSpec::new(
        "media-api",
        &[
            ::storage::__private::FieldSpec::new(
                "assets",
                <Bucket<UserAssets> as ::storage::__private::Handle>::RESOURCE,
            ),
            #[cfg(feature = "configs")]
            ::storage::__private::FieldSpec::new(
                "type",
                <Kv<AppConfigs> as ::storage::__private::Handle>::RESOURCE,
            ),
        ],
    );
    fn connect<__C: ::storage::__private::Connect>(
        to: &__C,
    ) -> ::core::result::Result<Self, __C::Error> {
        ::core::result::Result::Ok(Self {
            assets: <Bucket<UserAssets> as ::storage::__private::Handle>::connect(to)?,
            #[cfg(feature = "configs")]
            r#type: <Kv<AppConfigs> as ::storage::__private::Handle>::connect(to)?,
        })
    }
}
#[automatically_derived]
impl App {
    /// Opens every field on the binding it declares.
    ///
    /// # Errors
    ///
    /// If the Worker has no such binding, or it is of another kind: its configuration
    /// is older than the declarations.
    pub fn open(
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
    pub fn local(
        folder: impl ::storage::__private::LocalFolder,
    ) -> ::core::result::Result<Self, ::storage::__private::Error> {
        ::storage::__private::local(folder)
    }
    /// Opens every field in memory, each application for itself: for tests.
    pub fn memory() -> Self {
        ::storage::__private::memory()
    }
    /// Makes several requests at the same time, a `Vec` or a tuple of them, and gives what came
    /// of each: those to one storage Worker in one message.
    pub fn batch<__R: ::storage::__private::Requests>(
        &self,
        requests: __R,
    ) -> ::storage::__private::BoxFuture<'static, __R::Results> {
        ::storage::__private::batch_of_app(requests)
    }
}
const _: () = {
    const SPEC: ::storage::__private::AppSpec = <App as ::storage::__private::DeclareApp>::SPEC;
    #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "storage.manifest"))]
    static _MANIFEST: [::core::primitive::u8; SPEC.rendered_len()] = SPEC.render();
    #[cfg(feature = "configs")]
    const _: () = SPEC.assert_distinct("type");
};
