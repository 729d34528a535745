//! Who may log in. The rest of the app knows no passwords: replace this file by what you have.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

/// The name of a user: 1 to 32 lowercase letters, digits and hyphens. It stands in keys and in the cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserName(String);

impl UserName {
    /// A name that somebody sent, if it has the form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_name = (1..=32).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        is_name.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For the demo only: whoever reads the source can log in.
const DEMO_USERS: [(&str, &str); 2] = [("ada", "password-of-ada"), ("bob", "password-of-bob")];

/// Stands in for the check of a real app, which asks an identity provider, or compares with a slow hash of the
/// password (Argon2id) where there is time for it: not in a Worker's 10 ms of CPU.
///
/// The answer is the same, and takes as long, whether the name or the password is wrong: nobody learns here
/// who has an account.
pub(crate) fn check_demo_password(name: &str, password: &str) -> Option<UserName> {
    let given = Sha256::digest(password);
    let mut is_right = Choice::from(0);
    for (user, right) in DEMO_USERS {
        let is_user = Sha256::digest(user).ct_eq(&Sha256::digest(name));
        let is_password = Sha256::digest(right).ct_eq(&given);
        is_right = Choice::conditional_select(&is_right, &is_password, is_user);
    }
    bool::from(is_right).then(|| UserName::parse(name)).flatten()
}
