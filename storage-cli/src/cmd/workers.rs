//! The storage Workers that the fields of an app go by: found in its workspace, built and compared with it.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};

use super::job::{Draft, Job};
use super::target::{self, Declared, TargetArgs};
use super::{note, warn};
use crate::collect::{FeatureArgs, PackageArgs};
use crate::storage_workers;
use crate::wrangler::file;

/// Those of an app that are in its workspace.
#[derive(Default)]
pub(super) struct Workers(Vec<Worker>);

/// One of them.
pub(super) struct Worker {
    pub(super) target: TargetArgs,
    pub(super) declared: Declared,
}

impl Workers {
    /// Finds and builds them, and says which are not there.
    ///
    /// # Errors
    ///
    /// When one does not declare what the app asks it for.
    pub(super) fn of(target: &TargetArgs, app: &Declared) -> Result<Self> {
        let vias = app.manifest.fields.iter().filter_map(|field| field.via.as_ref());
        let services: BTreeSet<_> = vias.map(|via| via.service.as_str()).collect();
        let (mut found, mut problems) = (Vec::new(), Vec::new());
        for service in &services {
            let service = *service;
            let worker = find(target, app, service)?;
            let Some(worker) = worker else {
                let meant = app.package.as_ref().map(|app| storage_workers::similar(app, service));
                let meant = meant.transpose()?.flatten();
                // Where another field goes by that one, this may be one of somebody else's.
                let (meant, used) = match meant {
                    Some(meant) if services.contains(meant.as_str()) => (None, Some(meant)),
                    meant => (meant, None),
                };
                if let Some(meant) = meant {
                    warn(&format!(
                        "no package of this workspace is the storage Worker `{service}`, and `{meant}` is one\n\
                         help: `#[storage(via = \"{meant}\")]`, if that is meant"
                    ));
                    continue;
                }
                let help = used.map(|used| {
                    format!("\nhelp: `#[storage(via = \"{used}\")]`, as at another field, if that is meant")
                });
                note(&format!(
                    "`{service}` was not compared with what goes by it: {}{}",
                    if app.package.is_some() {
                        "no package of this workspace is that storage Worker"
                    } else {
                        "with --wasm, nothing is built"
                    },
                    help.unwrap_or_default()
                ));
                continue;
            };
            let package = worker.target.package.package.as_deref().unwrap_or_default();
            let lacks = storage_workers::compare(&app.manifest, &worker.declared.manifest, package);
            problems.extend(lacks);
            found.push(worker);
        }
        if !problems.is_empty() {
            bail!("{}\n\nnothing was written", problems.join("\n\n"));
        }
        Ok(Self(found))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Worker> {
        self.0.iter()
    }

    /// What their wrangler files lack.
    ///
    /// # Errors
    ///
    /// When one contradicts the declarations, or is in the folder of the app's.
    pub(super) fn drafts(&self, app: &Declared) -> Result<Vec<Draft>> {
        self.0.iter().map(|worker| worker.draft(app)).collect()
    }

    /// Says where the app's file binds to another Worker than the storage Worker's own file names.
    pub(super) fn warn_of_other_names(&self, app: &Job, workers: &[Job]) -> Result<()> {
        let bound = app.resources()?.elsewhere;
        for (worker, job) in self.0.iter().zip(workers) {
            let service = worker.declared.manifest.app.as_str();
            let name = job.resources()?.worker;
            let other = bound.iter().find(|bound| bound.service == service);
            let other = other.and_then(|bound| Some((bound.binding, bound.worker.as_deref()?)));
            if let Some((binding, other)) = other.filter(|(_, other)| *other != name) {
                warn(&format!(
                    "{}: the service `{binding}` is the Worker `{other}`, and {} calls it `{name}`",
                    app.name(),
                    job.name()
                ));
            }
        }
        Ok(())
    }
}

impl Worker {
    fn draft(&self, app: &Declared) -> Result<Draft> {
        let Declared { config, look, manifest, .. } = &self.declared;
        let folder = file::folder_of(config).canonicalize()?;
        // Each file is locked by its folder, once.
        if file::folder_of(&app.config).canonicalize().is_ok_and(|other| other == folder) {
            bail!(
                "{} and {} are in one folder: an app and its storage Worker are two Workers, in two packages",
                target::short(&app.config),
                target::short(config)
            );
        }
        Draft::new(&self.target, config.clone(), look, manifest)
    }
}

fn find(target: &TargetArgs, app: &Declared, service: &str) -> Result<Option<Worker>> {
    let Some(package) = &app.package else { return Ok(None) };
    for candidate in storage_workers::candidates(package, service)? {
        let name = candidate.name.to_string();
        let target = TargetArgs {
            env: target.env.clone(),
            package: PackageArgs {
                package: Some(name.clone()),
                manifest_path: target.package.manifest_path.clone(),
            },
            features: FeatureArgs::default(),
            config: None,
        };
        let declared = target.declared_by(candidate).map_err(|error| {
            anyhow!("{error:#}\n\nthe package `{name}` looks like the storage Worker `{service}`")
        })?;
        if declared.manifest.app.as_str() == service {
            return Ok(Some(Worker { target, declared }));
        }
    }
    Ok(None)
}
