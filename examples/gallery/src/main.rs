//! The same app natively: `cargo run -p gallery` stores in memory, and with `-- --disk` in the folder
//! `.storage`, with the keys in the variables `GALLERY_LINK_KEYS` and `GALLERY_VAULT_KEYS`. Links lead to what the
//! variable `STORAGE_SIGNED_URLS_ORIGIN` says: this server is at `http://127.0.0.1:8787`.

#![forbid(unsafe_code)]
#![expect(unreachable_pub, reason = "the module is shared with the Worker, where it is public")]

mod app;

use std::error::Error;

/// Where it stores, in the current folder.
const FOLDER: &str = ".storage";

/// The variable that says where links lead.
const ORIGIN: &str = "STORAGE_SIGNED_URLS_ORIGIN";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (app, place) = match std::env::args().nth(1).as_deref() {
        None => (app::App::memory(), "memory: nothing is kept"),
        Some("--disk") => (app::App::local(FOLDER)?, FOLDER),
        Some(other) => return Err(format!("`{other}`: there is only `--disk`").into()),
    };
    let port = std::env::var("PORT").unwrap_or_else(|_| "8787".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}, storing in {place}");
    if std::env::var_os(ORIGIN).is_none() {
        println!(
            "links lead elsewhere: to have them lead here, start it with {ORIGIN}=http://{address}"
        );
    }
    Ok(axum::serve(listener, app::router(app)).await?)
}
