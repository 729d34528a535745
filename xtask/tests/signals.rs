//! A chore that is stopped leaves nothing behind, and nothing in the way of the next one.
//!
//! The program itself, with stand-ins for npm and cargo: what they start is real.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything here may take; a stand-in that waits takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// New enough for wrangler, so that no other is installed.
const NODE: &str = "echo v99.0.0";

/// Makes what the tools are recognized by; where it is told to wait, it writes and writes first.
const NPM: &str = r#"
[ "$1" = install ] || exit 0
while [ -n "$WAIT" ] && [ "$((n += 1))" -le 2000 ]; do
    mkdir -p "node_modules/$n"
    : > "$STARTED"
    sleep 0.05
done
mkdir -p node_modules/.bin
for program in wrangler workerd esbuild wasm-opt; do : > "node_modules/.bin/$program"; done
"#;

/// `install CRATE --version VERSION --root FOLDER`, and `run` for something that serves.
const CARGO: &str = r#"
case "$1" in
    install) mkdir -p "$6/bin" && : > "$6/bin/${2%-cli}" ;;
    run)
        sleep 100 &
        : > "$STARTED"
        wait
        ;;
esac
"#;

#[test]
fn setup_works_right_after_one_that_was_killed() {
    let machine = Machine::new();
    let killed = machine.start(&["setup"], Npm::Waits);
    killed.signal(Signal::KILL);
    let next = machine.start(&["setup"], Npm::IsQuick);
    assert!(next.end().success());
    killed.end(); // npm is gone
    assert_eq!(machine.installed().len(), 3);
}

#[test]
fn setup_that_is_told_to_stop_takes_npm_with_it() {
    let machine = Machine::new();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let setup = machine.start(&["setup"], Npm::Waits);
        setup.signal(signal);
        assert_eq!(setup.end().code(), Some(130), "{signal:?}");
        assert_eq!(machine.installed(), [""; 0], "{signal:?}");
    }
}

#[test]
fn dev_takes_its_server_with_it() {
    let machine = Machine::new();
    assert!(machine.start(&["setup"], Npm::IsQuick).end().success());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        let dev = machine.start(&["dev", "--port", &port], Npm::IsQuick);
        dev.signal(signal);
        let asked = signal != Signal::KILL;
        assert_eq!(dev.end().success(), asked, "{signal:?}");
    }
}

/// A folder for tools, and the stand-ins.
struct Machine {
    folder: TempDir,
}

/// A chore that runs, and all that it has started.
struct Chore {
    process: Child,
    started: PathBuf,
}

#[derive(Clone, Copy)]
enum Npm {
    Waits,
    IsQuick,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, script) in [("node", NODE), ("npm", NPM), ("cargo", CARGO)] {
            let file = folder.path().join(name);
            fs::write(&file, format!("#!/bin/sh\n{script}")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    fn start(&self, arguments: &[&str], npm: Npm) -> Chore {
        let started = self.folder.path().join("started");
        let _ = fs::remove_file(&started); // of an earlier chore
        let path = std::env::var("PATH").unwrap();
        let process = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .env("PATH", format!("{}:{path}", self.folder.path().display()))
            .env("CARGO", env!("CARGO")) // for `cargo metadata`
            .env("STORAGE_TOOLS_DIR", self.folder.path().join("tools"))
            .env("STARTED", &started)
            .env("WAIT", if matches!(npm, Npm::Waits) { "1" } else { "" })
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Chore { process, started }
    }

    /// The folders of the tools that are installed.
    fn installed(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("tools")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.starts_with('.')).collect()
    }
}

impl Chore {
    /// Sends a signal once the stand-in for npm or cargo is at work.
    fn signal(&self, signal: Signal) {
        let deadline = Instant::now() + LIMIT;
        while !self.started.exists() {
            assert!(Instant::now() < deadline, "nothing was started");
            thread::sleep(Duration::from_millis(10));
        }
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }

    /// Waits until the chore has ended and, as all of them have its output, what it has started.
    fn end(mut self) -> ExitStatus {
        let mut output = self.process.stdout.take().unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || sender.send(output.read_to_end(&mut Vec::new()).unwrap()));
        receiver.recv_timeout(LIMIT).expect("the chore, or what it started, lives on");
        self.process.wait().unwrap()
    }
}
