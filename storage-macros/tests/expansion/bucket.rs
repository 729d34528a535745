// #[storage::bucket(name = "user-assets")]
// pub struct UserAssets;

pub struct UserAssets;
#[automatically_derived]
impl ::storage::__private::DeclareBucket for UserAssets {
    const SPEC: &'static ::storage::__private::BucketSpec = &::storage::__private::BucketSpec::new(
        "user-assets",
        "USER_ASSETS",
    );
}
