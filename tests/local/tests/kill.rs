//! A short run of what `cargo xtask kill-test` does at length.

use std::process::Command;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_local")).args(["kill", "--rounds", "10"]).output();
    let output = output.unwrap();
    let (said, failed) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{failed}");
}
