//! Cases of buckets.

pub(super) mod conditions;
pub(super) mod copies;
pub(super) mod crowds;
pub(super) mod folders;
pub(super) mod limits;
pub(super) mod objects;
pub(super) mod options;
pub(super) mod ranges;
pub(super) mod serving;
pub(super) mod streams;
pub(super) mod uploads;
