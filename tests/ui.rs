//! What the compiler says about declarations, word for word.
//!
//! One file a rule, named by the rule. `TRYBUILD=overwrite cargo test -p storage-tests --test ui`
//! writes the expected output anew; the diff is for review.

use std::path::Path;

#[test]
fn refusals_read_as_expected() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass.rs");
    for kind in KINDS {
        cases.compile_fail(format!("ui/{kind}/*.rs"));
    }
}

#[test]
fn every_message_of_the_catalogue_has_a_case() {
    let catalogue = include_str!("../storage-macros/src/diag/message.rs");
    let messages: Vec<&str> = catalogue
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) fn ")?.split('(').next())
        .filter(|message| *message != "bug") // no declaration can bring it about
        .collect();
    assert!(messages.len() > 20, "the catalogue is read wrongly: {messages:?}");
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let has_case = |message: &&str| {
        KINDS.iter().any(|kind| ui.join(kind).join(format!("{message}.stderr")).exists())
    };
    let missing: Vec<&str> = messages.into_iter().filter(|message| !has_case(message)).collect();
    assert!(missing.is_empty(), "no case in tests/ui for {missing:?}");
}

const KINDS: &[&str] = &[
    "app",
    "bucket",
    "cors",
    "encryption",
    "grant",
    "key",
    "kv",
    "s3",
    "signed_urls",
    "via",
    "worker",
];
