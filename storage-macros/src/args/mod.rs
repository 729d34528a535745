//! What the user wrote: the grammar of the attributes, one file per kind. No rules here.

mod app;
mod bucket;
mod cors;
mod encryption;
mod field;
mod form;
mod key;
mod kv;
mod list;
mod s3;
mod segment;
mod signed_urls;
mod value;
mod worker;

pub(crate) use app::AppArgs;
pub(crate) use bucket::BucketArgs;
pub(crate) use cors::CorsArgs;
pub(crate) use encryption::EncryptionArgs;
pub(crate) use field::FieldArgs;
pub(crate) use form::{Form, Required, nearest};
pub(crate) use key::KeyArgs;
pub(crate) use kv::KvArgs;
pub(crate) use s3::S3Args;
pub(crate) use signed_urls::SignedUrlsArgs;
pub(crate) use value::{Number, Pairs, Text, Texts, Value};
pub(crate) use worker::WorkerArgs;

/// Every kind, so that an option of one is recognised in another.
const GRAMMARS: &[&Grammar] = &[
    AppArgs::GRAMMAR,
    BucketArgs::GRAMMAR,
    CorsArgs::GRAMMAR,
    EncryptionArgs::GRAMMAR,
    FieldArgs::GRAMMAR,
    KeyArgs::GRAMMAR,
    KvArgs::GRAMMAR,
    S3Args::GRAMMAR,
    SignedUrlsArgs::GRAMMAR,
    WorkerArgs::GRAMMAR,
];

/// The options of one attribute, every value of them with its place.
pub(crate) trait Args: Sized {
    const GRAMMAR: &'static Grammar;

    fn read(form: &mut Form<'_>) -> Self;
}

/// How one attribute, or an option that has options of its own, is written.
pub(crate) struct Grammar {
    /// `#[storage::bucket]`
    pub(crate) title: &'static str,
    /// What its `name` is.
    pub(crate) name: &'static str,
    /// The text that stands in front of the options, if one does, as it could be pasted.
    pub(crate) leading: Option<&'static str>,
    pub(crate) options: &'static [Choice],
    /// Where something is said that one might look for among the options.
    pub(crate) elsewhere: Option<&'static str>,
    /// Options of other kinds, and the option that does the same here.
    pub(crate) counterparts: &'static [(&'static str, &'static str)],
}

impl Grammar {
    /// A text to paste for that option.
    pub(crate) fn example(&self, key: &str) -> Option<&'static str> {
        self.options.iter().find(|option| option.key == key).map(|option| option.example)
    }
}

/// One option that an attribute knows.
pub(crate) struct Choice {
    pub(crate) key: &'static str,
    /// The whole option, as it could be pasted.
    pub(crate) example: &'static str,
}

/// An option every attribute has: the library under another name.
const CRATE: Choice = Choice { key: "crate", example: "crate = ::storage" };
