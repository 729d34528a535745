//! The same app natively: `cargo run -p vault` stores in the folder `.storage`, and with
//! `-- --memory` nowhere.

#![forbid(unsafe_code)]
#![expect(
    unreachable_pub,
    reason = "the modules are shared with the Worker, where they are public"
)]

mod app;
mod routes;

use std::error::Error;

/// Where it stores, in the current folder.
const FOLDER: &str = ".storage";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (app, place) = match std::env::args().nth(1).as_deref() {
        None => (app::App::local(FOLDER)?, FOLDER),
        Some("--memory") => (app::App::memory(), "memory"),
        Some(other) => return Err(format!("`{other}`: there is only `--memory`").into()),
    };
    let port = std::env::var("PORT").unwrap_or_else(|_| "8787".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}, storing in {place}", listener.local_addr()?);
    Ok(axum::serve(listener, routes::router(app)).await?)
}
