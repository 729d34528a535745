// #[storage::bucket(
//     name = "user-assets",
//     namespace = "media",
//     binding = "ASSETS",
//     access = "private",
//     existing = "assets-2019",
//     metadata(owner = "media", "cost-center" = "42"),
//     encryption(secret = "ASSET_KEYS", metadata = "encrypted"),
//     delete_after_days = 30,
//     crate = ::my_storage,
// )]
// /// What users upload.
// #[derive(Debug)]
// pub(crate) struct UserAssets;

/// What users upload.
#[derive(Debug)]
pub(crate) struct UserAssets;
#[automatically_derived]
impl ::my_storage::__private::DeclareBucket for UserAssets {
    const SPEC: &'static ::my_storage::__private::BucketSpec = &::my_storage::__private::BucketSpec::new(
            "user-assets",
            "ASSETS",
        )
        .namespace("media")
        .existing("assets-2019")
        .metadata(&[("owner", "media"), ("cost-center", "42")])
        .encryption(
            ::my_storage::__private::EncryptionSpec::new("ASSET_KEYS").with_metadata(),
        )
        .delete_after_days(30u32);
}
#[automatically_derived]
impl ::my_storage::__private::Encrypted for UserAssets {}
