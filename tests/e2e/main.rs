//! Workers on workerd, over HTTP: built as for production, with local R2 and KV.
//!
//! The quickstart does what it is for, and every conformance case passes on real bindings. All
//! cases share one server of their Worker, each under names of its own, but those that restart it.
//! `cargo xtask setup` has to have run.

#![expect(clippy::indexing_slicing, reason = "a field that JSON does not have is null")]

mod archive;
mod calls;
mod cipher;
mod config;
mod conformance;
mod files;
mod hostile;
mod http;
#[path = "../rest/key_server.rs"]
mod key_server;
mod killed;
mod limited;
mod links;
mod observed;
mod pieces;
mod presigned;
mod rest;
mod restart;
mod rotate;
mod sealed;
mod serving;
mod sessions;
#[path = "../rest/table.rs"]
mod table;
#[path = "../rest/tokens.rs"]
mod tokens;
#[path = "../../storage-runtime/tests/observe/told.rs"]
mod told;
mod vault;
mod vectors;
mod woken;
mod worker;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use libtest_mimic::{Arguments, Failed, Trial};

use worker::{Running, Worker};

type Case = fn(&Running) -> Result<()>;
type CaseOfServers = fn(&Worker) -> Result<()>;

/// Each case under its own name.
macro_rules! cases {
    ($($subject:ident::$case:ident,)*) => {
        [$((concat!(stringify!($subject), "::", stringify!($case)), $subject::$case)),*]
    };
}

/// On a server that all share.
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
const CASES_OF_SERVERS: &[(&str, CaseOfServers)] =
    &cases![restart::data_is_still_there, restart::nothing_is_left_behind,];

/// On a server of the Worker that runs conformance cases.
const CASES_OF_BINDINGS: &[(&str, Case)] = &cases![
    rest::everybody_may_do_what_is_theirs,
    rest::entries_are_what_was_written,
    rest::bytes_come_back_as_they_are,
    rest::what_another_program_wrote_is_whole,
    rest::a_refusal_has_the_envelope,
    rest::what_is_long_is_bounded_or_streamed,
    rest::what_is_refused_unread_is_answered,
    rest::only_right_tokens_are_taken,
    rest::addresses_and_limits_are_the_platforms,
    archive::archives_are_as_they_should,
    archive::archives_in_a_storage_worker_are_as_they_should,
    limited::a_body_over_the_limit_of_a_layer_is_not_stored,
    woken::work_is_not_done_where_it_is_woken,
    pieces::a_body_of_unknown_length_is_read_in_large_pieces,
    calls::every_verb_takes_its_grant,
    calls::who_may_only_write_creates_entries,
    calls::a_binding_that_leads_nowhere_is_named_in_the_log,
    calls::a_link_is_made_by_a_call_and_answered_by_the_storage_worker,
    calls::many_requests_travel_in_one_message,
    calls::a_body_of_any_length_is_handed_on,
    calls::the_public_reaches_no_verb,
    conformance::a_missing_binding_is_named_in_the_log,
    conformance::a_binding_of_another_kind_is_named_in_the_log,
    cipher::what_is_stored_is_the_format,
    cipher::what_another_program_encrypted_is_read,
    cipher::a_range_is_read_from_its_chunks,
    cipher::the_prefix_comes_off,
    cipher::every_changed_byte_is_refused,
    cipher::what_is_cut_off_is_refused,
    cipher::what_is_cut_off_between_chunks_never_looks_whole,
    cipher::chunks_of_another_place_are_refused,
    cipher::nothing_unverified_comes_out,
    cipher::flows_end_as_they_should,
    links::a_link_to_the_worker_is_of_one_exact_key,
    links::an_upload_keeps_its_encoding,
    links::a_link_is_answered_in_parts_and_to_head,
    links::a_link_to_r2_itself_is_of_the_same_bucket,
    links::what_a_link_does_not_allow_leaves_nothing,
    links::a_client_may_be_slow_or_go_away,
    links::of_a_crowd_as_many_as_there_are_uses_succeed,
    links::an_upload_is_answered_again_as_it_was,
    links::a_revoked_link_is_refused,
    links::an_upload_that_is_under_way_is_revoked_too,
    links::a_page_of_another_origin_may_what_was_declared,
    vectors::wycheproof_chunked_encryption,
    vectors::wycheproof_aes_gcm,
    vectors::wycheproof_hmac,
    vectors::wycheproof_hkdf,
    vectors::what_python_sealed,
    presigned::an_object_is_written_read_and_deleted,
    presigned::any_key_is_reached,
    presigned::an_object_is_uploaded_in_parts,
    presigned::what_was_not_signed_is_refused,
    presigned::what_has_expired_is_refused,
    presigned::other_clients_sign_the_same,
    presigned::another_client_reads_what_was_written,
    sealed::what_is_stored_is_opened_without_the_worker,
    sealed::what_is_uploaded_in_parts_is_one_message,
    sealed::a_range_is_served_decrypted,
    sealed::what_was_replaced_is_refused,
    sealed::what_was_swapped_is_refused,
    sealed::a_body_ends_before_the_chunk_that_fails,
    sealed::a_value_ends_before_the_chunk_that_fails,
    sealed::a_damaged_item_is_listed_apart,
    sealed::the_documented_program_decrypts_it,
    rotate::the_keys_of_a_bucket_are_rotated,
    rotate::the_keys_of_a_namespace_are_rotated,
    rotate::nobody_without_the_keys_rotates,
    observed::every_operation_of_a_bucket_is_a_line,
    observed::every_operation_of_a_namespace_is_a_line,
];

