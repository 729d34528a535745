//! Every committed input: seeds of the fuzzer, and what it once found.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use storage_fuzz::TARGETS;

#[test]
fn every_input_passes() {
    for target in TARGETS {
        let mut inputs = 0;
        for entry in fs::read_dir(folder().join(target.name)).unwrap() {
            let path = entry.unwrap().path();
            println!("cargo run -p storage-fuzz -- {} {}", target.name, path.display());
            (target.run)(&fs::read(&path).unwrap());
            inputs += 1;
        }
        assert!(inputs >= 3, "{} has {inputs} inputs", target.name);
    }
}

#[test]
fn every_target_has_a_folder_and_every_folder_a_target() {
    let folders = fs::read_dir(folder()).unwrap();
    let folders: BTreeSet<_> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let targets: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(folders, targets);
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/inputs"))
}
