//! `wrangler dev` as a part of a test: started on a free port, and gone afterwards.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::process_group::ProcessGroup;
use crate::tools::Tools;

/// How long workerd may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(2);

/// How long what a Worker prints may take to arrive here.
const PRINT_LIMIT: Duration = Duration::from_secs(10);

/// What wrangler prints before the address, once workerd listens.
const READY: &str = "Ready on ";

/// A Worker on workerd, with local R2 and KV. Stopped when dropped, with all that it started.
#[derive(Debug)]
pub struct DevServer {
    url: String,
    output: Output,
    wrangler: ProcessGroup,
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

    /// The same for a Worker that makes signed URLs: told where they lead, as `cargo storage dev` tells it.
    ///
    /// # Errors
    ///
    /// If it does not start, or on another port than the one that was free a moment before.
    pub fn start_signing(tools: &Tools, config: &Path, state: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port().to_string();
        let origin = format!("http://127.0.0.1:{port}");
        let links = format!("STORAGE_SIGNED_URLS_ORIGIN:{origin}");
        let s3 = format!("STORAGE_S3_ENDPOINT:{origin}/cdn-cgi/local/r2/s3");
        let arguments = ["--port", &port, "--var", &links, "--var", &s3];
        let server = Self::run(tools, &[config], state, &arguments)?;
        ensure!(server.url == origin, "wrangler listens on {}, not on {origin}", server.url);
        Ok(server)
    }

    /// The same with several Workers in one workerd, which reach each other through service
    /// bindings: the first gets the requests.
    ///
    /// # Errors
    ///
    /// If they do not start; the error has all that wrangler printed.
    pub fn start_all(tools: &Tools, configs: &[impl AsRef<Path>], state: &Path) -> Result<Self> {
        Self::run(tools, configs, state, &["--port", "0"]) // a free one, chosen by workerd itself
    }

    /// The same with Workers that also reach those of other servers, which have the same registry.
    ///
    /// # Errors
    ///
    /// If they do not start; the error has all that wrangler printed.
    pub fn start_apart(
        tools: &Tools,
        configs: &[impl AsRef<Path>],
        state: &Path,
        registry: &Path,
    ) -> Result<Self> {
        Self::run_with(tools, configs, state, registry, &["--port", "0"])
    }

    fn run(
        tools: &Tools,
        configs: &[impl AsRef<Path>],
        state: &Path,
        arguments: &[&str],
    ) -> Result<Self> {
        // Not the registry of other sessions.
        Self::run_with(tools, configs, state, &state.join("registry"), arguments)
    }

    fn run_with(
        tools: &Tools,
        configs: &[impl AsRef<Path>],
        state: &Path,
        registry: &Path,
        arguments: &[&str],
    ) -> Result<Self> {
        let mut command = tools.wrangler();
        command.arg("dev");
        for config in configs {
            command.arg("--config").arg(config.as_ref());
        }
        command
            .args(["--ip", "127.0.0.1"])
            .args(["--inspector-port", "0"])
            .args(arguments)
            .args(["--show-interactive-dev-session", "false"])
            .arg("--persist-to")
            .arg(state)
            .env("WRANGLER_REGISTRY_PATH", registry)
            .env("WRANGLER_CI_DISABLE_CONFIG_WATCHING", "true")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut wrangler = ProcessGroup::spawn(&mut command)?;
        let output = Output::default();
        output.collect(wrangler.take_stdout());
        output.collect(wrangler.take_stderr());
        let mut server = Self { url: String::new(), output, wrangler };
        server.url = server.wait_until_ready()?; // dropped, so stopped, if it fails
        Ok(server)
    }

    /// The address without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process group of wrangler and workerd.
    pub fn group(&self) -> i32 {
        self.wrangler.id()
    }

    /// Kills workerd, which its Workers run in, without a word. wrangler notices, and starts another on the same
    /// data.
    ///
    /// # Errors
    ///
    /// If it can't be found among what wrangler has started.
    pub fn kill_workerd(&self) -> Result<()> {
        // Another one is wrangler's own, and passes requests on.
        let is_it = |line: &str| line.contains("workerd serve") && line.contains("--debug-port=");
        self.wrangler.kill_one(is_it)
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
            if let Some(status) = self.wrangler.wait(Duration::from_millis(50))? {
                bail!("wrangler ended ({status}); it printed:\n{}", self.output.text());
            }
            if Instant::now() >= deadline {
                let limit = START_LIMIT.as_secs();
                bail!("wrangler is not ready after {limit} s; it printed:\n{}", self.output.text());
            }
        }
    }
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
}
