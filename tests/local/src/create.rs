//! One object, created many times at once.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use futures_executor::block_on;
use futures_util::future::join_all;
use storage::ErrorKind;
use storage::conformance::Stores;

#[derive(Args)]
pub(crate) struct Options {
    folder: PathBuf,
    key: String,
    times: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let stores = Stores::local(&options.folder)?;
    let puts = (0..options.times).map(|number| {
        stores.bucket.put(&options.key, number.to_string()).if_not_exists().into_future()
    });
    let mut created = 0;
    for put in block_on(join_all(puts)) {
        match put {
            Ok(_) => created += 1,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    println!("{created}");
    Ok(())
}
