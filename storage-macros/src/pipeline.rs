//! Read, check, write: the way every attribute goes, and what happens when it fails.

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
    let untouched = item.clone();
    catch_unwind(AssertUnwindSafe(|| stages::<A>(form, item))).unwrap_or_else(|_| {
        let mut errors = Errors::default();
        errors.push_at(Span::call_site(), message::bug(A::GRAMMAR.attribute));
        expand::output(untouched, TokenStream::new(), &errors)
    })
}

/// Every stage reports all it finds. What is known to be broken is written out as a stub, so that
/// the uses of the item do not light up as well.
fn stages<A: Validate>(form: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut item = Item::parse(item);
    let mut form = Form::parse(A::GRAMMAR, form, &mut errors);
    let root = form.crate_path();
    let decl = <A as Args>::read(&mut form).validate(&mut item, &mut errors);
    let code = match (decl, item.as_type()) {
        (Some(decl), _) if errors.is_empty() => decl.expand(&root),
        (_, Some(declared)) => A::Decl::stub(declared, &root),
        (_, None) => TokenStream::new(),
    };
    expand::output(item.into_tokens(), code, &errors)
}
