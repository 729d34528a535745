//! The documents are true: their tables say what the code says, their links lead somewhere, and
//! who follows the guide gets a Worker.

mod guide;
mod links;
mod tables;
