// #[storage::bucket(
//     name = "user-assets",
//     namespace = "media",
//     binding = "ASSETS",
//     access = "private",
//     existing = "assets-2019",
//     metadata(owner = "media", "cost-center" = "42"),
//     encryption(secret = "ASSET_KEYS", metadata = "encrypted"),
//     observability = true,
//     signed_urls(secret = "LINK_KEYS", host = "files.example.com", other_hosts = ["cdn.example.com"], max_age_seconds = 86_400),
//     s3(
//         account_id = "R2_ACCOUNT_ID",
//         access_key_id = "R2_ACCESS_KEY_ID",
//         secret_access_key = "R2_SECRET_ACCESS_KEY",
//     ),
//     cors(
//         origins = ["https://app.example.com", "http://localhost:3000"],
//         methods = ["GET", "PUT"],
//         headers = ["content-type"],
//         expose = ["etag"],
//         max_age_seconds = 3600,
//     ),
//     delete_after_days = 365,
//     infrequent_access_after_days = 30,
//     abort_uploads_after_days = 7,
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
        .observability()
        .signed_urls(
            ::my_storage::__private::SignedUrlsSpec::new("LINK_KEYS")
                .host("files.example.com")
                .other_hosts(&["cdn.example.com"])
                .max_age_seconds(86400u32),
        )
        .s3(
            ::my_storage::__private::S3Spec::new(
                "R2_ACCOUNT_ID",
                "R2_ACCESS_KEY_ID",
                "R2_SECRET_ACCESS_KEY",
            ),
        )
        .cors(
            ::my_storage::__private::CorsSpec::new(
                    &["https://app.example.com", "http://localhost:3000"],
                    &[
                        ::my_storage::__private::CorsMethod::Get,
                        ::my_storage::__private::CorsMethod::Put,
                    ],
                )
                .headers(&["content-type"])
                .expose(&["etag"])
                .max_age_seconds(3600u32),
        )
        .delete_after_days(365u32)
        .infrequent_access_after_days(30u32)
        .abort_uploads_after_days(7u32);
}
#[automatically_derived]
impl ::my_storage::__private::Encrypted for UserAssets {}
#[automatically_derived]
impl ::my_storage::__private::Signed for UserAssets {}
