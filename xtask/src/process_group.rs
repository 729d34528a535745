//! A program whose whole tree ends with this process, however this process ends.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

use crate::command;
use crate::signals::{self, Dependent};

/// How long a program may take to end by itself; the watchdog's `sleep` is as long.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// How long what was killed may take to be gone.
const GONE_LIMIT: Duration = Duration::from_secs(1);

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Leads the group, and ends it as soon as its standard input is closed: when the process that
/// holds the other end is gone.
///
/// As its leader it is there before the program that it guards, and the number of the group can't
/// pass to other processes while it lives.
const WATCHDOG: &str = "
    trap '' HUP INT TERM
    echo ready
    read -r nothing
    kill -TERM 0
    sleep 5
    kill -KILL 0
";

/// A running program in a process group of its own, with all that it starts. The group ends when
/// this is dropped, when this process is told to end, and when it is killed.
///
/// The terminal does not belong to the group: the program reads nothing from it, and Ctrl-C
/// reaches it through this process.
#[derive(Debug)]
pub struct ProcessGroup {
    program: Child,
    watchdog: Child,
    id: Pid,
    _dependent: Dependent, // let go last, once the group has ended
}

impl ProcessGroup {
    /// Starts a program, with nothing on its standard input.
    ///
    /// # Errors
    ///
    /// If it can't be started, or this process was told to end.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let dependent = Dependent::register()?;
        let mut watchdog = watchdog()?;
        let id = Pid::from_child(&watchdog);
        match command.stdin(Stdio::null()).process_group(id.as_raw_nonzero().get()).spawn() {
            Ok(program) => Ok(Self { program, watchdog, id, _dependent: dependent }),
            Err(error) => {
                let _ = watchdog.kill();
                let _ = watchdog.wait();
                let name = command.get_program().to_string_lossy();
                Err(error).with_context(|| format!("could not start `{name}`"))
            }
        }
    }

    /// The number of the group.
    pub fn id(&self) -> i32 {
        self.id.as_raw_nonzero().get()
    }

    /// Kills the one process of the group whose command line is such, without a word to it: how a machine
    /// fails.
    ///
    /// # Errors
    ///
    /// If there is none, or more than one.
    pub fn kill_one(&self, is_it: impl Fn(&str) -> bool) -> Result<()> {
        let mut ps = Command::new("ps");
        let processes = command::read(ps.args(["-A", "-ww", "-o", "pgid=,pid=,args="]))?;
        let found = processes.lines().filter_map(|line| {
            let (group, rest) = line.trim_start().split_once(char::is_whitespace)?;
            let (pid, command_line) = rest.trim_start().split_once(char::is_whitespace)?;
            let is_here = group.parse() == Ok(self.id()) && is_it(command_line);
            is_here.then(|| Pid::from_raw(pid.parse().ok()?)).flatten()
        });
        match found.collect::<Vec<_>>().as_slice() {
            [pid] => Ok(kill_process(*pid, Signal::KILL)?),
            found => bail!("{} processes of the group are such:\n{processes}", found.len()),
        }
    }

    /// Waits until the program ends; `None` if it does not within the limit.
    ///
    /// # Errors
    ///
    /// If this process is told to end, and if the operating system refuses to say.
    pub fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.program.try_wait()? {
                return Ok(Some(status));
            }
            if signals::received() {
                bail!("stopped by a signal");
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
            sleep(POLL);
        }
    }

    /// The standard output of the program, if the command has a pipe for it.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.program.stdout.take()
    }

    /// The standard error of the program, if the command has a pipe for it.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.program.stderr.take()
    }
}

impl Drop for ProcessGroup {
    /// Asks the group to end, and makes it. There is nobody to tell if that fails.
    fn drop(&mut self) {
        let _ = kill_process_group(self.id, Signal::TERM); // the watchdog ignores it
        let _ = ended_within(&mut self.program, STOP_LIMIT);
        let _ = kill_process_group(self.id, Signal::KILL);
        let _ = self.program.wait();
        let _ = self.watchdog.wait();
        let deadline = Instant::now() + GONE_LIMIT;
        while test_kill_process_group(self.id).is_ok() && Instant::now() < deadline {
            sleep(POLL);
        }
    }
}

/// A new group that has nothing but its watchdog, which is ready.
fn watchdog() -> Result<Child> {
    let mut watchdog = Command::new("sh")
        .args(["-c", WATCHDOG])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("could not start `sh`")?;
    let mut ready = [0];
    let output = watchdog.stdout.take();
    if output.is_none_or(|mut output| output.read_exact(&mut ready).is_err()) {
        let _ = watchdog.kill();
        let status = watchdog.wait()?;
        bail!("`sh` does not watch over what is started ({status})");
    }
    Ok(watchdog)
}

fn ended_within(child: &mut Child, limit: Duration) -> Result<()> {
    let deadline = Instant::now() + limit;
    while child.try_wait()?.is_none() && Instant::now() < deadline {
        sleep(POLL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with a child of its own. Both have its standard output, so that ends when the
    /// last of them is gone.
    fn family() -> (ProcessGroup, ChildStdout) {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo started; wait"]).stdout(Stdio::piped());
        let mut group = ProcessGroup::spawn(&mut command).unwrap();
        let mut output = group.take_stdout().unwrap();
        let mut started = [0; 8];
        output.read_exact(&mut started).unwrap();
        assert_eq!(&started, b"started\n");
        (group, output)
    }

    /// Waits until the family is gone, and says how long that took.
    fn gone(mut output: ChildStdout) -> Duration {
        let since = Instant::now();
        assert_eq!(output.read(&mut [0]).unwrap(), 0);
        since.elapsed()
    }

    #[test]
    fn the_whole_family_is_gone_once_the_group_is_dropped() {
        let (group, output) = family();
        drop(group);
        assert!(gone(output) < Duration::from_secs(1));
    }

    #[test]
    fn the_watchdog_ends_the_group_when_its_holder_is_gone() {
        let (mut group, output) = family();
        drop(group.watchdog.stdin.take());
        assert!(gone(output) < Duration::from_secs(30)); // a minute, if it is left alone
    }

    #[test]
    fn who_does_not_end_when_asked_is_made_to() {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; echo; sleep 60"]).stdout(Stdio::piped());
        let mut group = ProcessGroup::spawn(&mut command).unwrap();
        let mut output = group.take_stdout().unwrap();
        output.read_exact(&mut [0]).unwrap();
        drop(group);
        assert!(gone(output) < Duration::from_secs(1));
    }

    #[test]
    fn waiting_ends_at_the_limit_and_with_the_program() {
        let mut group = ProcessGroup::spawn(Command::new("sleep").arg("60")).unwrap();
        assert!(group.wait(Duration::from_millis(30)).unwrap().is_none());
        let mut group = ProcessGroup::spawn(Command::new("sh").args(["-c", "exit 3"])).unwrap();
        assert_eq!(group.wait(Duration::from_secs(60)).unwrap().unwrap().code(), Some(3));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = ProcessGroup::spawn(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.to_string(), "could not start `no-such-program`");
    }
}
