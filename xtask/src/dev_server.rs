//! `wrangler dev` as a part of a test: started on a free port, and gone afterwards.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::command::wait;
use crate::tools::Tools;

/// How long workerd may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(2);

/// How long what a Worker prints may take to arrive here.
const PRINT_LIMIT: Duration = Duration::from_secs(10);

/// How long wrangler may take to stop workerd by itself.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// What wrangler prints before the address, once workerd listens.
const READY: &str = "Ready on ";

/// Ends a process group as soon as its standard input is closed: when the test that holds the
/// other end is gone, however it went.
const WATCHDOG: &str = r#"cat >/dev/null; kill -TERM "-$1"; sleep 5; kill -KILL "-$1""#;

/// A Worker on workerd, with local R2 and KV. Stopped when dropped, with all that it started.
#[derive(Debug)]
pub struct DevServer {
    url: String,
    output: Output,
    wrangler: Child,
    group: Pid,
    watchdog: Child,
}

impl DevServer {
    /// Serves the Worker of a wrangler file, which should not have a `build.command`, and keeps
    /// its data in `state`. Returns when it listens.
    ///
    /// # Errors
    ///
    /// If it does not start; the error has all that wrangler printed.
    pub fn start(tools: &Tools, config: &Path, state: &Path) -> Result<Self> {
        Self::start_all(tools, &[config], state)
    }

    /// The same with several Workers in one workerd, which reach each other through service
    /// bindings: the first gets the requests.
    ///
    /// # Errors
    ///
    /// If they do not start; the error has all that wrangler printed.
    pub fn start_all(tools: &Tools, configs: &[impl AsRef<Path>], state: &Path) -> Result<Self> {
        let mut command = tools.wrangler();
        command.arg("dev");
        for config in configs {
            command.arg("--config").arg(config.as_ref());
        }
        let mut wrangler = command
            .args(["--ip", "127.0.0.1"])
            .args(["--port", "0", "--inspector-port", "0"]) // free ones, chosen by workerd itself
            .args(["--show-interactive-dev-session", "false"])
            .arg("--persist-to")
            .arg(state)
            .env("WRANGLER_REGISTRY_PATH", state.join("registry")) // not the one of other sessions
            .env("WRANGLER_CI_DISABLE_CONFIG_WATCHING", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("could not start wrangler")?;
        let group = Pid::from_child(&wrangler);
        let output = Output::default();
        output.collect(wrangler.stdout.take());
        output.collect(wrangler.stderr.take());
        let watchdog = match watchdog(group) {
            Ok(watchdog) => watchdog,
            Err(error) => {
                end(&mut wrangler, group);
                return Err(error);
            }
        };
        let mut server = Self { url: String::new(), output, wrangler, group, watchdog };
        server.url = server.wait_until_ready()?; // dropped, so stopped, if it fails
        Ok(server)
    }

    /// The address without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process group of wrangler and workerd.
    pub fn group(&self) -> i32 {
        self.group.as_raw_nonzero().get()
    }

    /// What wrangler and the Worker have printed so far, without the log of answered requests.
    pub fn output_of_interest(&self) -> String {
        let text = self.output.text();
        let lines = text.lines().filter(|line| !line.starts_with("[wrangler:info]"));
        lines.flat_map(|line| [line, "\n"]).collect()
    }

    /// Whether the Worker prints something: its log arrives a moment after its answer.
    pub fn prints(&self, expected: impl Fn(&str) -> bool) -> bool {
        let deadline = Instant::now() + PRINT_LIMIT;
        while !expected(&self.output.text()) {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    fn wait_until_ready(&mut self) -> Result<String> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Some(address) = self.output.address() {
                return Ok(address);
            }
            if let Some(status) = wait(&mut self.wrangler, Duration::from_millis(50))? {
                bail!("wrangler ended ({status}); it printed:\n{}", self.output.text());
            }
            if Instant::now() >= deadline {
                let limit = START_LIMIT.as_secs();
                bail!("wrangler is not ready after {limit} s; it printed:\n{}", self.output.text());
            }
        }
    }
}

impl Drop for DevServer {
    fn drop(&mut self) {
        // The watchdog first: it must not end a later group that happens to get the same number.
        let _ = self.watchdog.kill();
        let _ = self.watchdog.wait();
        end(&mut self.wrangler, self.group);
    }
}

/// Asks the group to end, and makes it. There is nobody to tell if that fails.
fn end(leader: &mut Child, group: Pid) {
    let _ = kill_process_group(group, Signal::TERM);
    let _ = wait(leader, STOP_LIMIT);
    let _ = kill_process_group(group, Signal::KILL);
    let _ = leader.wait();
}

fn watchdog(group: Pid) -> Result<Child> {
    Command::new("sh")
        .args(["-c", WATCHDOG, "watchdog", &group.as_raw_nonzero().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0) // Ctrl-C must not reach it
        .spawn()
        .context("could not start `sh`")
}

/// What a program prints, collected while it runs.
#[derive(Clone, Debug, Default)]
struct Output {
    text: Arc<Mutex<String>>,
}

impl Output {
    fn collect(&self, pipe: Option<impl Read + Send + 'static>) {
        let Some(pipe) = pipe else { return };
        let output = self.clone();
        thread::spawn(move || {
            let mut lines = BufReader::new(pipe);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                output.lock().push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
    }

    fn text(&self) -> String {
        self.lock().clone()
    }

    /// The address that wrangler listens on, if it already does.
    fn address(&self) -> Option<String> {
        let text = self.lock();
        let (_, address) = text.lines().find_map(|line| line.split_once(READY))?;
        Some(address.trim().trim_end_matches('/').to_owned())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_among_other_lines() {
        let output = Output::default();
        assert_eq!(output.address(), None);
        output.lock().push_str("Starting...\n[wrangler:info] Ready on http://127.0.0.1:4711\n");
        assert_eq!(output.address().as_deref(), Some("http://127.0.0.1:4711"));
    }

    #[test]
    fn the_watchdog_ends_a_group_when_its_holder_is_gone() {
        let mut sleeper = Command::new("sleep").arg("60").process_group(0).spawn().unwrap();
        let mut watchdog = watchdog(Pid::from_child(&sleeper)).unwrap();
        assert!(wait(&mut sleeper, Duration::from_millis(200)).unwrap().is_none());
        drop(watchdog.stdin.take());
        assert!(wait(&mut sleeper, Duration::from_secs(10)).unwrap().is_some());
        watchdog.kill().unwrap();
        watchdog.wait().unwrap();
    }
}
