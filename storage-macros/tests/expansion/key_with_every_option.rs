// #[derive(storage::Key)]
// #[key("{{v1}}/{page:03}-{type}.png", crate = ::my_storage)]
// struct Page { r#type: kinds::Kind, page: u8 }

#[automatically_derived]
impl ::my_storage::__private::Key for Page {
    const TEMPLATE: ::my_storage::__private::KeyTemplate = ::my_storage::__private::KeyTemplate::new(
        "{{v1}}/{page:03}-{type}.png",
        "{v1}/",
        &[
            ::my_storage::__private::KeyField::new("page", "-").digits(3usize),
            ::my_storage::__private::KeyField::new("type", ".png"),
        ],
    );
    fn parse(key: &::core::primitive::str) -> ::my_storage::__private::Result<Self> {
        ::my_storage::__private::parse(
            key,
            |values| {
                ::core::result::Result::Ok(Self {
                    page: <u8 as ::my_storage::__private::Value>::read(values)?,
                    r#type: <kinds::Kind as ::my_storage::__private::Value>::read(
                        values,
                    )?,
                })
            },
        )
    }
}
#[automatically_derived]
impl ::my_storage::__private::KeyFields<(u8, kinds::Kind)> for Page {}
#[automatically_derived]
impl ::my_storage::__private::ToKey for Page {
    fn to_key(
        &self,
    ) -> ::my_storage::__private::Result<::my_storage::__private::String> {
        ::my_storage::__private::render(
            &<Self as ::my_storage::__private::Key>::TEMPLATE,
            &[
                <u8 as ::my_storage::__private::Value>::shown(&self.page),
                <kinds::Kind as ::my_storage::__private::Value>::shown(&self.r#type),
            ],
        )
    }
}