/// On a server of each Worker that serves files of a private bucket.
const CASES_OF_SERVING: &[(&str, Case)] = &cases![
    serving::a_file_has_its_headers,
    serving::a_header_is_compared_as_it_was_sent,
    serving::what_a_client_has_is_not_sent_again,
    serving::a_file_that_changed_is_told,
    serving::a_download_goes_on_where_it_broke_off,
    serving::a_large_file_is_served_in_any_part,
    serving::a_missing_file_is_not_found,
];

/// On servers of their own of the Worker with all bindings.
const CASES_OF_BREAKDOWNS: &[(&str, CaseOfServers)] = &cases![
    calls::what_breaks_down_is_tried_again,
    hostile::a_caller_says_what_it_likes,
    killed::what_was_acknowledged_outlives_a_kill,
];

/// On a server of the example with a login.
const CASES_OF_LOGIN: &[(&str, Case)] = &cases![serving::a_file_is_its_owners,];

/// On a server of the example of KV over REST.
const CASES_OF_REST: &[(&str, Case)] = &cases![rest::a_server_without_its_key_serves_nothing,];

/// On a server of the example of sessions.
const CASES_OF_SESSIONS: &[(&str, Case)] = &cases![
    sessions::a_session_begins_and_ends,
    sessions::another_origin_changes_nothing,
    sessions::nothing_outside_the_cookie_logs_in,
];
/// On servers of the example with a storage Worker, which they start and stop themselves.
const CASES_OF_VAULT: &[(&str, CaseOfServers)] =
    &cases![vault::documents_are_encrypted_and_linked_by_the_storage_worker,];

/// On a server of the example of an archive.
const CASES_OF_ARCHIVE: &[(&str, Case)] = &cases![
    archive::logs_come_back_by_time,
    archive::logs_of_many_megabytes_are_streamed,
    archive::a_line_that_is_no_log_ends_it,
    archive::services_at_once_lose_nothing,
];

/// On servers of that example that they start and stop themselves.
const CASES_OF_ARCHIVE_SERVERS: &[(&str, CaseOfServers)] = &cases![
    archive::what_is_stored_of_logs_is_encrypted,
    archive::what_the_platform_tells_of_a_service_is_archived,
];

