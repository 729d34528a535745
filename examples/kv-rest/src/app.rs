//! The namespace, and who may use it.

use storage::Kv;
use storage::rest::{ApiKey, KvServer};

/// Settings.
#[storage::kv(name = "app-configs")]
pub struct AppConfigs;

/// Everything that is served.
#[storage::app(name = "kv-rest")]
pub struct App {
    /// Settings.
    pub configs: Kv<AppConfigs>,
}

/// The server: whoever has the key in `KV_API_KEY` may do everything.
pub fn server(app: App) -> KvServer {
    KvServer::new(app.configs).api_key(ApiKey::default())
}
