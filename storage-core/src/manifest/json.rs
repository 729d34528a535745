//! JSON written in constants.
//!
//! The manifest has to exist as bytes at compile time, and `serde_json` does not run there. A writer
//! of capacity zero only counts, which gives the size for the real one.

/// Collects up to `N` bytes and counts all of them.
pub(super) struct Writer<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Writer<N> {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    pub(super) const fn bytes(self) -> [u8; N] {
        self.bytes
    }

    /// What was written, as text. Empty in the one case where it was cut inside a character.
    pub(super) const fn as_str(&self) -> &str {
        let end = if self.len < N { self.len } else { N };
        match std::str::from_utf8(self.bytes.split_at(end).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Text that is already JSON.
    pub(super) const fn raw(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            self.byte(*byte);
            rest = tail;
        }
    }

    /// `,"key":`
    pub(super) const fn key(&mut self, key: &str) {
        self.raw(",");
        self.string(key);
        self.raw(":");
    }

    /// A string in quotes, escaped as `serde_json` does it.
    pub(super) const fn string(&mut self, text: &str) {
        self.byte(b'"');
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            self.escaped(*byte);
            rest = tail;
        }
        self.byte(b'"');
    }

    /// A whole number.
    pub(super) const fn number(&mut self, number: u64) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    const fn escaped(&mut self, byte: u8) {
        match byte {
            b'"' => self.raw("\\\""),
            b'\\' => self.raw("\\\\"),
            b'\n' => self.raw("\\n"),
            b'\r' => self.raw("\\r"),
            b'\t' => self.raw("\\t"),
            0x08 => self.raw("\\b"),
            0x0c => self.raw("\\f"),
            0..0x20 => {
                self.raw("\\u00");
                self.byte(hex_digit(byte >> 4));
                self.byte(hex_digit(byte & 15));
            }
            _ => self.byte(byte),
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "guarded by the line above; `get_mut` is not const"
    )]
    const fn byte(&mut self, byte: u8) {
        if self.len < N {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
    }
}

const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}
