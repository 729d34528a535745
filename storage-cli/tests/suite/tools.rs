//! `build`, `dev` and `generate` of a package, with stand-ins for the programs they run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{Folder, SEALED, SIGNED, TWO, wasm};

/// A package whose build is a copy: cargo only answers what the package is.
fn package() -> Folder {
    let folder = Folder::new(TWO);
    folder.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\ncrate-type = [\"cdylib\"]\n[workspace]\n",
    );
    folder.write("lib.rs", "");
    fs::create_dir(folder.path().join("bin")).unwrap();
    program(&folder, "cargo", CARGO);
    folder
}

/// Reports `app.wasm` as what was built, after saying what it was asked.
const CARGO: &str = r#"
if [ "$1" = metadata ]; then exec "$REAL_CARGO" "$@"; fi
echo "cargo $* js_sys=$WASM_BINDGEN_USE_JS_SYS" >&2
id="path+file://$PWD#app@0.0.0"
echo '{"reason":"compiler-artifact","package_id":"'"$id"'","manifest_path":"'"$PWD"'/Cargo.toml","target":{"name":"app","kind":["cdylib"],"crate_types":["cdylib"],"required-features":[],"src_path":"'"$PWD"'/lib.rs","edition":"2024","doc":true,"doctest":false,"test":true},"profile":{"opt_level":"s","debuginfo":0,"debug_assertions":false,"overflow_checks":false,"test":false},"features":[],"filenames":["'"$PWD"'/app.wasm"],"executable":null,"fresh":true}'
"#;