/// What the cases are run on.
struct Stage {
    quickstart: Worker,
    shared: Running,
    bindings: Worker,
    conformance: Running,
    conformance_cases: Vec<String>,
    private_files: Running,
    kv_rest: Running,
    sessions: Running,
    log_archive: Worker,
    logs: Running,
    vault: Worker,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(None)).exit_code();
    }
    match start() {
        Ok(stage) => {
            let stage = Arc::new(stage);
            let conclusion = libtest_mimic::run(&arguments, trials(Some(&stage)));
            if conclusion.has_failed() {
                let Stage { shared, conformance, private_files, kv_rest, sessions, logs, .. } =
                    &*stage;
                for running in [shared, conformance, private_files, kv_rest, sessions, logs] {
                    eprintln!("wrangler printed:\n{}", running.server.output_of_interest());
                }
            }
            drop(stage); // stops the servers
            conclusion.exit_code()
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<Stage> {
    let build = |package| Worker::build(package).with_context(|| format!("building {package}"));
    let quickstart = build("quickstart")?;
    let shared = quickstart.start("shared").context("starting the quickstart")?;
    let bindings = build("conformance")?;
    let conformance = bindings.start("shared").context("starting conformance")?;
    let conformance_cases = conformance::names(&conformance)?;
    let private_files = build("private-files")?.start("shared").context("starting the files")?;
    let kv_rest = build("kv-rest")?.start("shared").context("starting KV over REST")?;
    let sessions = build("sessions")?.start("shared").context("starting the sessions")?;
    let log_archive = build("log-archive")?.with_secret(archive::SECRET, archive::KEYS)?;
    let logs = log_archive.start("shared").context("starting the archive")?;
    let vault = Worker::build_all(&["vault", "vault-storage"]).context("building the vault")?;
    Ok(Stage {
        quickstart,
        shared,
        bindings,
        conformance,
        conformance_cases,
        private_files,
        kv_rest,
        sessions,
        log_archive,
        logs,
        vault,
    })
}

fn trials(stage: Option<&Arc<Stage>>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, case) in CASES {
        trials.push(trial(name, stage, |stage| case(&stage.shared)));
    }
    for (name, case) in CASES_OF_SERVERS {
        trials.push(trial(name, stage, |stage| case(&stage.quickstart)));
    }
    for (name, case) in CASES_OF_BREAKDOWNS {
        trials.push(trial(name, stage, |stage| case(&stage.bindings)));
    }
    for (name, case) in CASES_OF_BINDINGS {
        trials.push(trial(name, stage, |stage| case(&stage.conformance)));
    }
    for (name, case) in CASES_OF_SERVING {
        trials.push(trial(&format!("{name}::axum"), stage, |stage| case(&stage.private_files)));
        trials.push(trial(&format!("{name}::router"), stage, |stage| case(&stage.conformance)));
    }
    for (name, case) in CASES_OF_LOGIN {
        trials.push(trial(name, stage, |stage| case(&stage.private_files)));
    }
    for (name, case) in CASES_OF_REST {
        trials.push(trial(name, stage, |stage| case(&stage.kv_rest)));
    }
    for (name, case) in CASES_OF_SESSIONS {
        trials.push(trial(name, stage, |stage| case(&stage.sessions)));
    }
    for (name, case) in CASES_OF_ARCHIVE {
        trials.push(trial(name, stage, |stage| case(&stage.logs)));
    }
    for (name, case) in CASES_OF_ARCHIVE_SERVERS {
        trials.push(trial(name, stage, |stage| case(&stage.log_archive)));
    }
    for (name, case) in CASES_OF_VAULT {
        trials.push(trial(name, stage, |stage| case(&stage.vault)));
    }
    // Known once their Worker runs: a list of tests does not have them.
    let cases = stage.map_or(&[][..], |stage| &stage.conformance_cases);
    for (number, name) in cases.iter().enumerate() {
        let case = name.clone();
        trials.push(trial(&format!("conformance::{name}"), stage, move |stage| {
            conformance::run(&stage.conformance, number, &case)
        }));
        let case = name.clone();
        trials.push(trial(&format!("calls::{name}"), stage, move |stage| {
            calls::run(&stage.conformance, number, &case)
        }));
    }
    trials
}

fn trial(
    name: &str,
    stage: Option<&Arc<Stage>>,
    case: impl FnOnce(&Stage) -> Result<()> + Send + 'static,
) -> Trial {
    let stage = stage.cloned();
    Trial::test(name, move || {
        let stage = stage.ok_or("not started")?;
        case(&stage).map_err(|error| Failed::from(format!("{error:#}")))
    })
}
