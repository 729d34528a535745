// #[storage::app()]
// pub(crate) struct App<T> where T: Copy {
//     #[storage(via = "media", prefix = "a")]
//     #[doc(hidden)]
//     assets: T,
// }

pub(crate) struct App<T>
where
    T: Copy,
{
    #[doc(hidden)]
    assets: T,
}
#[automatically_derived]
impl<T> ::storage::__private::DeclareApp for App<T>
where
    T: Copy,
{
    const SPEC: ::storage::__private::AppSpec = ::storage::__private::AppSpec::new(
        "invalid-declaration",
        &[],
    );
    fn connect<__C: ::storage::__private::Connect>(
        to: &__C,
    ) -> ::core::result::Result<Self, __C::Error> {
        ::core::unimplemented!()
    }
}
#[automatically_derived]
impl<T> App<T>
where
    T: Copy,
{
    /// Opens every field on the binding it declares.
    ///
    /// # Errors
    ///
    /// If the Worker has no such binding, or it is of another kind: its configuration
    /// is older than the declarations.
    pub(crate) fn open(
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
    pub(crate) fn local(
        folder: impl ::storage::__private::LocalFolder,
    ) -> ::core::result::Result<Self, ::storage::__private::Error> {
        ::storage::__private::local(folder)
    }
    /// Opens every field in memory, each application for itself: for tests.
    pub(crate) fn memory() -> Self {
        ::storage::__private::memory()
    }
    /// Makes several requests at the same time, a `Vec` or a tuple of them, and gives what came
    /// of each: those to one storage Worker in one message.
    pub(crate) fn batch<__R: ::storage::__private::Requests>(
        &self,
        requests: __R,
    ) -> ::storage::__private::BoxFuture<'static, __R::Results> {
        ::storage::__private::batch_of_app(requests)
    }
}
::core::compile_error! {
    "`#[storage::app]` has no `name`: it is what the Worker is called in the account\nhelp: add `name = \"app\"`"
}
::core::compile_error! {
    "`prefix = \"a\"` is refused: a prefix is 1 to 1,023 bytes and ends in a mark such as `/`: `tenant-a` is how the keys of `tenant-ab/` start, too\nhelp: write `prefix = \"a/\"`"
}
::core::compile_error! {
    "`App` is generic, and `#[storage::app]` is one set of resources\nhelp: remove the parameters from `App`"
}
