//! The app: what it stores, and its routes.

mod album;
mod files;
mod page;
mod photos;
mod refusal;
#[cfg(test)]
mod tests;
mod uploads;

use axum::extract::{Request, State};
use axum::routing::{any, get, post, put};
use axum::{Json, Router};
use serde::Serialize;
use storage::bucket::Served;
use storage::signed::Route;
use storage::{Bucket, Signed};

use self::refusal::Refusal;

/// Photos that are uploaded to R2 itself, and read from it.
#[storage::bucket(
    name = "gallery-photos",
    signed_urls(secret = "GALLERY_LINK_KEYS", host = "gallery.example.com"),
    s3(
        account_id = "R2_ACCOUNT_ID",
        access_key_id = "R2_ACCESS_KEY_ID",
        secret_access_key = "R2_SECRET_ACCESS_KEY"
    ),
    cors(
        origins = ["https://gallery.example.com"],
        methods = ["GET", "PUT"],
        headers = ["content-type"],
        expose = ["etag"]
    ),
    abort_uploads_after_days = 1
)]
pub struct Photos;

/// Photos of private albums: ciphertext in R2. They pass through the Worker, which has the keys.
#[storage::bucket(
    name = "gallery-private",
    signed_urls(secret = "GALLERY_LINK_KEYS", host = "gallery.example.com"),
    encryption(secret = "GALLERY_VAULT_KEYS", metadata = "encrypted")
)]
pub struct PrivatePhotos;

/// Everything the handlers use.
#[storage::app(name = "gallery")]
#[derive(Clone)]
pub struct App {
    /// Photos of open albums.
    pub photos: Bucket<Photos>,
    /// Photos of private albums.
    pub private_photos: Bucket<PrivatePhotos>,
}

/// The routes: the same on Workers and natively.
pub fn router(app: App) -> Router {
    Router::new()
        .nest("/api/open", albums(app.photos.clone()))
        .nest("/api/private", albums(app.private_photos.clone()))
        .route("/api/config", get(config))
        .route("/.storage/{token}", any(link))
        .with_state(app)
        .fallback(page::file)
}

/// What can be done with an album. The state is the bucket, so no handler sees another.
fn albums<D: Signed + 'static>(bucket: Bucket<D>) -> Router<App> {
    Router::new()
        .route("/photos", get(photos::list::<D>))
        .route("/photos/{photo}", get(photos::read::<D>).delete(photos::delete::<D>))
        .route("/photos/{photo}/share", post(photos::share::<D>))
        .route("/uploads", post(uploads::begin::<D>))
        .route("/uploads/{photo}", put(uploads::finish::<D>).delete(uploads::abandon::<D>))
        .route("/uploads/{photo}/original", post(uploads::original::<D>))
        .route("/uploads/{photo}/parts/{number}", post(uploads::part::<D>))
        .route("/uploads/{photo}/thumbnail", post(uploads::thumbnail::<D>))
        .with_state(bucket)
}

/// Answers the links that lead here: all of private albums, those that work once, and natively all.
async fn link(State(app): State<App>, request: Request) -> Served {
    storage::signed::handle(request).bucket(&app.photos).bucket(&app.private_photos).await
}

/// What the page has to know.
#[derive(Serialize)]
struct Config {
    /// Where links to R2 itself lead, if there are any: natively there are none.
    direct: Option<String>,
    open_bytes_max: u64,
    private_bytes_max: u64,
    content_types: &'static [&'static str],
}

async fn config(State(app): State<App>) -> Result<Json<Config>, Refusal> {
    let link = app.photos.signed_url("where-do-links-lead").await?;
    let origin = link.url().splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let is_direct = link.route() == Route::Direct;
    Ok(Json(Config {
        direct: is_direct.then_some(origin),
        open_bytes_max: if is_direct { files::OPEN_BYTES_MAX } else { files::WORKER_BYTES_MAX },
        private_bytes_max: files::WORKER_BYTES_MAX,
        content_types: files::CONTENT_TYPES,
    }))
}
