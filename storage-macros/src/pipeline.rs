//! Read, check, write: the way every attribute and derive goes, and what happens when it fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};

use crate::args::{Args, Form};
use crate::decl::Validate;
use crate::diag::{Errors, message};
use crate::expand::{self, Expand};
use crate::item::Item;

/// The expansion of one attribute: the user's item, what the declaration adds, the errors.
///
/// A mistake of ours must not cost the user the item, so a panic becomes an error beside it.
pub(crate) fn run<A: Validate>(form: TokenStream, item: TokenStream) -> TokenStream {
    guarded::<A>(item.clone(), || {
        let mut errors = Errors::default();
        let mut item = Item::parse(item);
        let code = stages::<A>(form, &mut item, &mut errors);
        expand::output(item.into_tokens(), code, &errors)
    })
}

/// The expansion of one derive, whose form is in that attribute of the item: what it adds, the errors.
pub(crate) fn derive<A: Validate>(attribute: &str, item: TokenStream) -> TokenStream {
    guarded::<A>(TokenStream::new(), || {
        let mut errors = Errors::default();
        let mut item = Item::parse(item);
        let form = item.form(attribute, &mut errors);
        let code = stages::<A>(form, &mut item, &mut errors);
        expand::output(TokenStream::new(), code, &errors)
    })
}

/// What was made of the item, or, if that panicked, the item as it was.
fn guarded<A: Validate>(
    untouched: TokenStream,
    expand: impl FnOnce() -> TokenStream,
) -> TokenStream {
    catch_unwind(AssertUnwindSafe(expand)).unwrap_or_else(|_| {
        let mut errors = Errors::default();
        errors.push_at(Span::call_site(), message::bug(A::GRAMMAR.title));
        expand::output(untouched, TokenStream::new(), &errors)
    })
}

/// Every stage reports all it finds. What is known to be broken is written out as a stub, so that
/// the uses of the item do not light up as well.
fn stages<A: Validate>(form: TokenStream, item: &mut Item, errors: &mut Errors) -> TokenStream {
    let mut form = Form::parse(A::GRAMMAR, form, errors);
    let root = form.crate_path();
    let decl = <A as Args>::read(&mut form).validate(item, errors);
    match (decl, item.as_type()) {
        (Some(decl), _) if errors.is_empty() => decl.expand(&root),
        (_, Some(declared)) => A::Decl::stub(declared, &root),
        (_, None) => TokenStream::new(),
    }
}