fn program(folder: &Folder, name: &str, script: &str) {
    let path = folder.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn command(folder: &Folder, args: &[&str]) -> Command {
    let path = format!("{}:/usr/bin:/bin", folder.path().join("bin").display());
    let mut command = folder.command(args);
    command
        .env("PATH", path)
        .env("REAL_CARGO", env!("CARGO"))
        .env("CARGO", folder.path().join("bin/cargo"));
    command
}

fn run(folder: &Folder, args: &[&str]) -> (Option<i32>, String, String) {
    let output = command(folder, args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn generate_builds_as_worker_build_does() {
    let folder = package();
    let (code, stdout, stderr) = run(&folder, &["generate", "--features", "extra"]);
    assert_eq!(code, Some(0), "{stderr}");
    let asked = "cargo build --lib --release --target wasm32-unknown-unknown \
                 --message-format=json-render-diagnostics --features extra js_sys=1";
    assert!(stderr.contains(asked), "{stderr}");
    assert!(stdout.starts_with("wrote wrangler.jsonc\n"), "{stdout}");
    assert!(folder.read("wrangler.jsonc").contains("USER_ASSETS"));
}

#[test]
fn the_package_is_the_one_around_the_current_folder() {
    let folder = package();
    let member = folder.path().join("inner");
    fs::create_dir_all(member.join("deep")).unwrap();
    folder.write("inner/lib.rs", "");
    folder.write("inner/Cargo.toml", folder.read("Cargo.toml").replace("[workspace]", ""));
    folder.write("inner/app.wasm", wasm(TWO));
    folder.write("Cargo.toml", "[workspace]\nmembers = [\"inner\"]\nresolver = \"3\"\n");

    let (code, _, stderr) = run(&folder, &["generate"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("is a workspace, not a package\nhelp: `-p app`"), "{stderr}");

    let inside = command(&folder, &["generate"]).current_dir(member.join("deep")).output().unwrap();
    assert!(inside.status.success(), "{inside:?}");
    for args in
        [&["generate", "-p", "app"][..], &["generate", "--manifest-path", "inner/Cargo.toml"]]
    {
        let (code, stdout, stderr) = run(&folder, args);
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(stdout, "inner/wrangler.jsonc is up to date\n");
    }
}

#[test]
fn the_file_wrangler_reads_is_the_one_that_is_edited() {
    let folder = package();
    folder.write("wrangler.toml", "");
    folder.write("wrangler.json", "{}");
    let (code, stdout, stderr) = run(&folder, &["generate"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.starts_with("updated wrangler.json\n"), "{stdout}");
    assert!(stderr.contains("wrangler.json and wrangler.toml are both there"), "{stderr}");
    assert_eq!(folder.read("wrangler.toml"), "");
}

#[test]
fn a_package_that_is_no_worker() {
    let folder = package();
    folder.write(
        "Cargo.toml",
        "[package]\nname = \"app\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n",
    );
    let (code, _, stderr) = run(&folder, &["generate"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("crate-type = [\"cdylib\"]"), "{stderr}");
    let (code, _, stderr) = run(&folder, &["generate", "-p", "nothing"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("the workspace has no package `nothing`"), "{stderr}");
}

#[test]
fn build_reads_what_worker_build_wrote() {
    let folder = package();
    let (code, _, stderr) = run(&folder, &["build"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("help: cargo install worker-build"), "{stderr}");
    assert!(stderr.contains("a clone of the library, in its folder: eval "), "{stderr}");

    folder.write("other.wasm", wasm(&TWO.replace("USER_ASSETS", "FROM_BUILD")));
    program(
        &folder,
        "worker-build",
        "echo worker-build $*\nmkdir -p build\ncp other.wasm build/index_bg.wasm\n",
    );
    let (code, stdout, stderr) = run(&folder, &["build", "--", "--no-opt"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("worker-build --release --no-opt\n"), "{stdout}");
    assert!(folder.read("wrangler.jsonc").contains("FROM_BUILD"));
    let (_, stdout, _) = run(&folder, &["build"]);
    assert!(stdout.ends_with("wrangler.jsonc is up to date\n"), "{stdout}");

    program(&folder, "worker-build", "exit 3\n");
    let (code, _, stderr) = run(&folder, &["build"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("worker-build failed"), "{stderr}");
}

#[test]
fn dev_becomes_wrangler() {
    let folder = package();
    let (code, _, stderr) = run(&folder, &["dev"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("npm install --save-dev wrangler"), "{stderr}");
    assert!(stderr.contains("a clone of the library, in its folder: eval "), "{stderr}");

    program(&folder, "wrangler", "echo \"path: $*\"\nexit 7\n");
    folder.write("wrangler.jsonc", "{ \"env\": { \"staging\": {} } }");
    let args = ["dev", "--port", "8788", "--env", "staging", "--", "--persist-to", "data"];
    let (code, stdout, stderr) = run(&folder, &args);
    assert_eq!(code, Some(7), "{stderr}");
    let asked = "path: dev --config wrangler.jsonc --port 8788 --env staging --persist-to data\n";
    assert!(stdout.contains(asked), "{stdout}");
    assert!(folder.read("wrangler.jsonc").contains("user-assets-staging"));
}

#[test]
fn what_dev_tells_wrangler_itself_goes_before_the_dashes() {
    let folder = package();
    program(&folder, "wrangler", "echo ran\n");
    for (args, own) in [
        (&["--port", "9102"][..], "--port 9102"),
        (&["--ip=::1", "--port=9102"], "--port 9102"),
        (&["-e", "staging"], "--env staging"),
        (&["--env=staging"], "--env staging"),
    ] {
        let (code, stdout, stderr) = run(&folder, &[&["dev", "--"], args].concat());
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        let help = format!("\nhelp: before the `--`: cargo storage dev {own}\n");
        assert!(stderr.ends_with(&help), "{stderr}");
    }
    assert!(!folder.path().join("wrangler.jsonc").exists());
    let (code, _, stderr) = run(&folder, &["dev", "--", "--config", "other.jsonc"]);
    assert_eq!(code, Some(0), "a further Worker in the session: {stderr}");
}

#[test]
fn dev_says_where_signed_urls_lead() {
    let folder = package();
    folder.write("app.wasm", wasm(SIGNED));
    program(&folder, "wrangler", "echo \"$*\"\n");
    let dev = |args: &[&str], port: u16| {
        let (code, stdout, stderr) = run(&folder, &[&["dev"], args].concat());
        assert_eq!(code, Some(0), "{stderr}");
        let asked = format!(
            "--port {port} --var STORAGE_SIGNED_URLS_ORIGIN:http://127.0.0.1:{port} \
             --var STORAGE_S3_ENDPOINT:http://127.0.0.1:{port}/cdn-cgi/local/r2/s3\n"
        );
        assert!(stdout.ends_with(&asked), "{stdout}");
    };
    dev(&[], 8787);
    dev(&["--port", "8788"], 8788);
    folder.write("wrangler.jsonc", "{ \"dev\": { \"port\": 3000 } }");
    dev(&[], 3000);
    dev(&["--port", "8788"], 8788);

    folder.write("app.wasm", wasm(TWO));
    let (_, stdout, stderr) = run(&folder, &["dev"]);
    assert!(!stdout.contains("--var") && !stdout.contains("--port"), "{stdout}{stderr}");
}

#[test]
fn dev_says_which_secrets_the_worker_lacks() {
    let folder = package();
    folder.write("app.wasm", wasm(SEALED));
    program(&folder, "wrangler", "exit 0\n");
    let help = "\nhelp: cargo storage generate --package app --dev-vars\n";
    let dev = |value: Option<&str>| {
        let mut command = command(&folder, &["dev", "-p", "app"]);
        command.env_remove("VAULT_KEYS");
        command.envs(value.map(|value| ("VAULT_KEYS", value)));
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let stderr = dev(None);
    let both =
        format!("`wrangler dev` has no SESSION_KEYS, VAULT_KEYS for the Worker `media-api`{help}");
    assert!(stderr.contains(&both), "{stderr}");
    let stderr = dev(Some("x"));
    assert!(
        stderr.contains(&format!("has no SESSION_KEYS for the Worker `media-api`{help}")),
        "{stderr}"
    );
    folder.write(".dev.vars", "SESSION_KEYS=local:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
    let stderr = dev(Some("x"));
    assert!(
        stderr.contains(&format!("has no VAULT_KEYS for the Worker `media-api`{help}")),
        "{stderr}"
    );

    let (code, stdout, stderr) = run(&folder, &["generate", "--dev-vars"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stdout.ends_with("updated .dev.vars\n  + VAULT_KEYS  a new key, for this machine alone\n")
    );
    let stderr = dev(None);
    assert!(!stderr.contains("warning"), "{stderr}");
}

#[test]
fn dev_runs_no_environment_that_is_not_there() {
    let folder = package();
    program(&folder, "wrangler", "echo ran\n");
    folder.write("wrangler.jsonc", "{ \"env\": { \"staging\": {}, \"preview\": {} } }");
    let before = folder.read("wrangler.jsonc");
    let (code, stdout, stderr) = run(&folder, &["dev", "-p", "app", "--env", "stagging"]);
    assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
    let refusal = "wrangler.jsonc has no environment `stagging` (there is: staging, preview)\n\
                   help: `cargo storage generate --env stagging --package app` makes it\n";
    assert!(stderr.ends_with(refusal), "{stderr}");
    assert_eq!(folder.read("wrangler.jsonc"), before);
}

/// wrangler builds with the file's command, whatever the declarations were read with.
#[test]
fn features_are_those_of_the_files_own_build_command() {
    let folder = package();
    program(&folder, "wrangler", "echo ran\n");
    let (code, _, stderr) = run(&folder, &["dev", "-F", "extra"]);
    assert_eq!(code, Some(2), "{stderr}");
    let refusal = "wrangler.jsonc: wrangler builds the Worker with the file's `build.command`, which is \
                   `worker-build --release`, and not with --features extra\n\
                   help: \"build\": { \"command\": \"worker-build --release --features extra\" }\n";
    assert!(stderr.contains(refusal), "{stderr}");
    assert!(!folder.path().join("wrangler.jsonc").exists());

    let (code, _, stderr) = run(&folder, &["generate", "-F", "extra"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("and not with --features extra\nhelp: "), "{stderr}");

    let file = folder.read("wrangler.jsonc").replace("--release", "--release --features 'a extra'");
    folder.write("wrangler.jsonc", file);
    for args in [&["dev"][..], &["dev", "-F", "extra,a"], &["generate", "--check"]] {
        let (code, _, stderr) = run(&folder, args);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(!stderr.contains("wrangler builds the Worker with"), "{stderr}");
        let (_, features) = stderr.split_once("--features ").unwrap();
        assert!(features.starts_with("a extra") || features.starts_with("extra,a"), "{stderr}");
    }
}

#[test]
fn the_projects_own_wrangler_comes_before_the_one_on_the_path() {
    let folder = package();
    program(&folder, "wrangler", "echo path\n");
    fs::create_dir_all(folder.path().join("node_modules/.bin")).unwrap();
    fs::write(folder.path().join("bin/own"), "#!/bin/sh\necho own\n").unwrap();
    let own = folder.path().join("node_modules/.bin/wrangler");
    fs::copy(folder.path().join("bin/own"), &own).unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
    let (_, stdout, _) = run(&folder, &["dev"]);
    assert!(stdout.ends_with("own\n"), "{stdout}");

    program(&folder, "named", "echo named\n");
    let named = folder.path().join("bin/named");
    let output = command(&folder, &["dev"]).env("WRANGLER", named).output().unwrap();
    assert!(output.stdout.ends_with(b"named\n"));
    let output = command(&folder, &["dev"]).env("WRANGLER", "bin/missing").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
