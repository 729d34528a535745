//! JSON written in constants.
//!
//! The manifest has to exist as bytes at compile time, and `serde_json` does not run there.

use crate::const_text::Writer;

impl<const N: usize> Writer<N> {
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

    /// An array of strings.
    pub(super) const fn strings(&mut self, texts: &[&str]) {
        self.raw("[");
        let mut rest = texts;
        while let [text, tail @ ..] = rest {
            self.string(text);
            if !tail.is_empty() {
                self.raw(",");
            }
            rest = tail;
        }
        self.raw("]");
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
}

const fn hex_digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}
