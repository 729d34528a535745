//! `cargo storage generate`, on real files.

use std::fs;
use std::process::Stdio;

use crate::support::{FOUR, Folder, TWO};

const GOLDEN: &str = include_str!("../golden/toml-commented/before.toml");

#[test]
fn a_new_file_is_complete_and_said_so() {
    let folder = Folder::new(TWO);
    let ran = folder.generate("wrangler.jsonc", &[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let expected = "\
wrote wrangler.jsonc
  + r2_buckets  USER_ASSETS -> user-assets
  + kv_namespaces  APP_CONFIGS
wrote storage.lock
";
    assert_eq!(ran.stdout, expected);
    let again = folder.generate("wrangler.jsonc", &[]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "wrangler.jsonc is up to date\n"));
}

#[test]
fn advice_is_given_on_what_the_file_can_not_say() {
    let ran = Folder::new(FOUR).generate("wrangler.jsonc", &[]);
    let command = "`user-assets` itself keeps `delete_after_days`, not this file: `cargo storage apply` \
                   tells it\n";
    assert!(ran.stderr.contains(command), "{ran:?}");
    for check in [0, 1] {
        let folder = Folder::new(FOUR);
        if check == 0 {
            folder.generate("wrangler.jsonc", &[]);
        }
        let ran = folder.generate("wrangler.jsonc", &["--check"]);
        assert_eq!(ran.code, Some(check), "{ran:?}");
        assert!(ran.stderr.contains(command), "{ran:?}");
    }
}

#[test]
fn the_help_of_a_check_is_the_command_that_writes_the_file() {
    let folder = Folder::new(TWO);
    let check = |more: &[&str]| folder.generate("./of pr.toml", &[&["--check"], more].concat());
    let ran = check(&["-e", "pr", "-p", "oops"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let help = "help: cargo storage generate --env pr --package oops --wasm app.wasm --config './of pr.toml'\n";
    assert!(ran.stderr.contains(&format!("./of pr.toml is not there\n{help}")), "{ran:?}");
    folder.write("of pr.toml", "");
    let ran = check(&["-e", "pr", "-p", "oops"]);
    assert!(ran.stderr.contains(&format!("./of pr.toml is stale\n{help}")), "{ran:?}");
}

#[test]
fn a_new_environment_is_said_to_be_new() {
    let folder = Folder::new(TWO);
    let ran = folder.generate("wrangler.toml", &["--env", "staging"]);
    assert!(ran.stderr.contains("new environment `staging`\n"), "{ran:?}");
    let ran = folder.generate("wrangler.toml", &["--env", "staging"]);
    assert!(!ran.stderr.contains("new environment"), "{ran:?}");
    let ran = folder.generate("wrangler.toml", &["--env", "stagging", "--check"]);
    assert!(ran.stderr.contains("new environment `stagging` (there is: staging)\n"), "{ran:?}");
}

#[test]
fn what_exists_already_is_not_given_to_an_environment() {
    let folder = Folder::new(FOUR);
    let ran = folder.generate("wrangler.toml", &["--env", "staging"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("`company-invoices`: whether `staging` uses the same"), "{ran:?}");
    assert!(ran.stderr.contains("was not written\nhelp: first write it without"), "{ran:?}");
    assert!(!folder.path().join("wrangler.toml").exists());
    folder.write("wrangler.toml", GOLDEN);
    let ran = folder.generate("wrangler.toml", &["--env", "staging"]);
    assert!(ran.stderr.ends_with("\n\nwrangler.toml was not changed\n"), "{ran:?}");
    assert_eq!(folder.read("wrangler.toml"), GOLDEN);
}

#[test]
fn check_writes_nothing_and_shows_the_difference() {
    let folder = Folder::new(FOUR);
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.starts_with("--- /dev/null\n+++ b/wrangler.toml\n"), "{ran:?}");
    assert!(!folder.path().join("wrangler.toml").exists());

    folder.write("wrangler.toml", GOLDEN);
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let lock =
        ran.stdout.strip_prefix(include_str!("../golden/toml-commented/check.diff")).unwrap();
    assert!(lock.starts_with("--- /dev/null\n+++ b/storage.lock\n@@ -0,0 "), "{lock}");
    assert_eq!(folder.read("wrangler.toml"), GOLDEN);

    assert_eq!(folder.generate("wrangler.toml", &[]).code, Some(0));
    let ran = folder.generate("wrangler.toml", &["--check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "wrangler.toml is up to date\n"));
}

#[test]
fn a_file_that_is_right_is_not_touched() {
    let folder = Folder::new(TWO);
    folder.generate("wrangler.jsonc", &[]);
    let path = folder.path().join("wrangler.jsonc");
    let long_ago =
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(folder.generate("wrangler.jsonc", &[]).code, Some(0));
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
}

#[test]
fn nothing_else_is_left_in_the_folder() {
    let folder = Folder::new(TWO);
    folder.generate("wrangler.jsonc", &[]);
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["app.wasm", "storage.lock", "wrangler.jsonc"]);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new(TWO);
    fs::create_dir(folder.path().join("shared")).unwrap();
    let target = folder.write("shared/real.toml", "# shared\n");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("shared/real.toml", folder.path().join("wrangler.toml")).unwrap();
    assert_eq!(folder.generate("wrangler.toml", &[]).code, Some(0));
    let link = fs::symlink_metadata(folder.path().join("wrangler.toml")).unwrap();
    assert!(link.is_symlink());
    assert!(folder.read("shared/real.toml").contains("USER_ASSETS"));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_file_that_is_marked_read_only_stays_as_it_is() {
    let folder = Folder::new(TWO);
    let path = folder.write("wrangler.toml", "# hands off\n");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let ran = folder.generate("wrangler.toml", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("can't write wrangler.toml: it is marked read-only"), "{ran:?}");
    assert_eq!(folder.read("wrangler.toml"), "# hands off\n");
}

#[test]
fn names_that_are_no_configuration_file_or_environment() {
    let folder = Folder::new(TWO);
    let ran = folder.generate("wrangler.yaml", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("wrangler.yaml is not a .json, .jsonc or .toml file"), "{ran:?}");
    let ran = folder.generate("wrangler.toml", &["--env", "a b"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("`a b` is not an environment"), "{ran:?}");
}

#[test]
fn the_version_is_that_of_the_program() {
    let ran = Folder::new(TWO).run(&["-V"]);
    assert_eq!(ran.stdout, concat!("cargo-storage ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn every_command_has_examples_in_its_help() {
    let folder = Folder::new(TWO);
    for command in ["apply", "generate", "inspect", "keygen", "build", "dev"] {
        let ran = folder.run(&[command, "--help"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains("Examples:\n  cargo storage"), "{}", ran.stdout);
        assert!(ran.stdout.contains("Exit codes: "), "{}", ran.stdout);
    }
}

#[cfg(unix)]
#[test]
fn of_many_at_once_none_is_lost() {
    let folder = Folder::new(TWO);
    folder.generate("wrangler.jsonc", &[]);
    let envs: Vec<String> = (0..8).map(|number| format!("pr-{number}")).collect();
    let generate = ["generate", "--wasm", "app.wasm", "--config", "wrangler.jsonc", "--env"];
    let started: Vec<_> = envs
        .iter()
        .map(|env| {
            let mut command = folder.command(&[&generate[..], &[env]].concat());
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    for mut one in started {
        assert!(one.wait().unwrap().success());
    }
    let written = folder.read("wrangler.jsonc");
    let missing: Vec<_> = envs.iter().filter(|env| !written.contains(env.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?} of\n{written}");
}

/// Reading it would wait for somebody to write to it.
#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_file_is_refused() {
    let folder = Folder::new(TWO);
    let (pipe, link) = (folder.path().join("pipe.jsonc"), folder.path().join("wrangler.jsonc"));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink("pipe.jsonc", &link).unwrap();
    for name in ["pipe.jsonc", "wrangler.jsonc"] {
        let ran = folder.generate(name, &[]);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.stderr.contains(name), "{ran:?}");
        assert!(ran.stderr.contains("it is not a regular file; help: "), "{ran:?}");
    }
    assert!(link.is_symlink() && !pipe.is_file() && pipe.exists());
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_not_replaced() {
    let folder = Folder::new(TWO);
    std::os::unix::fs::symlink("nowhere.jsonc", folder.path().join("wrangler.jsonc")).unwrap();
    let ran = folder.generate("wrangler.jsonc", &[]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("symbolic link to nothing"), "{ran:?}");
    assert!(folder.path().join("wrangler.jsonc").is_symlink());
}
