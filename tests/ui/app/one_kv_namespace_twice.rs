#[storage::kv(name = "sessions", existing = "0f2ac74b498b48021cb68387c421e279")]
struct Sessions;

#[storage::kv(name = "logins", existing = "0f2ac74b498b48021cb68387c421e279")]
struct Logins;

#[storage::app(name = "media-api")]
struct App {
    sessions: storage::Kv<Sessions>,
    logins: storage::Kv<Logins>,
}

fn main() {
    let app = App::memory();
    let _ = (App::open, app);
}
