//! The program in the documentation of the format is the one that is tested.

const DOCUMENT: &str = include_str!("../../docs/archive.md");
const PROGRAM: &str = include_str!("../../docs/archive.py");

#[test]
fn the_program_is_shown_as_it_is() {
    assert!(DOCUMENT.contains(&format!("```python\n{PROGRAM}```\n")));
}
