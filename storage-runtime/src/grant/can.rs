//! The bounds of verbs. What the compiler says where one does not hold names the handles that have the verb.

use super::{Grants, sealed};

/// A verb's bound, and when it holds.
macro_rules! can {
    ($(
        $(#[$attribute:meta])*
        $can:ident: $($grant:ident)|+;
    )*) => {$(
        $(#[$attribute])*
        pub trait $can: Grants {}

        // What is missing is the bound: how it would hold is of no use to whoever reads that.
        #[diagnostic::do_not_recommend]
        impl<G: Grants> $can for G where can!(G $($grant)|+): sealed::Is {}
    )*};
    ($g:ident $grant:ident) => { <$g as sealed::Grants>::$grant };
    ($g:ident $grant:ident | $other:ident) => {
        <<$g as sealed::Grants>::$grant as sealed::Answer>::Or<<$g as sealed::Grants>::$other>
    };
}

can! {
    /// Grants by which something can be read.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `Read`",
        label = "takes a handle that reads",
        note = "help: `storage::BucketReader` and `storage::KvReader` read, and so do plain `storage::Bucket<..>` and `storage::Kv<..>`",
        note = "help: or grant it beside others: `storage::Bucket<D, (Read, List)>` or `storage::Kv<D, (Read, List)>`, of the verbs in `storage::grant`"
    )]
    CanRead: Read;

    /// Grants by which something can be written.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `Write`",
        label = "takes a handle that writes",
        note = "help: `storage::BucketWriter` and `storage::KvWriter` write, and so do plain `storage::Bucket<..>` and `storage::Kv<..>`",
        note = "help: or grant it beside others: `storage::Bucket<D, (Read, Write)>` or `storage::Kv<D, (Read, Write)>`, of the verbs in `storage::grant`"
    )]
    CanWrite: Write;

    /// Grants by which something can be deleted.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `Delete`",
        label = "takes a handle that deletes",
        note = "help: `storage::BucketWriter` and `storage::KvWriter` delete, and so do plain `storage::Bucket<..>` and `storage::Kv<..>`",
        note = "help: or grant it beside others: `storage::Bucket<D, (List, Delete)>` or `storage::Kv<D, (List, Delete)>`, of the verbs in `storage::grant`"
    )]
    CanDelete: Delete;

    /// Grants by which it can be seen what there is.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `List`",
        label = "takes a handle that lists",
        note = "help: `storage::BucketLister` and `storage::KvLister` list, and so do plain `storage::Bucket<..>` and `storage::Kv<..>`",
        note = "help: or grant it beside others: `storage::Bucket<D, (Read, List)>` or `storage::Kv<D, (Read, List)>`, of the verbs in `storage::grant`"
    )]
    CanList: List;

    /// Grants by which it can be seen what is kept beside a key: to read, or to list.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, include neither `Read` nor `List`",
        label = "takes a handle that reads or lists",
        note = "help: `storage::BucketReader`, `storage::BucketLister`, `storage::KvReader` and `storage::KvLister` look at what is there, and so do plain `storage::Bucket<..>` and `storage::Kv<..>`",
        note = "help: or grant it beside others: `storage::Bucket<D, (Write, List)>` or `storage::Kv<D, (Write, List)>`, of the verbs in `storage::grant`"
    )]
    CanHead: Read | List;

    /// Grants by which signed URLs can be made and revoked.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `Links`",
        label = "takes a handle that makes links",
        note = "help: `storage::BucketReader` makes links that read, and a plain `storage::Bucket<..>` makes any",
        note = "help: or grant it beside others: `storage::Bucket<D, (Links, Write)>`, of the verbs in `storage::grant`"
    )]
    CanLink: Links;

    /// Grants by which keys can be rotated.
    #[diagnostic::on_unimplemented(
        message = "the grants of this handle, `{Self}`, do not include `Rotate`",
        label = "takes a handle that rotates keys",
        note = "help: plain `storage::Bucket<..>` and `storage::Kv<..>` rotate",
        note = "help: or grant nothing else: `storage::Bucket<D, Rotate>` or `storage::Kv<D, Rotate>`, of the verbs in `storage::grant`"
    )]
    CanRotate: Rotate;
}
