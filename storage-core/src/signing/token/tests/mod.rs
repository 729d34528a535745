mod changes;
mod forms;
mod vectors;

use super::{Access, Grant, Size, TokenKeys, Tracking};
use crate::crypto::KeyRing;

/// Three keys, of which one has the id of another and different bytes in [`other_keys`].
fn keys() -> TokenKeys {
    ring(&[("a", 1), ("b", 2), ("c", 3)])
}

fn other_keys() -> TokenKeys {
    ring(&[("a", 4)])
}

fn ring(keys: &[(&str, u8)]) -> TokenKeys {
    let entries = keys.iter().map(|(id, byte)| {
        let id = crate::crypto::KeyId::new(*id).unwrap();
        KeyRing::generate_entry(&id, &[*byte; 32]).to_string()
    });
    TokenKeys::of(&KeyRing::parse(&entries.collect::<Vec<_>>().join(",")).unwrap())
}

const NOW: u64 = 1_700_000_000;

fn read() -> Grant {
    let access = Access::Read { content_type: None, content_disposition: None };
    Grant::new("files", "a/b.txt", access, NOW, 60)
}

/// A grant with everything that a write can have.
fn write() -> Grant {
    let access =
        Access::Write { content_type: Some("image/png".into()), size: Some(Size::AtMost(1000)) };
    let mut grant = Grant::new("files", "a/b.txt", access, NOW, 60);
    grant.tracking = Some(Tracking { id: [7; 16], uses: Some(3) });
    grant
}
