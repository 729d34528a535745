//! The quickstart on workerd, over HTTP: built as for production, with local R2 and KV.
//!
//! All cases share one server, each under names of its own. `cargo xtask setup` has to have run.

#![expect(
    clippy::indexing_slicing,
    reason = "a field that JSON does not have is null"
)]

mod config;
mod files;
mod http;
mod quickstart;
mod restart;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use libtest_mimic::{Arguments, Failed, Trial};

use quickstart::{Quickstart, Running};

type Case = fn(&Running) -> Result<()>;

type CaseOfServers = fn(&Quickstart) -> Result<()>;

/// Each case under its own name.
macro_rules! cases {
    ($($subject:ident::$case:ident,)*) => {
        [$((concat!(stringify!($subject), "::", stringify!($case)), $subject::$case)),*]
    };
}

/// On the server that all share.
const CASES: &[(&str, Case)] = &cases![
    files::text_comes_back_with_its_content_type,
    files::every_byte_value_comes_back,
    files::an_empty_body_is_a_file,
    files::a_large_file_comes_back,
    files::without_a_content_type_it_is_bytes,
    files::an_upload_replaces_the_file,
    files::a_missing_name_is_not_found,
    files::create_only_keeps_what_is_there,
    files::of_concurrent_creations_one_wins,
    files::any_unicode_is_a_name,
    files::the_longest_name_fits_and_a_longer_does_not,
    config::json_comes_back,
    config::a_missing_key_is_not_found,
    config::what_is_not_json_is_refused,
    config::any_unicode_is_a_key,
    config::the_longest_key_fits_and_a_longer_does_not,
];

/// On servers that they start and stop themselves.
const CASES_OF_SERVERS: &[(&str, CaseOfServers)] = &cases![
    restart::data_is_still_there,
    restart::nothing_is_left_behind,
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(None)).exit_code();
    }
    match start() {
        Ok(started) => {
            let started = Arc::new(started);
            let conclusion = libtest_mimic::run(&arguments, trials(Some(&started)));
            if conclusion.has_failed() {
                eprintln!("wrangler printed:\n{}", started.1.server.output_of_interest());
            }
            drop(started); // stops the server
            conclusion.exit_code()
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

type Started = (Quickstart, Running);

fn start() -> Result<Started> {
    let quickstart = Quickstart::build().context("could not build the quickstart")?;
    let running = quickstart
        .start("shared")
        .context("could not start the quickstart")?;
    Ok((quickstart, running))
}

fn trials(started: Option<&Arc<Started>>) -> Vec<Trial> {
    let shared = CASES
        .iter()
        .map(|(name, case)| trial(name, started.cloned(), |(_, running)| case(running)));
    let own = CASES_OF_SERVERS
        .iter()
        .map(|(name, case)| trial(name, started.cloned(), |(quickstart, _)| case(quickstart)));
    shared.chain(own).collect()
}

fn trial(
    name: &str,
    started: Option<Arc<Started>>,
    case: impl FnOnce(&Started) -> Result<()> + Send + 'static,
) -> Trial {
    Trial::test(name, move || {
        let started = started.ok_or("not started")?;
        case(&started).map_err(|error| Failed::from(format!("{error:#}")))
    })
}
