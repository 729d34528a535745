struct Settings;

#[storage::kv(name = "app-configs")]
struct AppConfigs;

async fn put(configs: storage::Kv<AppConfigs>) -> storage::Result<()> {
    configs.put("theme", Settings).await?;
    Ok(())
}

fn main() {
    let _ = put;
}
