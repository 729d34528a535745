//! The page: its files are a part of the program.

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

/// What the page may do: run its own scripts, and speak to this server and to R2. Whatever a name or a
/// photo has in it, nothing of it runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob: https://*.r2.cloudflarestorage.com; \
     connect-src 'self' https://*.r2.cloudflarestorage.com; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file by its name in the folder `page`.
macro_rules! files {
    ($($path:literal: $name:literal, $content_type:literal;)*) => {
        &[$(($path, $content_type, include_str!(concat!("../../page/", $name)))),*]
    };
}

const FILES: &[(&str, &str, &str)] = files![
    "/": "index.html", "text/html; charset=utf-8";
    "/album.js": "album.js", "text/javascript; charset=utf-8";
    "/icon.svg": "icon.svg", "image/svg+xml";
    "/main.js": "main.js", "text/javascript; charset=utf-8";
    "/sheet.js": "sheet.js", "text/javascript; charset=utf-8";
    "/style.css": "style.css", "text/css; charset=utf-8";
    "/thumbnail.js": "thumbnail.js", "text/javascript; charset=utf-8";
    "/transfer.js": "transfer.js", "text/javascript; charset=utf-8";
    "/tray.js": "tray.js", "text/javascript; charset=utf-8";
    "/upload.js": "upload.js", "text/javascript; charset=utf-8";
    "/viewer.js": "viewer.js", "text/javascript; charset=utf-8";
    "/words.js": "words.js", "text/javascript; charset=utf-8";
];

pub(super) async fn file(method: Method, uri: Uri) -> Response {
    let found = FILES.iter().find(|(path, ..)| *path == uri.path());
    match found {
        Some((_, content_type, text)) if method == Method::GET || method == Method::HEAD => {
            let headers = [
                (CONTENT_TYPE, *content_type),
                (CONTENT_SECURITY_POLICY, POLICY),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (REFERRER_POLICY, "no-referrer"),
                (CACHE_CONTROL, "no-cache"),
            ];
            (headers, *text).into_response()
        }
        Some(_) => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        None => (StatusCode::NOT_FOUND, "there is no such page").into_response(),
    }
}
