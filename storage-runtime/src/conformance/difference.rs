//! What Cloudflare's local simulator does otherwise than Cloudflare documents.

/// A way in which R2 and KV of `wrangler dev` are not as documented.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    name: &'static str,
    documented: &'static str,
    simulated: &'static str,
}

impl Difference {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What R2 or KV does, by its documentation.
    #[must_use]
    pub fn documented(&self) -> &'static str {
        self.documented
    }

    /// What the simulator does.
    #[must_use]
    pub fn simulated(&self) -> &'static str {
        self.simulated
    }
}

/// All that are known. A case that meets one of the first ends as
/// [`Outcome::Differs`](super::Outcome::Differs); the others are nothing that a case could see, or
/// are made good by this library.
pub const DIFFERENCES: &[&Difference] = &[
    &BYTE_ORDER_MARK,
    &CUSTOMER_KEYS,
    &STORAGE_CLASS,
    &CONSISTENCY,
    &NAMESPACES,
    &RATES,
    &PROTO_KEY,
];

pub(super) const BYTE_ORDER_MARK: Difference = Difference {
    name: "byte order mark",
    documented: "`get` of several entries gives their text as it is",
    simulated: "a byte order mark at the start is dropped; of entries that this library wrote, it \
                is noticed and made good",
};

pub(super) const CUSTOMER_KEYS: Difference = Difference {
    name: "customer keys",
    documented: "an object that was written with a customer key is read with that key only",
    simulated: "the key is ignored",
};

pub(super) const STORAGE_CLASS: Difference = Difference {
    name: "storage class",
    documented: "an object is of the class it was written with",
    simulated: "every object is of the class `Standard`",
};

const CONSISTENCY: Difference = Difference {
    name: "eventual consistency",
    documented: "KV shows a write elsewhere after 60 seconds or more",
    simulated: "a write is seen at once",
};

const NAMESPACES: Difference = Difference {
    name: "namespaces without an id",
    documented: "every environment has a namespace of its own",
    simulated: "a namespace without an `id` goes by its binding, in all environments",
};

const RATES: Difference = Difference {
    name: "rates",
    documented: "about one write a second to one key, then `storage_rate_limited`",
    simulated: "no limit",
};

const PROTO_KEY: Difference = Difference {
    name: "the key `__proto__`",
    documented: "`get` of several entries has every key in its answer",
    simulated: "the key `__proto__` is missing; this library reads it by a call of its own",
};
