//! An application, as a constant.

use super::{FieldSpec, SCHEMA_VERSION, VERSION, WorkerSpec, must, stop};
use crate::const_text::Writer;
use crate::name;

/// An application: a Worker's name and what its fields hold.
#[derive(Clone, Copy, Debug)]
pub struct AppSpec {
    name: &'static str,
    fields: &'static [FieldSpec],
    worker: Option<WorkerSpec>,
}

impl AppSpec {
    /// An application of that name.
    ///
    /// # Panics
    ///
    /// In the constant, if the name breaks the rule for Workers, a resource one of its kind that needs the
    /// whole declaration, or a field is to go by this very Worker.
    #[must_use]
    pub const fn new(name: &'static str, fields: &'static [FieldSpec]) -> Self {
        must(name::check_worker(name));
        let mut rest = fields;
        while let [first, tail @ ..] = rest {
            first.check();
            if let Some(service) = first.service() {
                assert!(!name::str_eq(service.service, name), "a Worker does not go by itself");
            }
            rest = tail;
        }
        Self { name, fields, worker: None }
    }

    /// One that other Workers store by.
    ///
    /// # Panics
    ///
    /// In the constant, if a field goes by a storage Worker itself.
    #[must_use]
    pub const fn worker(mut self, worker: WorkerSpec) -> Self {
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest {
            assert!(first.service().is_none(), "a storage Worker is bound to what it holds");
            rest = tail;
        }
        self.worker = Some(worker);
        self
    }

    /// Checks that no field before `field` claims its binding, or what it is in the account.
    ///
    /// # Panics
    ///
    /// In the constant, naming both fields and what they share.
    #[track_caller] // shown at the field alone, without the way here
    pub const fn assert_distinct(&self, field: &str) {
        let Some((later, behind)) = find(self.fields, field) else {
            return;
        };
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest
            && tail.len() > behind
        {
            first.assert_distinct(later);
            rest = tail;
        }
    }

    /// Checks that a key of what the field holds can start with its prefix.
    ///
    /// # Panics
    ///
    /// In the constant, if it is too long for that.
    #[track_caller] // shown at the prefix alone, without the way here
    pub const fn assert_prefix(&self, field: &str) {
        if let Some((found, _)) = find(self.fields, field)
            && let Err(error) = found.check_prefix()
        {
            let mut message = Writer::<512>::new();
            message.raw(error.text().as_str());
            message.raw(": a key of KV has 512 at most\nhelp: shorten it");
            stop(&message)
        }
    }

    /// Checks that a field of a storage Worker is for all that can be done with what it holds.
    ///
    /// # Panics
    ///
    /// In the constant, naming the field.
    #[track_caller] // shown at the field alone, without the way here
    pub const fn assert_whole(&self, field: &str) {
        let Some((found, _)) = find(self.fields, field) else {
            return;
        };
        if !found.is_whole() {
            let mut message = Writer::<512>::new();
            message.raw("field `");
            message.raw(field);
            message.raw(
                "` grants a part of what it holds, and a storage Worker has all of it: what each \
                 application may do is said by the application's own fields\nhelp: hold it in a plain \
                 `storage::Bucket<..>` or `storage::Kv<..>`",
            );
            stop(&message)
        }
    }

    /// Checks that a storage Worker with an address has URLs to answer there.
    ///
    /// # Panics
    ///
    /// In the constant, if none of its buckets signs any.
    #[track_caller] // shown at the option alone, without the way here
    pub const fn assert_public(&self) {
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest {
            if first.signs_urls() {
                return;
            }
            rest = tail;
        }
        let mut message = Writer::<512>::new();
        message.raw(
            "`public_host` is where signed URLs are answered, and no field holds a bucket that signs any\n\
             help: remove it, or declare a bucket with `signed_urls(secret = \"LINK_KEYS\", host = \"files.example.com\")`",
        );
        stop(&message)
    }

    /// How many bytes [`Self::render`] makes of it.
    #[must_use]
    pub const fn rendered_len(&self) -> usize {
        let mut counter = Writer::<0>::new();
        self.write(&mut counter);
        counter.len()
    }

    /// One line of JSON, with its line feed. `N` is [`Self::rendered_len`].
    ///
    /// # Panics
    ///
    /// In the constant, if `N` is another number.
    #[must_use]
    pub const fn render<const N: usize>(&self) -> [u8; N] {
        let mut out = Writer::<N>::new();
        self.write(&mut out);
        assert!(out.len() == N, "render::<N> takes rendered_len()");
        out.bytes()
    }

    const fn write<const N: usize>(&self, out: &mut Writer<N>) {
        out.raw("{\"schema\":");
        out.number(SCHEMA_VERSION as u64);
        out.key("version");
        out.string(VERSION);
        out.key("app");
        out.string(self.name);
        if let Some(worker) = &self.worker {
            worker.write(out);
        }
        out.key("fields");
        out.raw("[");
        let mut rest = self.fields;
        while let [first, tail @ ..] = rest {
            first.write(out);
            out.raw(if tail.is_empty() { "" } else { "," });
            rest = tail;
        }
        out.raw("]}\n");
    }
}

/// A field, and how many there are behind it.
const fn find<'a>(fields: &'a [FieldSpec], name: &str) -> Option<(&'a FieldSpec, usize)> {
    let mut rest = fields;
    while let [first, tail @ ..] = rest {
        if name::str_eq(first.name(), name) {
            return Some((first, tail.len()));
        }
        rest = tail;
    }
    None
}
