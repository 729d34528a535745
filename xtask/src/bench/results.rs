//! The tables, and how to read them.

use std::array;
use std::fmt::Write as _;

use super::statistics::{Ratio, median};

/// All that was measured.
#[derive(Debug, Default)]
pub(super) struct Results {
    /// CPU time of workerd, where the system says it.
    pub(super) cpu: Vec<Call>,
    /// Time on the clock.
    pub(super) clock: Vec<Call>,
    pub(super) compile: Option<Compile>,
}

/// One operation in the three Workers.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) title: &'static str,
    /// `real/...` or `stub/...`, or neither.
    pub(super) path: &'static str,
    pub(super) goals: Goals,
    /// Seconds a call in every round of each start: TypeScript, by hand, library.
    pub(super) starts: Vec<[Vec<f64>; 3]>,
}

/// What the library should take at most, as a multiple of the others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goals {
    pub(super) by_hand: Option<f64>,
    pub(super) typescript: Option<f64>,
}

/// `cargo check` of a crate.
#[derive(Debug)]
pub(super) struct Compile {
    /// Seconds in every round.
    pub(super) declared: Vec<f64>,
    /// With the implementations written out.
    pub(super) by_hand: Vec<f64>,
    /// With nothing in it.
    pub(super) empty: Vec<f64>,
    pub(super) goal: f64,
}

impl Results {
    /// Markdown.
    pub(super) fn table(&self) -> String {
        let mut tables = Vec::new();
        for (title, calls) in [("CPU time of a call", &self.cpu), ("time of a call", &self.clock)] {
            // One of them decides: CPU time, which other programs on the machine disturb less.
            let decides = tables.is_empty();
            if !calls.is_empty() {
                tables.push(calls_table(title, calls, decides));
            }
        }
        tables.extend(self.compile.as_ref().map(Compile::table));
        tables.join("\n")
    }
}

fn calls_table(title: &str, calls: &[Call], decides: bool) -> String {
    let (goal, line) = if decides { (" goal |", " --- |") } else { ("", "") };
    let mut text = format!(
        "| {title} | TypeScript | by hand | library | library / by hand |{goal} by stubs | \
         library / TypeScript |{goal}\n\
         | --- | --: | --: | --: | --- |{line} --- | --- |{line}\n"
    );
    for call in calls {
        text += &call.row(decides, &by_stubs(call, calls));
    }
    text
}

/// The ratio that follows from the stubs: there the difference of the code around a call can be
/// seen, and everything else of a call is the same.
fn by_stubs(call: &Call, calls: &[Call]) -> String {
    let stub = call.path.strip_prefix("real/").and_then(|operation| {
        calls.iter().find(|stub| stub.path.strip_prefix("stub/") == Some(operation))
    });
    let Some(stub) = stub else { return String::new() };
    let [[_, by_hand, library], [_, real, _]] = [stub.seconds(), call.seconds()];
    format!("{:.3}", 1.0 + (library - by_hand) / real)
}

impl Call {
    /// Adds what another start measured of the same operations.
    pub(super) fn add(calls: &mut Vec<Self>, another: Vec<Self>) {
        if calls.is_empty() {
            *calls = another;
            return;
        }
        for (call, another) in calls.iter_mut().zip(another) {
            call.starts.extend(another.starts);
        }
    }

    /// The median of each Worker over all rounds of all starts.
    fn seconds(&self) -> [f64; 3] {
        array::from_fn(|worker| {
            let starts = self.starts.iter().filter_map(|start| start.get(worker));
            median(&starts.flatten().copied().collect::<Vec<_>>())
        })
    }

    fn row(&self, decides: bool, by_stubs: &str) -> String {
        let Self { title, goals, starts, .. } = self;
        let [typescript, by_hand, library] = self.seconds();
        let compare = |base: fn(&[Vec<f64>; 3]) -> &[f64], goal| {
            let starts = starts.iter().map(|start| (start[2].as_slice(), base(start)));
            let ratio = Ratio::of_starts(starts);
            let goal = if decides { format!(" {} |", verdict(ratio, goal)) } else { String::new() };
            format!("{} |{goal}", interval(ratio))
        };
        format!(
            "| {title} | {} | {} | {} | {} {by_stubs} | {}\n",
            time(typescript),
            time(by_hand),
            time(library),
            compare(|[_, by_hand, _]| by_hand, goals.by_hand),
            compare(|[typescript, ..]| typescript, goals.typescript),
        )
    }
}

impl Compile {
    fn table(&self) -> String {
        let Self { declared, by_hand, empty, goal } = self;
        let ratio = Ratio::of(declared, by_hand);
        format!(
            "| `cargo check` of 100 declarations | empty crate | by hand | library | \
             library / by hand | goal |\n\
             | --- | --: | --: | --: | --- | --- |\n\
             | dependencies built, nothing incremental | {} | {} | {} | {} | {} |\n",
            time(median(empty)),
            time(median(by_hand)),
            time(median(declared)),
            interval(ratio),
            verdict(ratio, Some(*goal)),
        )
    }
}

