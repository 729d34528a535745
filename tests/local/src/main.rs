//! Storage on disk under several processes, and under processes that are killed.

fn main() {}
