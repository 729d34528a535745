// #[derive(storage::Key)]
// #[key("avatars/{user_id}/{file}")]
// pub struct Avatar { user_id: u64, file: String }

#[automatically_derived]
impl ::storage::__private::Key for Avatar {
    const TEMPLATE: ::storage::__private::KeyTemplate = ::storage::__private::KeyTemplate::new(
        "avatars/{user_id}/{file}",
        "avatars/",
        &[
            ::storage::__private::KeyField::new("user_id", "/"),
            ::storage::__private::KeyField::new("file", ""),
        ],
    );
    fn parse(key: &::core::primitive::str) -> ::storage::__private::Result<Self> {
        ::storage::__private::parse(
            key,
            |values| {
                ::core::result::Result::Ok(Self {
                    user_id: <u64 as ::storage::__private::Value>::read(values)?,
                    file: <String as ::storage::__private::Value>::read(values)?,
                })
            },
        )
    }
}
#[automatically_derived]
impl ::storage::__private::KeyFields<(u64, String)> for Avatar {}
#[automatically_derived]
impl ::storage::__private::ToKey for Avatar {
    fn to_key(&self) -> ::storage::__private::Result<::storage::__private::String> {
        ::storage::__private::render(
            &<Self as ::storage::__private::Key>::TEMPLATE,
            &[
                <u64 as ::storage::__private::Value>::shown(&self.user_id),
                <String as ::storage::__private::Value>::shown(&self.file),
            ],
        )
    }
}
