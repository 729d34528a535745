use storage::archive::{Archive, now};
use storage::grant::{List, Read, Write};

#[storage::bucket(name = "audit")]
struct Audit;

#[storage::bucket(name = "trail")]
struct Trail;

#[storage::bucket(name = "reports")]
struct Reports;

#[storage::app(name = "shop")]
struct App {
    audit: storage::Bucket<Audit, Write>,
    trail: storage::Bucket<Trail, (Read, List)>,
    reports: storage::BucketReader<Reports>,
}

fn main() {
    let app = App::memory();
    let audit = Archive::new(&app.audit);
    let _ = audit.append([(now(), "login")]); // this is fine
    let _ = audit.read::<String>(..);
    let _ = audit.segments(..);
    let trail = Archive::new(&app.trail);
    let _ = trail.read::<String>(..); // and so is this
    let _ = trail.append([(now(), "login")]);
    let _ = trail.writer();
    let _ = Archive::new(&app.reports).read::<String>(..);
}
