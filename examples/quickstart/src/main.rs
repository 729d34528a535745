//! The same app natively, in memory: `cargo run -p quickstart`.

#![forbid(unsafe_code)]
#![expect(unreachable_pub, reason = "the module is shared with the Worker, where it is public")]

mod app;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8787".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}, storing in memory", listener.local_addr()?);
    axum::serve(listener, app::router(app::App::memory())).await
}
