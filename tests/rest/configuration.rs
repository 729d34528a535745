//! What a server can be told.

use storage::ErrorKind;
use storage::rest::{Cors, KvServer, Process};

use crate::client::{open, server};

#[tokio::test]
async fn every_endpoint_can_be_elsewhere_or_nowhere() {
    let elsewhere = server().kv_path("entries").admin_path("/ops/").public_path("/public");
    let client = open(elsewhere);
    client.put("/entries/a", r#"{"value":1}"#).await.data();
    client.get("/entries").await.data();
    client.post("/entries:batch", "{}").await.data();
    client.get("/ops/info").await.data();
    client.get("/public/health").await.data();
    for path in ["/v1/kv/a", "/v1/admin/info", "/health", "/open-api.json"] {
        client.get(path).await.is_error(404, "storage_route_not_found");
    }

    let client = open(server().admin_path(None).public_path(None));
    client.get("/v1/kv").await.data();
    for path in ["/v1/admin/info", "/health", "/open-api.json"] {
        client.get(path).await.is_error(404, "storage_route_not_found");
    }
    let client = open(server().kv_path(None));
    client.get("/health").await.data();
    for path in ["/v1/kv/a", "/v1/kv", "/v1/kv:batch"] {
        client.get(path).await.is_error(404, "storage_route_not_found");
    }
}

#[test]
fn options_that_contradict_each_other_stop_the_server() {
    let servers: [(KvServer, &str); 11] = [
        (server().kv_path("/"), "only the public endpoints can be at `/`"),
        (server().kv_path("/v1"), "`/v1/admin/info` would be the path of a key"),
        (server().kv_path("/a b"), "`a b` is no path here"),
        (server().base_path("/a//b"), "`a//b` is no path here"),
        (server().admin_path("/../x"), "`../x` is no path here"),
        (server().cors(Cors::any_origin().credentials()), "takes a list of origins"),
        (server().cors(Cors::origins(["app.example"])), "`app.example` is no origin"),
        (server().cors(Cors::origins(["https://app.example/"])), "is no origin"),
        (server().max_body_bytes(100 << 20), "more than a value of KV has, 26214400 bytes"),
        (server().allow_addresses(["::ffff:10.0.0.0/8"]), "one of IPv4 is like `10.0.0.0/8`"),
        (server().rate_limit("LIMIT", 60), "there is no rate limit `LIMIT`"),
    ];
    for (server, said) in servers {
        let error = server.public().start(&Process).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Misconfigured);
        assert!(error.to_string().contains(said), "{error}");
    }
}
