// #[derive(storage::Key)]
// #[key("avatars/{user}//{name}")]
// pub struct Avatar<T> { user_id: u64, file: T }

#[automatically_derived]
impl<T> ::storage::__private::Key for Avatar<T> {
    const TEMPLATE: ::storage::__private::KeyTemplate = ::storage::__private::KeyTemplate::new(
        "",
        "",
        &[],
    );
    fn parse(key: &::core::primitive::str) -> ::storage::__private::Result<Self> {
        ::core::unimplemented!()
    }
}
#[automatically_derived]
impl<T> ::storage::__private::KeyFields<(u64, T)> for Avatar<T> {}
#[automatically_derived]
impl<T> ::storage::__private::ToKey for Avatar<T> {
    fn to_key(&self) -> ::storage::__private::Result<::storage::__private::String> {
        ::core::unimplemented!()
    }
}
::core::compile_error! {
    "`Avatar` is generic, and `#[key]` reads a text into fields that own their values\nhelp: remove the parameters from `Avatar`"
}
::core::compile_error! {
    "`avatars/{user}//{name}` has an empty segment: there is something on either side of every `/`\nhelp: write `\"avatars/{user}/{name}\"`"
}
::core::compile_error! {
    "`{user}` is not a field: they are `user_id`, `file`\nhelp: write `{user_id}`"
}
::core::compile_error! {
    "`{name}` is not a field: they are `user_id`, `file`\nhelp: add a field `name`, or remove it from the template"
}
::core::compile_error! {
    "`file` is not in the template: what is not in a key can't be read from it\nhelp: add `{file}` to the template, or remove the field"
}
