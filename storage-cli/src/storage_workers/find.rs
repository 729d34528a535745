//! Which packages of a workspace may be a storage Worker.
//!
//! What a package is says only its artifact, and building all of a workspace takes long. So its wrangler
//! file, its name and its source are looked at, in this order; the build that follows decides.

use std::fs;
use std::path::Path;

use anyhow::Result;
use cargo_metadata::Package;

use crate::collect;
use crate::wrangler::{self, Format, file};

/// How deep source files may lie.
const DEPTH: usize = 16;

/// The packages that may be the storage Worker of a name, the likeliest first.
///
/// # Errors
///
/// When the workspace can't be read.
pub(crate) fn candidates(app: &Package, service: &str) -> Result<Vec<Package>> {
    let others = collect::workers_beside(app)?;
    let mut ranked: Vec<_> = others
        .into_iter()
        .filter_map(|package| Some((rank(&package, service)?, package)))
        .collect();
    ranked.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.name.cmp(&b.name)));
    Ok(ranked.into_iter().map(|(_, package)| package).collect())
}

/// The Worker of the workspace whose name is that one but for a slip of the finger.
///
/// # Errors
///
/// When the workspace can't be read.
pub(crate) fn similar(app: &Package, service: &str) -> Result<Option<String>> {
    const SLIP: usize = 2;
    let others = collect::workers_beside(app)?.into_iter();
    let names = others.map(|package| {
        worker_name(collect::folder(&package)).unwrap_or_else(|| package.name.replace('_', "-"))
    });
    let distances = names.map(|name| (strsim::damerau_levenshtein(&name, service), name));
    let near = distances.filter(|(distance, name)| *distance <= SLIP && name.len() > 2 * SLIP);
    Ok(near.min().map(|(_, name)| name))
}

/// What speaks for a package: less is better.
fn rank(package: &Package, service: &str) -> Option<u8> {
    let folder = collect::folder(package);
    if worker_name(folder).as_deref() == Some(service) {
        Some(0)
    } else if package.name.replace('_', "-") == service {
        Some(1)
    } else {
        is_named_in(&folder.join("src"), service, DEPTH).then_some(2)
    }
}

/// What the wrangler file of a folder calls its Worker, if it can be read.
fn worker_name(folder: &Path) -> Option<String> {
    let path = file::find(folder).path;
    let bytes = file::read(&path).ok()??;
    wrangler::look("", Format::of(&path)?, Some(&bytes), None).ok()?.worker
}

/// Whether a source file has the attribute, and the name as a string.
fn is_named_in(folder: &Path, service: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let quoted = format!("\"{service}\"");
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => is_named_in(&path, service, depth),
            Ok(kind) if kind.is_file() && path.extension().is_some_and(|end| end == "rs") => {
                fs::read_to_string(&path)
                    .is_ok_and(|text| text.contains("worker(") && text.contains(&quoted))
            }
            _ => false,
        }
    })
}
