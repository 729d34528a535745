//! What a rotation leaves behind, whatever happens meanwhile.

mod answer;
mod bucket;
mod hooked;
mod kv;
mod races;

use std::collections::BTreeMap;

use super::{Rotate, RotationPage};
use crate::encryption::tests::{Account, NEW, OLD};

/// The old key alone, then both with the new one first, then the new one alone.
fn rings() -> [Account; 3] {
    let before = Account::new(OLD);
    let during = before.with_secret(Some(&format!("{NEW},{OLD}")));
    let after = before.with_secret(Some(NEW));
    [before, during, after]
}

/// All pages, and how many there were.
async fn run(page: impl Fn() -> Rotate) -> (RotationPage, usize) {
    let mut done = page().await.unwrap();
    let mut pages = 1;
    while let Some(cursor) = done.cursor.take() {
        done.append(page().cursor(cursor).await.unwrap());
        pages += 1;
    }
    (done, pages)
}

fn under(keys: &[(&str, u64)]) -> BTreeMap<String, u64> {
    keys.iter().map(|(id, entries)| ((*id).to_owned(), *entries)).collect()
}

fn problems(page: &RotationPage) -> Vec<(&str, &str)> {
    page.problems.iter().map(|problem| (problem.key.as_str(), problem.code.as_str())).collect()
}
