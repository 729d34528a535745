//! What came of a rotation.

use std::collections::BTreeMap;

use indicatif::HumanBytes;
use storage_core::rotation::{RotationPage, RotationProblem};

use super::{Job, counted, grouped};
use crate::printable::printable;

/// Prints how many entries there are under each key, and what to do next.
pub(crate) fn report(job: &Job, done: &RotationPage) {
    anstream::print!("{}", text(job, done));
}

fn text(job: &Job, done: &RotationPage) -> String {
    let mut lines = vec![format!(
        "{}: {}, {} rotated ({})",
        job.name,
        counted(done.entries()),
        grouped(done.rotated),
        HumanBytes(done.bytes)
    )];
    lines.extend(table(job, done));
    lines.extend(named(done));
    lines.push(String::new());
    lines.extend(next(job, done));
    lines.join("\n") + "\n"
}

fn table(job: &Job, done: &RotationPage) -> Vec<String> {
    // Every key of the ring, and whatever else the Worker has.
    let of_ring = job.ring.iter().map(|key| (key.id().to_string(), 0));
    let mut keys: BTreeMap<String, u64> = of_ring.collect();
    keys.extend(done.keys.iter().map(|(id, entries)| (id.clone(), *entries)));
    let mut rows: Vec<(String, u64)> = Vec::new();
    if let Some(entries) = keys.remove(job.primary()) {
        rows.push((format!("under {}, the first key", job.primary()), entries));
    }
    rows.extend(
        keys.into_iter().map(|(id, entries)| (format!("under {}", printable(&id)), entries)),
    );
    let others = [
        ("not encrypted", done.plain),
        ("written by others meanwhile, or about to expire", done.changed),
        ("could not be read", done.unreadable),
        ("could not be written", done.failed),
    ];
    let others = others.into_iter().filter(|(_, entries)| *entries > 0);
    rows.extend(others.map(|(what, entries)| (what.to_owned(), entries)));
    let width = rows.iter().map(|(_, entries)| grouped(*entries).len()).max().unwrap_or_default();
    let row = |(what, entries): (String, u64)| format!("  {:>width$}  {what}", grouped(entries));
    rows.into_iter().map(row).collect()
}

fn named(done: &RotationPage) -> Vec<String> {
    let of = |RotationProblem { key, code, .. }: &RotationProblem| {
        format!("  {key:?}: {}", printable(code))
    };
    let mut lines: Vec<_> = done.problems.iter().map(of).collect();
    if !lines.is_empty() {
        let all = done.unreadable.saturating_add(done.failed);
        let first = lines.len() as u64;
        let heading = if all > first {
            format!("\nthe first {first} of them:")
        } else {
            "\nthey are:".into()
        };
        lines.insert(0, heading);
    }
    lines
}

/// Which keys were rotated, if not all of them: those that were asked for, or fewer. What a Worker of before it said
/// so answers is of what was asked for.
fn part<'a>(job: &'a Job, done: &'a RotationPage) -> Option<&'a str> {
    let prefix = done.prefix.as_ref().or(job.request.prefix.as_ref());
    prefix.map(String::as_str).filter(|prefix| !prefix.is_empty())
}