/// The file around the tables.
pub(super) fn document(table: &str, machine: &str, rounds: u32) -> String {
    let mut text = String::from(
        "# Benchmark\n\n\
         Written by `cargo xtask bench`; `cargo xtask bench --help` says how to run a part of it.\n\n",
    );
    let _ = write!(text, "{table}\n{machine}{rounds} rounds.\n"); // writing to text can't fail
    text + HOW_TO_READ
}

const HOW_TO_READ: &str = "
## How to read it

The same operations three times: in TypeScript ([typescript/](typescript)), in Rust on the `worker`
crate ([by-hand/](by-hand)) and with this library ([library/](library)). Writes have a content type
and one field of metadata, reads and listings look at both, and every Worker answers a sum of what it
saw, which has to be the same.

* **How it is run.** The three Workers, built as for production, and a referee that passes requests
  on stand side by side in one workerd under `wrangler dev`, and work on the same bucket and
  namespace. A request runs a loop of about 80 ms inside a Worker; in every round each loop runs
  in the order A B C C B A, and in every third round a large body passes in that order. The time of
  an empty request is subtracted. workerd is started eight times, since a Worker can be some percent
  faster or slower from one start to the next, for all rounds in between.
* **A ratio** is the median of (library / other) over the rounds of a start, and of that the median over
  all starts; in brackets the interval that has the true one with a probability of 95 %, from how much
  the starts differ. Below 1 the library is faster. *met*: the median is within the goal. *missed*: the
  whole interval is above it. *open*: the median is above the goal and the interval is not, so that
  this run can't decide.
* **CPU time** is that of workerd with all its threads. Other programs on the machine disturb it less
  than the time on the clock, so the goals are held against it. It has the simulators in it.
* **R2 and KV without \"stub\"** are real bindings on the simulators of `wrangler dev`, which run in
  the same workerd, on SQLite and files. They are slower than everything that is compared here, and
  uneven. In production most of a call is the network.
* **64 MiB** goes from the body of a request into R2, and from R2 into the body of a response.
  TypeScript and by hand hand over the platform's own stream.
* **Stub** calls go to objects in the Worker itself that answer at once and do nothing
  ([task/stub.js](task/stub.js)): what is left is what the code around a call costs. Rust pays for
  every step between wasm and JavaScript; TypeScript has none. A KV put of the library also computes
  a SHA-256 for the etag, which the others do not have.
* **By stubs** is the ratio that the stubs predict: 1 + (library - by hand, on stubs) / by hand. No
  noise of a simulator is in it, and no cost of reading a property of a real object either.
* **`cargo check`** is that of a crate with 48 buckets, 48 KV namespaces and 4 apps of 24 fields,
  against the same crate with what the attributes generate written out.
* Figures of different machines can't be compared; ratios can, roughly.
";

/// Seconds in the unit that fits, with three digits.
pub(super) fn time(seconds: f64) -> String {
    let (value, unit) = match seconds {
        _ if seconds < 1e-3 => (seconds * 1e6, "µs"),
        _ if seconds < 1.0 => (seconds * 1e3, "ms"),
        _ => (seconds, "s"),
    };
    let digits = match value {
        _ if value < 10.0 => 2,
        _ if value < 100.0 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

pub(super) fn interval(Ratio { median, low, high }: Ratio) -> String {
    format!("{median:.3} [{low:.3}, {high:.3}]")
}

pub(super) fn verdict(ratio: Ratio, goal: Option<f64>) -> String {
    let Some(goal) = goal else { return String::new() };
    let word = match ratio {
        Ratio { median, .. } if median <= goal => "met",
        Ratio { low, .. } if low > goal => "missed",
        _ => "open",
    };
    format!("{goal:.2} {word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        let times = [0.000_000_312, 0.000_021_27, 0.002_312, 0.151, 12.345];
        assert_eq!(times.map(time), ["0.31 µs", "21.3 µs", "2.31 ms", "151 ms", "12.3 s"]);
    }

    #[test]
    fn a_goal_is_met_missed_or_open() {
        let says = |median, low| verdict(Ratio { median, low, high: 2.0 }, Some(1.03));
        assert_eq!(says(1.03, 0.9), "1.03 met");
        assert_eq!(says(1.05, 1.02), "1.03 open");
        assert_eq!(says(1.05, 1.04), "1.03 missed");
        assert_eq!(verdict(Ratio { median: 9.0, low: 9.0, high: 9.0 }, None), "");
    }

    #[test]
    fn a_row_compares_the_library_with_both() {
        let goals = Goals { by_hand: Some(1.03), typescript: None };
        let starts = vec![[vec![0.001; 3], vec![0.002; 3], vec![0.002; 3]]];
        let real = Call { title: "R2 put", path: "real/r2-put", goals, starts };
        let starts = vec![[vec![0.0; 3], vec![1e-5; 3], vec![3e-5; 3]]];
        let stub = Call { title: "R2 put, stub", path: "stub/r2-put", goals, starts };
        let calls = [real, stub];
        let row = calls[0].row(true, &by_stubs(&calls[0], &calls));
        let start = "| R2 put | 1.00 ms | 2.00 ms | 2.00 ms | 1.000 [1.000, 1.000] | 1.03 met \
                     | 1.010 | 2.000";
        assert!(row.starts_with(start), "{row}");
    }
}
