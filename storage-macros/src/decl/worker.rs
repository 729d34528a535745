//! A storage Worker that keeps the rules: an application, and what it is beside.

use storage_core::manifest::Placement;
use storage_core::name::{Domain, WorkerName, suggest_domain};

use super::Validate;
use super::app::{self, AppDecl, Noun};
use crate::args::{Args, Text, WorkerArgs};
use crate::diag::{Errors, message};
use crate::item::Item;

pub(crate) struct WorkerDecl {
    pub(crate) placement: Option<Placement>,
    /// Where it answers signed URLs, and where that was written.
    pub(crate) public_host: Option<(Domain, Text)>,
}

impl Validate for WorkerArgs {
    type Decl = AppDecl;

    fn validate(self, item: &mut Item, errors: &mut Errors) -> Option<AppDecl> {
        let Self { name, placement, public_host } = self;
        for (field, attribute) in item.take_field_attributes("storage") {
            errors.push(&attribute, message::field_of_a_worker(&field));
        }
        let name = super::name(name, WorkerName::new, item, Self::GRAMMAR, errors);
        let placement = placement.and_then(|text| read_placement(&text, errors));
        let public_host = public_host.and_then(|text| {
            let meant = suggest_domain(&text.content);
            Some((super::checked(&text, Domain::new, meant, errors)?, text))
        });
        let worker = WorkerDecl { placement, public_host };
        app::declared(name, Some(worker), &[], (Self::GRAMMAR, Noun::StorageWorker), item, errors)
    }
}

fn read_placement(text: &Text, errors: &mut Errors) -> Option<Placement> {
    let known = Placement::Smart;
    if text.content == known.name() {
        return Some(known);
    }
    errors.push(text, message::unknown_word(text.key, &text.content, &[known.name()]));
    None
}