/// What to do now.
fn next(job: &Job, done: &RotationPage) -> Vec<String> {
    let mut lines = Vec::new();
    if done.unreadable > 0 {
        lines.push(
            "what could not be read was sealed with a key that is not in the secret, or is damaged: add \
             the key and run this again, or restore or delete those entries"
                .to_owned(),
        );
    }
    if done.failed > 0 {
        lines.push("what could not be written is as it was: run this again".to_owned());
    }
    if done.plain > 0 {
        lines.push(
            "what is not encrypted can't be read by the Worker; --encrypt-plain encrypts it"
                .to_owned(),
        );
    }
    if done.changed > 0 {
        lines.push("run this again for what others wrote meanwhile".to_owned());
    }
    let part = part(job, done);
    let is_whole = part.is_none();
    if let Some(prefix) = part {
        lines.push(format!(
            "this was a part of the keys, those that start with {prefix:?}: nothing is said of the others"
        ));
        if job.request.prefix.is_none() {
            lines.push(
                "the field that the route rotates reaches those only (its `prefix`): before an old key goes, \
                 rotate through a field without one"
                    .to_owned(),
            );
        }
    }
    // What could not be read may be under any key, or under none that is known here.
    let is_settled = is_whole && done.changed == 0 && done.failed == 0 && done.unreadable == 0;
    for key in job.ring.iter().skip(1) {
        let id = key.id().as_str();
        match done.keys.get(id) {
            Some(entries) => {
                let are = if *entries == 1 { "is" } else { "are" };
                lines.push(format!("{} {are} left under {id}: it has to stay", grouped(*entries)));
            }
            None if is_settled => lines.push(format!(
                "nothing is left under {id}: it can go from {}, unless another declaration with that \
                 secret has not been rotated",
                job.secret
            )),
            None => {}
        }
    }
    if lines.is_empty() {
        lines.push(format!("everything is under {}", job.primary()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use storage_core::crypto::{KeyRing, Resource};
    use storage_core::rotation::RotationRequest;

    use super::*;

    fn job(prefix: Option<&str>) -> Job {
        let ring = "2026-11:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,\
                    2025-03:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let mut request = RotationRequest::default();
        request.prefix = prefix.map(str::to_owned);
        Job {
            url: "https://example.com/rotate".into(),
            resource: Resource::Bucket,
            name: "vault".into(),
            secret: "VAULT_KEYS".into(),
            ring: KeyRing::parse(ring).unwrap(),
            request,
        }
    }

    fn done(keys: &[(&str, u64)]) -> RotationPage {
        let mut done = RotationPage::default();
        done.rotated = 1200;
        done.current = 34;
        done.bytes = 3 * 1024 * 1024;
        done.keys = keys.iter().map(|(id, entries)| ((*id).to_owned(), *entries)).collect();
        done
    }

    #[test]
    fn an_old_key_can_go_when_nothing_is_left_under_it() {
        let expected = "vault: 1,234 entries, 1,200 rotated (3.00 MiB)\n  \
                        1,234  under 2026-11, the first key\n      \
                        0  under 2025-03\n\n\
                        nothing is left under 2025-03: it can go from VAULT_KEYS, unless another declaration \
                        with that secret has not been rotated\n";
        assert_eq!(text(&job(None), &done(&[("2026-11", 1234)])), expected);
    }

    #[test]
    fn it_is_not_said_to_go_when_that_is_not_known() {
        let mut changed = done(&[("2026-11", 1234)]);
        changed.changed = 1;
        let mut failed = done(&[("2026-11", 1234)]);
        failed.failed = 1;
        let mut unreadable = done(&[("2026-11", 1234)]);
        unreadable.unreadable = 1;
        let left = done(&[("2026-11", 1233), ("2025-03", 1)]);
        for (job, done) in [
            (job(None), changed),
            (job(None), failed),
            (job(None), unreadable),
            (job(None), left),
            (job(Some("a/")), done(&[("2026-11", 1234)])),
            (job(None), of_part("acme/")),
            (job(Some("a/")), of_part("a/")),
        ] {
            let text = text(&job, &done);
            assert!(!text.contains("can go"), "{text}");
        }
    }

    fn of_part(prefix: &str) -> RotationPage {
        let mut done = done(&[("2026-11", 1234)]);
        done.prefix = Some(prefix.to_owned());
        done
    }

    #[test]
    fn a_part_is_named() {
        let asked = text(&job(Some("a/")), &done(&[("2026-11", 1234)]));
        assert!(asked.contains("those that start with \"a/\": nothing is said"), "{asked}");
        assert!(!asked.contains("rotate through a field without one"), "{asked}");
        let reached = text(&job(None), &of_part("acme/\u{1b}"));
        assert!(
            reached.contains(r#"those that start with "acme/\u{1b}": nothing is"#),
            "{reached}"
        );
        assert!(reached.contains("rotate through a field without one"), "{reached}");
    }

    #[test]
    fn what_the_worker_says_does_nothing_to_a_terminal() {
        let mut done = done(&[("2026-11", 1234), ("\u{1b}[2J", 1)]);
        done.failed = u64::MAX;
        done.unreadable = 1;
        done.note("\u{1b}[1A", "\u{1b}[1A");
        let text = text(&job(None), &done);
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.contains(r"under \u{1b}[2J"), "{text}");
        assert!(text.contains(r#""\u{1b}[1A": \u{1b}[1A"#), "{text}");
    }

    #[test]
    fn what_could_not_be_read_is_named() {
        let mut done = done(&[("2026-11", 1234)]);
        done.unreadable = 2;
        done.note("a\nb", "storage_decryption_failed");
        let text = text(&job(None), &done);
        assert!(
            text.contains("\nthe first 1 of them:\n  \"a\\nb\": storage_decryption_failed\n"),
            "{text}"
        );
    }
}
