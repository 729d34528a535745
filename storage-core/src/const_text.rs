//! Text put together in constants, where there is no `String`.

/// Collects up to `N` bytes and counts all of them: one of capacity zero only counts, which gives
/// the size for the real one.
pub(crate) struct Writer<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Writer<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    pub(crate) const fn bytes(self) -> [u8; N] {
        self.bytes
    }

    /// What was written, as text. Empty in the one case where it was cut inside a character.
    pub(crate) const fn as_str(&self) -> &str {
        let end = if self.len < N { self.len } else { N };
        match std::str::from_utf8(self.bytes.split_at(end).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Text as it is.
    pub(crate) const fn raw(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while let [byte, tail @ ..] = rest {
            self.byte(*byte);
            rest = tail;
        }
    }

    /// A whole number.
    pub(crate) const fn number(&mut self, number: u64) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "guarded by the line above; `get_mut` is not const"
    )]
    pub(crate) const fn byte(&mut self, byte: u8) {
        if self.len < N {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
    }
}
