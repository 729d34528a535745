//! Uploading: the Worker makes keys and links, and what is uploaded goes past it where it can.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use storage::bucket::Part;
use storage::signed::{Route, SignedUrl};
use storage::{Bucket, ErrorKind, Signed};

use super::album::Album;
use super::files::{
    CONTENT_TYPES, Details, OPEN_BYTES_MAX, Original, PART_BYTES, Photo, THUMBNAIL_BYTES_MAX,
    Thumbnail, WORKER_BYTES_MAX, clean, now_milliseconds,
};
use super::photos::{self, Listed};
use super::refusal::Refusal;

/// How long one request of an upload may wait to be sent: the page asks for each link just before.
const SENT_WITHIN: Duration = Duration::from_secs(10 * 60);

/// What a browser says of a file that it wants to upload.
#[derive(Deserialize)]
pub(super) struct File {
    content_type: String,
    size: u64,
}

/// How it is to upload it.
#[derive(Serialize)]
pub(super) struct Begun {
    photo: Photo,
    /// In parts, if it is long and goes to R2 itself.
    parts: Option<Parts>,
}

#[derive(Serialize)]
struct Parts {
    upload: String,
    bytes: u64,
}

pub(super) async fn begin<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Json(file): Json<File>,
) -> Result<Json<Begun>, Refusal> {
    let photo = Photo::new()?;
    let route = link(&bucket, &album, &photo, &file).await?.route();
    let parts = if route == Route::Direct && file.size > PART_BYTES {
        let key = Original { album, photo: photo.clone() };
        let upload = bucket.upload(key).content_type(file.content_type).await?;
        Some(Parts { upload: upload.id().to_owned(), bytes: PART_BYTES })
    } else {
        None
    };
    Ok(Json(Begun { photo, parts }))
}

/// A link to upload a photo by, in one request.
pub(super) async fn original<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
    Json(file): Json<File>,
) -> Result<Json<SignedUrl>, Refusal> {
    Ok(Json(link(&bucket, &album, &photo, &file).await?))
}

#[derive(Deserialize)]
pub(super) struct PartOf {
    upload: String,
    size: u64,
}

/// A link to upload one part by.
pub(super) async fn part<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path((photo, number)): Path<(Photo, u16)>,
    Json(part): Json<PartOf>,
) -> Result<Json<SignedUrl>, Refusal> {
    if part.size > PART_BYTES {
        return Err(Refusal::Size);
    }
    let upload = bucket.resume_upload(Original { album, photo }, part.upload)?;
    let link = upload.signed_part(number).exact_size(part.size).expires_in(SENT_WITHIN);
    Ok(Json(link.await?))
}

/// A link to upload the thumbnail by.
pub(super) async fn thumbnail<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
    Json(file): Json<File>,
) -> Result<Json<SignedUrl>, Refusal> {
    if file.content_type != "image/jpeg" {
        return Err(Refusal::Type);
    }
    if file.size > THUMBNAIL_BYTES_MAX {
        return Err(Refusal::Size);
    }
    let link = bucket.signed_url(Thumbnail { album, photo }).write();
    let link = link.content_type(file.content_type).exact_size(file.size).expires_in(SENT_WITHIN);
    Ok(Json(link.await?))
}

/// What was uploaded, as the browser has it.
#[derive(Deserialize)]
pub(super) struct Finished {
    name: String,
    size: u64,
    width: u32,
    height: u32,
    has_thumbnail: bool,
    /// If it was uploaded in parts.
    upload: Option<String>,
    #[serde(default)]
    parts: Vec<Part>,
}

/// Lists a photo, once it is there. Asked again, because the answer was lost, it answers alike.
pub(super) async fn finish<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
    Json(finished): Json<Finished>,
) -> Result<Json<Listed>, Refusal> {
    let Finished { name, size, width, height, has_thumbnail, upload, parts } = finished;
    if let Some(details) = photos::find(&bucket, &album, &photo).await? {
        return Ok(Json(photos::listed(&bucket, &album, photo, details).await?));
    }
    let key = || Original { album: album.clone(), photo: photo.clone() };
    if let Some(upload) = upload {
        let parts = parts.into_iter().map(|part| Part::new(part.number(), part.etag()));
        match bucket.resume_upload(key(), upload)?.complete(parts).await {
            Ok(_) => {}
            // Completed before, if the photo is there.
            Err(error) if error.kind() == ErrorKind::UploadNotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    let original = bucket.head(key()).await?.filter(|original| original.size() == size);
    let original = original.ok_or(Refusal::NotUploaded)?;
    let content_type = original.content_type().unwrap_or_default().to_owned();
    let (name, uploaded) = (clean(&name), now_milliseconds());
    let details = Details { name, content_type, size, width, height, has_thumbnail, uploaded };
    photos::keep(&bucket, &album, &photo, &details).await?;
    Ok(Json(photos::listed(&bucket, &album, photo, details).await?))
}

#[derive(Deserialize)]
pub(super) struct Abandoned {
    upload: Option<String>,
}

/// Forgets an upload that will not be finished. What is listed already stays.
pub(super) async fn abandon<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
    Query(abandoned): Query<Abandoned>,
) -> Result<StatusCode, Refusal> {
    if photos::find(&bucket, &album, &photo).await?.is_none() {
        if let Some(upload) = abandoned.upload {
            let key = Original { album: album.clone(), photo: photo.clone() };
            bucket.resume_upload(key, upload)?.abort().await?;
        }
        photos::remove(&bucket, album, photo).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A link that takes exactly that file.
async fn link<D: Signed>(
    bucket: &Bucket<D>,
    album: &Album,
    photo: &Photo,
    file: &File,
) -> Result<SignedUrl, Refusal> {
    if !CONTENT_TYPES.contains(&file.content_type.as_str()) {
        return Err(Refusal::Type);
    }
    let link = bucket
        .signed_url(Original { album: album.clone(), photo: photo.clone() })
        .write()
        .content_type(&file.content_type)
        .exact_size(file.size)
        .expires_in(SENT_WITHIN)
        .await?;
    let most = match link.route() {
        Route::Direct => OPEN_BYTES_MAX,
        _ => WORKER_BYTES_MAX,
    };
    if file.size > most { Err(Refusal::Size) } else { Ok(link) }
}
