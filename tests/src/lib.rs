//! Helpers for the tests beside this folder.
