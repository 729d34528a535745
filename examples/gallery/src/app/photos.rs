//! Looking at photos, sharing and deleting them.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use storage::bucket::ObjectInfo;
use storage::signed::SignedUrl;
use storage::{Bucket, Error, ErrorKind, Key as _, Signed};

use super::album::Album;
use super::files::{Details, Entry, Original, Photo, Thumbnail};
use super::refusal::Refusal;

/// How many photos a page of a listing has.
const PAGE: u32 = 48;
/// How long what a page shows may be looked at.
const SHOWN_FOR: Duration = Duration::from_secs(60 * 60);
/// How long a shared link waits for its one use.
const SHARED_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// The name of the metadata that has the details, as JSON.
const DETAILS: &str = "details";

#[derive(Deserialize)]
pub(super) struct Place {
    /// Where the page before ended.
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Page {
    photos: Vec<Listed>,
    /// For the next page, if there is one.
    cursor: Option<String>,
}

/// A photo, and a link to its thumbnail.
#[derive(Serialize)]
pub(super) struct Listed {
    photo: Photo,
    #[serde(flatten)]
    details: Details,
    thumbnail: Option<SignedUrl>,
}

pub(super) async fn list<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Query(place): Query<Place>,
) -> Result<Json<Page>, Refusal> {
    let mut list = bucket.list().prefix(Entry::prefix((album.clone(),))).limit(PAGE);
    if let Some(cursor) = place.cursor {
        list = list.cursor(cursor);
    }
    let page = list.await?;
    let mut photos = Vec::with_capacity(page.items.len());
    for item in page.items {
        let Entry { photo, .. } = Entry::parse(item.key())?;
        photos.push(listed(&bucket, &album, photo, details(&item)?).await?);
    }
    Ok(Json(Page { photos, cursor: page.cursor }))
}

/// A photo to look at: with links to the original, to be shown and to be saved.
#[derive(Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    listed: Listed,
    original: SignedUrl,
    download: SignedUrl,
}

pub(super) async fn read<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
) -> Result<Json<Shown>, Refusal> {
    let details = find(&bucket, &album, &photo).await?.ok_or(Refusal::NoPhoto)?;
    let link = || {
        let key = Original { album: album.clone(), photo: photo.clone() };
        bucket.signed_url(key).expires_in(SHOWN_FOR)
    };
    let original = link().await?;
    let download = link().download_as(&details.name).await?;
    let listed = listed(&bucket, &album, photo, details).await?;
    Ok(Json(Shown { listed, original, download }))
}

/// A link for somebody else: whoever opens it first sees the photo, and nobody after that.
pub(super) async fn share<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
) -> Result<Json<SignedUrl>, Refusal> {
    let details = find(&bucket, &album, &photo).await?.ok_or(Refusal::NoPhoto)?;
    let link = bucket
        .signed_url(Original { album, photo })
        .one_time()
        .expires_in(SHARED_FOR)
        .show_as(&details.name);
    Ok(Json(link.await?))
}

pub(super) async fn delete<D: Signed>(
    album: Album,
    State(bucket): State<Bucket<D>>,
    Path(photo): Path<Photo>,
) -> Result<StatusCode, Refusal> {
    // First what is listed: if the rest fails, nobody sees half a photo.
    bucket.delete(Entry { album: album.clone(), photo: photo.clone() }).await?;
    remove(&bucket, album, photo).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the bytes of a photo.
pub(super) async fn remove<D: Signed>(
    bucket: &Bucket<D>,
    album: Album,
    photo: Photo,
) -> storage::Result<()> {
    bucket.delete(Thumbnail { album: album.clone(), photo: photo.clone() }).await?;
    bucket.delete(Original { album, photo }).await
}

/// What is known of a photo, if the album has it.
pub(super) async fn find<D: Signed>(
    bucket: &Bucket<D>,
    album: &Album,
    photo: &Photo,
) -> storage::Result<Option<Details>> {
    let found = bucket.head(Entry { album: album.clone(), photo: photo.clone() }).await?;
    found.map(|entry| details(&entry)).transpose()
}

/// Lists a photo from now on.
pub(super) async fn keep<D: Signed>(
    bucket: &Bucket<D>,
    album: &Album,
    photo: &Photo,
    details: &Details,
) -> storage::Result<()> {
    let text = serde_json::to_string(details).map_err(unreadable)?;
    let key = Entry { album: album.clone(), photo: photo.clone() };
    bucket.put(key, "").metadata(DETAILS, text).await?;
    Ok(())
}

pub(super) async fn listed<D: Signed>(
    bucket: &Bucket<D>,
    album: &Album,
    photo: Photo,
    details: Details,
) -> storage::Result<Listed> {
    let thumbnail = if details.has_thumbnail {
        let key = Thumbnail { album: album.clone(), photo: photo.clone() };
        Some(bucket.signed_url(key).expires_in(SHOWN_FOR).await?)
    } else {
        None
    };
    Ok(Listed { photo, details, thumbnail })
}

fn details(entry: &ObjectInfo) -> storage::Result<Details> {
    let text = entry.metadata().get(DETAILS).map(String::as_str).unwrap_or_default();
    serde_json::from_str(text).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::Internal, "the details of a photo can't be read").with_source(error)
}
