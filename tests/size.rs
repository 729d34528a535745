//! A Worker starts as fast as it is small: the quickstart stays within a budget, and close to the
//! same Worker written by hand. Both are built as for production.

use xtask::repository::Repository;
use xtask::size::{self, Comparison};
use xtask::tools::Tools;

/// What the quickstart may weigh, gzipped, in bytes. Raise it only for something worth the bytes.
const GZIP_MAX: usize = 160 * 1024;

/// What the library may add to the hand-written Worker, gzipped, in bytes.
const GZIP_OVER_BY_HAND_MAX: usize = 20 * 1024;

#[test]
fn the_quickstart_is_within_its_budget() {
    let repository = Repository::open().unwrap();
    let tools = Tools::find(&repository).unwrap();
    let Comparison { measured, by_hand } = size::compare(&repository, &tools).unwrap();
    assert!(measured.gzip <= GZIP_MAX, "{} bytes, at most {GZIP_MAX}", measured.gzip);
    let over = measured.gzip.saturating_sub(by_hand.gzip);
    assert!(over <= GZIP_OVER_BY_HAND_MAX, "{over} more bytes, at most {GZIP_OVER_BY_HAND_MAX}");
}
