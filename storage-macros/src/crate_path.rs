//! Where generated code finds the library.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Path;

/// `::storage`, or what the option `crate` names. The only way into the library from generated code.
pub(crate) struct CratePath(Path);

impl CratePath {
    /// A path that means the same wherever the attribute stands.
    pub(crate) fn new(path: Path) -> Option<Self> {
        let from_own_crate = path.segments.first().is_some_and(|first| first.ident == "crate");
        (path.leading_colon.is_some() || from_own_crate).then_some(Self(path))
    }
}

impl Default for CratePath {
    fn default() -> Self {
        let span = proc_macro2::Span::call_site();
        let mut path = Path::from(syn::Ident::new("storage", span));
        path.leading_colon = Some(syn::Token![::](span));
        Self(path)
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
