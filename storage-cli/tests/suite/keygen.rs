//! `cargo storage keygen`

use storage_core::crypto::KeyRing;

use crate::support::{Folder, TWO};

#[test]
fn the_only_line_is_an_entry_of_a_new_key() {
    let folder = Folder::new(TWO);
    let runs = [folder.run(&["keygen", "--id", "a"]), folder.run(&["keygen", "--id", "b"])];
    let entries = runs.map(|ran| {
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "what is next is for terminals");
        ran.stdout.strip_suffix('\n').unwrap().to_owned()
    });
    // A ring refuses two keys that are the same.
    let ring = KeyRing::parse(&entries.join(",")).unwrap();
    let ids: Vec<_> = ring.iter().map(|key| key.id().as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
}

#[test]
fn a_key_is_called_after_the_day_and_at_random() {
    let folder = Folder::new(TWO);
    let entries = [(); 2].map(|()| folder.run(&["keygen"]).stdout.trim_end().to_owned());
    // A ring refuses two keys with one id.
    let ring = KeyRing::parse(&entries.join(",")).unwrap();
    for key in ring.iter() {
        let id = key.id().as_str();
        let (day, random) = id.rsplit_once('-').unwrap();
        let digits: Vec<_> = day.split('-').map(|number| (number.len(), number.parse())).collect();
        let [(4, Ok(year)), (2, Ok(month)), (2, Ok(day))] = digits.as_slice() else {
            panic!("{id}")
        };
        assert!(*year >= 2026 && (1..=12).contains(month) && (1..=31).contains(day), "{id}");
        assert!(random.len() == 4 && u16::from_str_radix(random, 16).is_ok(), "{id}");
    }
}

/// It may have been a key.
#[test]
fn an_id_that_is_none_is_not_repeated() {
    let secret = "2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    for id in ["", "a b", "a,b", &"x".repeat(33), secret] {
        let ran = Folder::new(TWO).run(&["keygen", "--id", id]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        let rule =
            "error: the id of a key has 1 to 32 characters of A-Z a-z 0-9 . _ -\nhelp: --id ";
        assert!(ran.stderr.starts_with(rule), "{ran:?}");
        assert!(!ran.stderr.contains("MDEy") && !ran.stderr.contains("a,b"), "{ran:?}");
    }
}
