//! How often something below an operation was begun anew.

use std::cell::Cell;

thread_local! {
    /// Of the operation that is being polled.
    static RETRIES: Cell<u32> = const { Cell::new(0) };
}

/// Says that something was begun anew. Of no operation it is told to nobody.
pub(crate) fn retried() {
    RETRIES.with(|retries| retries.set(retries.get().saturating_add(1)));
}

/// Does a part of an operation, and counts.
pub(super) fn counted<T>(retries: &mut u32, part: impl FnOnce() -> T) -> T {
    let outer = RETRIES.replace(*retries);
    let done = part();
    *retries = RETRIES.replace(outer);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_counts_its_own() {
        let (mut outer, mut inner) = (0, 0);
        for _ in 0..2 {
            counted(&mut outer, || {
                retried();
                counted(&mut inner, || (retried(), retried()));
            });
        }
        assert_eq!((outer, inner), (2, 4));
    }
}
