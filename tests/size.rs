//! A Worker starts as fast as it is small: the quickstart stays within a budget, and close to the
//! same Worker written by hand. Both are built as for production.

use std::fs;

use xtask::repository::Repository;
use xtask::size::{self, Comparison, Size};
use xtask::tools::Tools;
use xtask::worker;

/// What the quickstart may weigh, gzipped, in bytes. Raise it only for something worth the bytes.
const GZIP_MAX: usize = 160 * 1024;

/// What the library may add to the hand-written Worker, gzipped, in bytes.
const GZIP_OVER_BY_HAND_MAX: usize = 20 * 1024;

/// How far the README may be off, of a hundred: another compiler gives other bytes.
const README_OFF_MAX: usize = 3;

/// What a whole KV server over REST may weigh more than the quickstart, gzipped, in bytes.
const GZIP_OF_REST_MAX: usize = 60 * 1024;

/// What an app weighs less at least whose storage, which encrypts, is in a storage Worker, gzipped, in bytes.
const GZIP_LESS_BY_CALLS_MIN: usize = 30 * 1024;

/// What derives the keys of a message says of itself, and so is in every Worker that encrypts.
const ENCRYPTS: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM";

/// What derives the keys of links says of itself.
const SIGNS: &[u8] = b"storage-rs/signing@v1";

#[test]
fn an_app_that_goes_by_a_storage_worker_has_neither_crypto_nor_secrets() {
    let repository = Repository::open().unwrap();
    let tools = Tools::find(&repository).unwrap();
    let built = |package| worker::build(&repository, &tools, package).unwrap();
    let (app, storage, direct) = (built("vault"), built("vault-storage"), built("vault-direct"));
    for (worker, has_crypto) in [(&app, false), (&storage, true), (&direct, true)] {
        let wasm = fs::read(&worker.wasm).unwrap();
        for marker in [ENCRYPTS, SIGNS] {
            let found = wasm.windows(marker.len()).any(|bytes| bytes == marker);
            assert_eq!(found, has_crypto, "{}: {}", worker.wasm.display(), marker.escape_ascii());
        }
        // Where WebCrypto does the AES, it is JavaScript that asks for it.
        let script = fs::read_to_string(&worker.main).unwrap();
        assert_eq!(script.contains("AES-GCM"), has_crypto, "{}", worker.main.display());
    }
    let config = |package| {
        fs::read_to_string(repository.folder(package).unwrap().join("wrangler.jsonc")).unwrap()
    };
    let (of_app, of_storage) = (config("vault"), config("vault-storage"));
    for text in ["VAULT_KEYS", "VAULT_LINK_KEYS", "\"r2_buckets\""] {
        assert!(of_storage.contains(text), "{text} is not in the storage Worker's wrangler file");
        assert!(!of_app.contains(text), "{text} is in the app's wrangler file");
    }
    let [app, storage, direct] = [app, storage, direct].map(|it| Size::of(&it.wasm).unwrap().gzip);
    println!("gzipped: vault {app} bytes, vault-storage {storage}, vault-direct {direct}");
    let less = direct.saturating_sub(app);
    assert!(less >= GZIP_LESS_BY_CALLS_MIN, "{less} bytes less, at least {GZIP_LESS_BY_CALLS_MIN}");
}

#[test]
fn a_kv_server_over_rest_is_small() {
    let repository = Repository::open().unwrap();
    let tools = Tools::find(&repository).unwrap();
    let measure = |package| size::measure(&repository, &tools, package).unwrap().gzip;
    let (server, quickstart) = (measure("kv-rest"), measure(size::MEASURED));
    println!("kv-rest: {server} bytes, the quickstart: {quickstart}");
    let over = server.saturating_sub(quickstart);
    assert!(over <= GZIP_OF_REST_MAX, "{over} more bytes, at most {GZIP_OF_REST_MAX}");
}

#[test]
fn the_quickstart_is_within_its_budget() {
    let repository = Repository::open().unwrap();
    let tools = Tools::find(&repository).unwrap();
    let Comparison { measured, by_hand } = size::compare(&repository, &tools).unwrap();
    assert!(measured.gzip <= GZIP_MAX, "{} bytes, at most {GZIP_MAX}", measured.gzip);
    let over = measured.gzip.saturating_sub(by_hand.gzip);
    assert!(over <= GZIP_OVER_BY_HAND_MAX, "{over} more bytes, at most {GZIP_OVER_BY_HAND_MAX}");
    for (name, size) in [(size::MEASURED, measured), (size::BY_HAND, by_hand)] {
        let (raw, gzip) = in_the_readme(name).unwrap();
        for (said, is) in [(raw, size.raw), (gzip, size.gzip)] {
            let off = said.abs_diff(is) * 100;
            assert!(off <= is * README_OFF_MAX, "{name}: {said} in the README, is {is}");
        }
    }
}

/// The sizes of a Worker as the README has them, in bytes, raw and gzipped.
fn in_the_readme(name: &str) -> Option<(usize, usize)> {
    let readme = include_str!("../README.md");
    let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| {name} | ")))?;
    let (raw, gzip) = row.strip_suffix(" KB |")?.split_once(" KB | ")?;
    Some((raw.parse::<usize>().ok()? * 1000, gzip.parse::<usize>().ok()? * 1000))
}
