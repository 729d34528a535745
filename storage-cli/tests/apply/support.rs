//! A folder with a Worker's artifact and its wrangler file, and an account.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use storage_core::manifest::SECTION;
use xtask::repository::Repository;
use xtask::tools::Tools;

use crate::api::{ACCOUNT, Api};

static TOOLS: LazyLock<Tools> =
    LazyLock::new(|| Tools::find(&Repository::open().unwrap()).unwrap());

/// A Worker to be, and the account that it goes into.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    pub(crate) api: Api,
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// The fields are JSON, without `field` and `access`. The wrangler file is written.
    pub(crate) fn new(fields: &[&str]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap(), api: Api::start() };
        project.declare(fields);
        project.generate(&[]);
        project
    }

    /// What the code declares from now on.
    pub(crate) fn declare(&self, fields: &[&str]) {
        let fields: Vec<_> = (0..)
            .zip(fields)
            .map(|(n, field)| format!(r#"{{"field":"f{n}","access":"private",{field}}}"#))
            .collect();
        let section = format!(
            "{{\"schema\":1,\"version\":\"0.1.0\",\"app\":\"media-api\",\"fields\":[{}]}}\n",
            fields.join(",")
        );
        let mut module = wasm_encoder::Module::new();
        let data = section.as_bytes().into();
        module.section(&wasm_encoder::CustomSection { name: SECTION.into(), data });
        std::fs::write(self.path().join("app.wasm"), module.finish()).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn config(&self) -> String {
        std::fs::read_to_string(self.path().join("wrangler.jsonc")).unwrap()
    }

    pub(crate) fn write_config(&self, text: &str) {
        std::fs::write(self.path().join("wrangler.jsonc"), text).unwrap();
    }

    pub(crate) fn generate(&self, more: &[&str]) {
        let ran = self.run("generate", more);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    pub(crate) fn apply(&self, more: &[&str]) -> Ran {
        self.run("apply", more)
    }

    /// Applies without a question, to the end.
    pub(crate) fn must_apply(&self, more: &[&str]) -> String {
        let ran = self.apply(&[&["--yes"], more].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    }

    /// By somebody who is not logged in.
    pub(crate) fn apply_as_nobody(&self, more: &[&str]) -> Ran {
        let mut command = self.command("apply", more);
        run(command.env_remove("CLOUDFLARE_API_TOKEN").env_remove("CLOUDFLARE_ACCOUNT_ID"))
    }

    fn run(&self, verb: &str, more: &[&str]) -> Ran {
        run(&mut self.command(verb, more))
    }

    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-storage"));
        command
            .args(["storage", verb, "--wasm", "app.wasm", "--config", "wrangler.jsonc"])
            .args(more)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .envs(TOOLS.environment())
            .env("CLOUDFLARE_API_BASE_URL", self.api.address())
            .env("CLOUDFLARE_API_TOKEN", "token")
            .env("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
            // Not what somebody is logged in with, or a configuration above the folder.
            .env("HOME", self.path())
            .env("XDG_CONFIG_HOME", self.path())
            .env("WRANGLER_WRITE_LOGS", "false");
        command
    }
}

fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
