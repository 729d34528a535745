//! What happens when this crate itself is wrong.

use super::{messages, tokens};
use crate::args::{Args, BucketArgs, Form, Grammar};
use crate::decl::{BucketDecl, Validate};
use crate::diag::Errors;
use crate::item::Item;
use crate::pipeline;

/// An attribute with a bug.
struct Broken;

impl Args for Broken {
    const GRAMMAR: &'static Grammar = BucketArgs::GRAMMAR;

    fn read(_: &mut Form<'_>) -> Self {
        Self
    }
}

impl Validate for Broken {
    type Decl = BucketDecl;

    fn validate(self, _: &mut Item, _: &mut Errors) -> Option<BucketDecl> {
        panic!("a bug")
    }
}

#[test]
fn a_panic_leaves_the_item_and_says_whose_fault_it_is() {
    let output = pipeline::run::<Broken>(tokens(""), tokens("pub struct Assets;"));
    assert!(output.to_string().starts_with("pub struct Assets ;"), "{output}");
    let messages = messages(output);
    assert!(messages[0].contains("a bug in storage, not in your code"), "{messages:?}");
}
