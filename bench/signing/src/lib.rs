//! The module is the example of this package; `index.mjs` is the Worker around it.
