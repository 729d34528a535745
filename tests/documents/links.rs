//! Links between the files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

use xtask::repository::Repository;

#[test]
fn links_lead_to_files() {
    let repository = Repository::open().unwrap();
    let documents = documents(repository.root());
    assert!(documents.len() >= 8, "not all documents were found: {documents:?}");
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        for link in links(&text).filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or(link);
            if !folder.join(file).exists() {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// What stands between `](` and `)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The Markdown files at the top, in `docs/` and of the examples.
fn documents(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned(), root.join("docs")];
    let examples = fs::read_dir(root.join("examples")).unwrap();
    folders.extend(examples.map(|example| example.unwrap().path()));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}
