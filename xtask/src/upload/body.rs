//! A body of any length that is nowhere as a whole, and can be recognized.

use std::io::{self, Read};

/// How long a block is. No two of a body are alike.
const BLOCK: usize = 1024 * 1024;

/// The bytes of a body, made while they are read.
pub(super) struct Body {
    block: Vec<u8>,
    number: u64,
    at: usize,
    left: u64,
}

impl Body {
    pub(super) fn new(len: u64) -> Self {
        // Not to be compressed, as memory and disks may do with zeros.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let words = (0..BLOCK / 8).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        });
        let block = words.flat_map(u64::to_le_bytes).collect();
        Self { block, number: 0, at: 0, left: len }
    }

    /// Reads what should be the same bytes. Says where it has others, or another end.
    pub(super) fn compare(mut self, mut other: impl Read) -> io::Result<Result<(), u64>> {
        let (mut mine, mut theirs) = (vec![0; BLOCK], vec![0; BLOCK]);
        let mut compared = 0;
        loop {
            let len = other.read(&mut theirs)?;
            let (Some(mine), Some(theirs)) = (mine.get_mut(..len), theirs.get(..len)) else {
                return Err(io::ErrorKind::InvalidData.into());
            };
            let same = if len == 0 { self.left == 0 } else { self.fill(mine)? && mine == theirs };
            if !same {
                return Ok(Err(compared));
            }
            if len == 0 {
                return Ok(Ok(()));
            }
            compared += len as u64;
        }
    }

    /// Whether there are as many bytes as are asked for.
    fn fill(&mut self, into: &mut [u8]) -> io::Result<bool> {
        match self.read_exact(into) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            read => read.map(|()| true),
        }
    }
}

impl Read for Body {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == 0
            && let Some(start) = self.block.first_chunk_mut()
        {
            *start = self.number.to_le_bytes();
            self.number += 1;
        }
        let rest = self.block.get(self.at..).unwrap_or_default();
        let len = rest.take(self.left).read(into)?;
        self.at = (self.at + len) % BLOCK;
        self.left -= len as u64;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_recognized_and_another_is_not() {
        let len = 3 * BLOCK as u64 + 5;
        let mut bytes = Vec::new();
        Body::new(len).read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, len);
        assert_eq!(Body::new(len).compare(&bytes[..]).unwrap(), Ok(()));
        assert!(Body::new(len + 1).compare(&bytes[..]).unwrap().is_err());
        assert!(Body::new(len - 1).compare(&bytes[..]).unwrap().is_err());
        bytes.copy_within(BLOCK..2 * BLOCK, 0); // a part in the wrong place
        assert_eq!(Body::new(len).compare(&bytes[..]).unwrap(), Err(0));
    }
}
