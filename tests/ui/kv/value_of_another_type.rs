#[derive(serde::Serialize, serde::Deserialize)]
struct Session;

#[storage::kv(name = "sessions", value = Session)]
struct Sessions;

async fn put(sessions: storage::Kv<Sessions>) -> storage::Result<()> {
    sessions.put("token", "a text").await?;
    Ok(())
}

fn main() {
    let _ = put;
}
