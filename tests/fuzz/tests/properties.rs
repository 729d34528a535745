//! What a few seconds find: random inputs for every target, many of them near to what is committed.
//! A failure is told with its input.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use storage_fuzz::{TARGETS, find};

/// Runs a target with so many inputs.
fn check(target: &str, cases: u32) {
    let run = find(target).unwrap().run;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inputs").join(target);
    let seeds = fs::read_dir(folder).unwrap();
    let seeds: Vec<_> = seeds.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    let input = prop_oneof![
        4 => near(seeds),
        1 => any::<String>().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..600),
    ];
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&input, |input| {
            run(&input);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{target}: {failure}"));
}

/// A committed input with a few changes.
fn near(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof!["[-_a-zA-Z0-9.:/{}\\[\\]\"'#,=\\\\ \\r\\n\\t]{0,2}", any::<String>()];
    let change = (any::<Index>(), 0..3_usize, piece);
    (prop::sample::select(seeds), vec(change, 0..4)).prop_map(|(mut input, changes)| {
        for (at, removed, piece) in changes {
            let at = at.index(input.len() + 1);
            let end = (at + removed).min(input.len());
            input.splice(at..end, piece.into_bytes());
        }
        input
    })
}

/// A test for each target, so that they run side by side.
macro_rules! properties {
    ($($target:ident: $cases:literal),* $(,)?) => {
        $(
            #[test]
            fn $target() {
                check(stringify!($target), $cases);
            }
        )*

        #[test]
        fn every_target_is_here() {
            let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($target)),*]);
        }
    };
}

properties! {
    checksum: 4096,
    encryption_prefix: 256,
    encryption_stream: 256,
    key: 4096,
    key_ring: 4096,
    manifest: 4096,
    range_header: 4096,
    token: 4096,
    typed_key: 4096,
    wrangler: 256,
    wrangler_document: 512,
}
