//! `cargo xtask dev`: an example, served on this machine.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::command;
use crate::process_group::ProcessGroup;
use crate::repository::Repository;
use crate::{setup, signals};

/// What to serve, and where.
#[derive(Args, Debug)]
pub struct Options {
    /// The package to serve: any that becomes a Worker
    #[arg(default_value = "quickstart")]
    example: String,
    /// The port on 127.0.0.1
    #[arg(long, env = "PORT", default_value_t = 8787)]
    port: u16,
}

/// Builds an example, writes its wrangler file and serves it until it is stopped, with all that was started
/// for it.
///
/// # Errors
///
/// If there is no such example, or it does not build or start.
pub fn run(repository: &Repository, options: &Options) -> Result<()> {
    let Options { example, port } = options;
    let names: Vec<_> = repository.workers().map(|package| package.name.as_str()).collect();
    if !names.contains(&example.as_str()) {
        bail!("there is no example `{example}`\nhelp: there are {}", names.join(", "));
    }
    if TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok() {
        bail!("port {port} is taken\nhelp: choose another: cargo xtask dev {example} --port 8788");
    }
    let tools = setup::run(repository)?;
    let folder = repository.folder(example)?;
    let requests = requests(&folder, *port);
    let port = *port;
    thread::spawn(move || {
        if wait_until_it_answers(port) {
            println!("\nServing on http://127.0.0.1:{port} (Ctrl-C stops it)\n{requests}");
        }
    });
    let storage = || {
        let mut cargo = tools.command(command::CARGO);
        cargo
            .args(["run", "--quiet", "--package", "storage-cli", "--bin", "cargo-storage", "--"])
            .arg("storage")
            .current_dir(repository.root());
        cargo
    };
    // Where secrets are declared: keys for this machine, once.
    let generated = command::run(storage().args(["generate", "--dev-vars", "--package", example]));
    if signals::received() {
        return Ok(());
    }
    generated?;
    let mut cargo = storage();
    cargo.args(["dev", "--package", example, "--port", &port.to_string()]).args([
        "--",
        "--ip",
        "127.0.0.1",
        "--inspector-port",
        "0",
    ]);
    match serve(&mut cargo) {
        Ok(status) if status.success() => Ok(()),
        _ if signals::received() => Ok(()), // that is how one ends it
        Ok(status) => bail!("`cargo storage dev` ended ({status})"),
        Err(error) => Err(error),
    }
}

/// Runs a command for as long as it takes.
fn serve(command: &mut Command) -> Result<ExitStatus> {
    let mut server = ProcessGroup::spawn(command)?;
    loop {
        if let Some(status) = server.wait(Duration::from_mins(1))? {
            return Ok(status);
        }
    }
}

/// Requests to try: the first shell block of the example's README.
fn requests(folder: &Path, port: u16) -> String {
    let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    block.unwrap_or_default().replace("127.0.0.1:8787", &format!("127.0.0.1:{port}"))
}

/// Wrangler listens before it is ready, so a listening port is not enough.
fn wait_until_it_answers(port: u16) -> bool {
    for _ in 0..1200 {
        if answers(port).unwrap_or(false) {
            return true;
        }
        thread::sleep(Duration::from_millis(500));
    }
    false
}

fn answers(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 5];
    stream.read_exact(&mut start)?;
    Ok(&start == b"HTTP/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requests_are_those_of_the_readme_at_the_chosen_port() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(requests(folder.path(), 1), "");
        let readme = "# X\n\n```sh\ncurl http://127.0.0.1:8787/x\n```\n\n```sh\nother\n```\n";
        fs::write(folder.path().join("README.md"), readme).unwrap();
        assert_eq!(requests(folder.path(), 9000), "curl http://127.0.0.1:9000/x\n");
    }
}
