//! What declarations call things in a Worker's environment, where there is one thing of each name.

use super::stop;
use crate::const_text::Writer;
use crate::name;

/// What a name in the environment stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Purpose {
    /// The id of a key of R2's S3 interface.
    AccessKeyId,
    /// The id of the account, which is no secret.
    AccountId,
    /// The resource itself.
    Binding,
    /// The keys that encrypt.
    EncryptionKeys,
    /// The secret half of a key of R2's S3 interface.
    SecretAccessKey,
    /// A storage Worker.
    Service,
    /// The keys that sign URLs.
    SigningKeys,
}

impl Purpose {
    /// It in a few words: "encryption secret".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AccessKeyId => "access key id",
            Self::AccountId => "account id",
            Self::Binding => "binding",
            Self::EncryptionKeys => "encryption secret",
            Self::SecretAccessKey => "secret access key",
            Self::Service => "binding of a storage Worker",
            Self::SigningKeys => "signing secret",
        }
    }

    /// Whether nobody may see it, so that it is set with `wrangler secret put`.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        match self {
            Self::AccountId | Self::Binding | Self::Service => false,
            Self::AccessKeyId
            | Self::EncryptionKeys
            | Self::SecretAccessKey
            | Self::SigningKeys => true,
        }
    }

    /// Whether it is a ring of keys, such as `cargo storage keygen` makes.
    #[must_use]
    pub const fn is_key_ring(self) -> bool {
        matches!(self, Self::EncryptionKeys | Self::SigningKeys)
    }

    /// What to do where two purposes share a name.
    #[must_use]
    pub const fn help_to_part(self, other: Self) -> &'static str {
        if self.is_key_ring() && other.is_key_ring() {
            "give the signing keys a secret of their own: whoever gets hold of them must not be able \
             to open what is encrypted"
        } else {
            "give one of them another name"
        }
    }

    const fn is(self, other: Self) -> bool {
        self as u8 == other as u8
    }
}

/// The names that one declaration claims.
pub(super) type Names = [Option<(&'static str, Purpose)>; 6];

/// A name that two lists have, for two purposes: the first list's and the second's.
pub(super) const fn conflict(ours: &Names, theirs: &Names) -> Option<(&'static str, [Purpose; 2])> {
    let mut left: &[Option<(&'static str, Purpose)>] = ours;
    while let [our, tail @ ..] = left {
        left = tail;
        let Some((name, purpose)) = our else {
            continue;
        };
        let mut right: &[Option<(&'static str, Purpose)>] = theirs;
        while let [their, tail @ ..] = right {
            if let Some((other, other_purpose)) = their
                && !purpose.is(*other_purpose)
                && name::str_eq(name, other)
            {
                return Some((*name, [*purpose, *other_purpose]));
            }
            right = tail;
        }
    }
    None
}

/// A declaration has one name for one thing.
pub(super) const fn must_be_apart(names: &Names) {
    if let Some((name, [first, second])) = conflict(names, names) {
        let mut message = Writer::<512>::new();
        message.raw("the ");
        message.raw(first.words());
        message.raw(" and the ");
        message.raw(second.words());
        message.raw(" are both `");
        message.raw(name);
        message.raw("`\nhelp: ");
        message.raw(first.help_to_part(second));
        stop(&message);
    }
}
