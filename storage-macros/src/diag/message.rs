//! The catalogue of messages: what is wrong with which thing, the rule in a few words, and after
//! `help:` the text to paste.
//!
//! Each message has a compile-fail test of its name, `tests/ui/<kind>/<message>.rs`, which a test
//! makes sure of.

use storage_core::limits::{Limit, LimitError};
use storage_core::name::NameError;

// About the form.

pub(crate) fn duplicate_option(key: &str, first: &str, second: &str) -> String {
    format!(
        "`{key}` is given twice, first as `{first}` and here as `{second}`: one declaration says \
         one thing\nhelp: keep one of them"
    )
}

pub(crate) fn literal_suffix(key: &str, value: &str, plain: &str) -> String {
    format!(
        "`{key} = {value}` has a suffix: values are written without one\n\
         help: write `{key} = {plain}`"
    )
}

pub(crate) fn missing_comma(next: &str) -> String {
    format!(
        "there is no comma in front of `{next}`: options are separated by commas\n\
         help: write `, {next}`"
    )
}

pub(crate) fn missing_option(title: &str, key: &str, meaning: &str, paste: &str) -> String {
    format!(
        "`{title}` has no `{key}`: it is {meaning}\n\
         help: add `{paste}`"
    )
}

pub(crate) fn missing_value(key: &str, example: &str) -> String {
    format!(
        "`{key}` has no value: options are written `key = value`\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_boolean(key: &str, found: &str, example: &str) -> String {
    format!(
        "`{key} = {found}` is neither `true` nor `false`: it takes one of them, without quotes\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_list(key: &str, example: &str) -> String {
    format!(
        "`{key}` is not a list: it holds names and values in parentheses\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_list_of_strings(key: &str, found: &str, paste: &str) -> String {
    format!(
        "`{key} = {found}` is not a list of strings: they stand in brackets, with commas in between\n\
         help: write `{paste}`"
    )
}

pub(crate) fn not_a_note(found: &str, example: &str) -> String {
    format!(
        "`{found}` is not metadata: each entry is a name and a string\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_path(found: &str, example: &str) -> String {
    format!(
        "`crate = {found}` is not a path from the root: generated code has to find the library \
         from every module\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_string(key: &str, found: &str, example: &str) -> String {
    format!(
        "`{key} = {found}` is not a string: it takes text in quotes, since a macro sees no other \
         value\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_string_in_list(key: &str, found: &str, example: &str) -> String {
    format!(
        "`{found}` in `{key}` is not a string: each entry is text in quotes, with commas in between\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_type(key: &str, found: &str, example: &str) -> String {
    format!(
        "`{key} = {found}` is not a type: it takes one, without quotes\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_a_whole_number(key: &str, found: &str, example: &str) -> String {
    format!(
        "`{key} = {found}` is not a whole number: it takes digits, without quotes, fractions or \
         arithmetic\n\
         help: write `{example}`"
    )
}

pub(crate) fn not_an_option(found: &str, example: &str) -> String {
    format!(
        "`{found}` is not an option: options are written `key = value`\n\
         help: write `{example}`"
    )
}

pub(crate) fn option_of_another_kind(
    key: &str,
    title: &str,
    owners: &str,
    instead: Option<&str>,
) -> String {
    let help = match instead {
        Some(example) => format!("write `{example}`"),
        None => "move it there".to_owned(),
    };
    format!("`{key}` is an option of {owners}, not of `{title}`\nhelp: {help}")
}

pub(crate) fn stray_comma() -> String {
    "this comma has no option in front of it: options are separated by one comma\n\
     help: remove it"
        .to_owned()
}

pub(crate) fn unknown_option(
    key: &str,
    title: &str,
    options: &str,
    meant: Option<&str>,
    elsewhere: Option<&str>,
) -> String {
    let help = match (meant, elsewhere) {
        (Some(meant), _) => format!("write `{meant}`"),
        (None, Some(elsewhere)) => format!("remove it; {elsewhere}"),
        (None, None) => "remove it".to_owned(),
    };
    format!("`{key}` is not an option of `{title}`: they are {options}\nhelp: {help}")
}

// About values.

pub(crate) fn unknown_word(key: &str, found: &str, known: &[&str]) -> String {
    let known: Vec<String> = known.iter().map(|word| format!("`{key} = \"{word}\"`")).collect();
    format!("`{key} = \"{found}\"` means nothing here\nhelp: write {}", known.join(" or "))
}

pub(crate) fn access_not_available(access: &str, available: &str) -> String {
    format!(
        "`access = \"{access}\"` is not available: everything goes through the Worker, so the one \
         access there is today is \"{available}\"\n\
         help: leave it out, or write `access = \"{available}\"`"
    )
}

pub(crate) fn derived_binding_too_long(binding: &str, rule: &str) -> String {
    format!(
        "the name makes a binding that is too long, `{binding}`: {rule}\n\
         help: shorten it, or add a `binding = \"...\"` of your own"
    )
}

pub(crate) fn duplicate_entry(key: &str, entry: &str) -> String {
    format!("`{entry:?}` is in `{key}` twice: once says it all\nhelp: keep one of them")
}

pub(crate) fn duplicate_metadata(key: &str) -> String {
    format!(
        "metadata `{key}` is given twice: every entry has a name of its own\n\
         help: keep one of them"
    )
}

pub(crate) fn empty_list(key: &str, meaning: &str, example: &str) -> String {
    format!("`{key}` is empty: it is {meaning}\nhelp: write `{example}`")
}

pub(crate) fn infrequent_access_too_late(days: u32, deleted: u32) -> String {
    format!(
        "objects move to infrequent access after {days} days, and are deleted after {deleted}: what is \
         gone moves nowhere\n\
         help: remove it, or let it be less than `delete_after_days = {deleted}`"
    )
}

pub(crate) fn metadata_too_large(rule: LimitError, surplus: u64) -> String {
    format!("{rule}: names and values count together\nhelp: shorten it by {surplus} bytes")
}

pub(crate) fn name_taken(key: &str, name: &str, other: &str, paste: &str) -> String {
    format!(
        "`{key} = {name:?}` is refused: the {other} has that name, and there is one thing of each name \
         in the environment\n\
         help: write `{paste}`"
    )
}

pub(crate) fn number_out_of_range(key: &str, value: &str, limit: Limit, paste: &str) -> String {
    format!("`{key} = {value}` is out of range: {limit}\nhelp: write `{paste}`")
}

pub(crate) fn qualified_name_too_long(qualified: &str, rule: LimitError) -> String {
    format!(
        "the bucket would be called `{qualified}`: {rule}\n\
         help: shorten the name or the namespace"
    )
}

pub(crate) fn refused_entry(key: &str, entry: &str, rule: NameError, paste: &str) -> String {
    format!("`{entry:?}` in `{key}` is refused: {rule}\nhelp: write `{paste}`")
}

pub(crate) fn refused_name(key: &str, value: &str, rule: NameError, paste: &str) -> String {
    format!("`{key} = {value:?}` is refused: {rule}\nhelp: write `{paste}`")
}

pub(crate) fn s3_of_an_encrypted_bucket(example: &str) -> String {
    format!(
        "no link could ever be made by `s3(...)` here: the bucket is encrypted, and R2 itself, where such links \
         lead, can't decrypt\n\
         help: replace it with `{example}`, for links that lead to the Worker"
    )
}

pub(crate) fn signing_with_encryption_keys(name: &str, paste: &str) -> String {
    format!(
        "the secret `{name}` holds the keys that encrypt, and would sign URLs as well: whoever gets hold \
         of a signing key must not be able to open what is encrypted\n\
         help: write `{paste}`"
    )
}

// About the item.

pub(crate) fn field_of_a_worker(field: &str) -> String {
    format!(
        "`{field}` has `#[storage(...)]`, and a storage Worker is bound to all it holds: what goes by \
         another Worker is a field of an application\n\
         help: remove it from `{field}`"
    )
}

pub(crate) fn generic(what: &str, title: &str, name: &str) -> String {
    format!(
        "`{name}` is generic, and `{title}` {what}\n\
         help: remove the parameters from `{name}`"
    )
}

pub(crate) fn not_a_unit_struct(title: &str, found: &str, paste: &str) -> String {
    format!(
        "`{title}` is on {found}: a declaration is a unit struct\n\
         help: write `{paste}`"
    )
}

pub(crate) fn via_itself(app: &str) -> String {
    format!(
        "`via = {app:?}` is this very Worker: a field goes by another, or is bound here\n\
         help: remove `#[storage(...)]` from the field"
    )
}

pub(crate) fn without_named_fields(title: &str, found: &str, noun: &str, paste: &str) -> String {
    format!(
        "`{title}` is on {found}: {noun} is a struct with a named field for each bucket and KV \
         namespace it uses\n\
         help: write `{paste}`"
    )
}

// About typed keys.

pub(crate) fn adjacent_placeholders(first: &str, second: &str) -> String {
    format!(
        "`{first}` and `{second}` have no text between them: nobody could tell where the first \
         ends\n\
         help: write `{first}/{second}`"
    )
}

pub(crate) fn attribute_given_twice(name: &str, rule: &str) -> String {
    format!(
        "`#[{name}(...)]` is given twice: {rule}\n\
         help: keep one of them"
    )
}

pub(crate) fn control_character(character: char) -> String {
    format!(
        "the template has the control character {character:?}: keys are made of what can be seen\n\
         help: remove it"
    )
}

pub(crate) fn dot_segment(segment: &str) -> String {
    format!(
        "the template has the segment `{segment}`, which has a meaning of its own in paths and \
         URLs\n\
         help: remove it"
    )
}

pub(crate) fn empty_placeholder() -> String {
    "`{}` names no field: a placeholder is the name of a field in braces\n\
     help: write `{name}`, or `{{}}` for the braces themselves"
        .to_owned()
}

pub(crate) fn empty_segment(template: &str, paste: &str) -> String {
    format!(
        "`{template}` has an empty segment: there is something on either side of every `/`\n\
         help: write `\"{paste}\"`"
    )
}

pub(crate) fn empty_template(paste: &str) -> String {
    format!(
        "the template is empty: it is what keys look like, with the fields in braces\n\
         help: write `\"{paste}\"`"
    )
}

pub(crate) fn field_not_in_template(field: &str) -> String {
    format!(
        "`{field}` is not in the template: what is not in a key can't be read from it\n\
         help: add `{{{field}}}` to the template, or remove the field"
    )
}

pub(crate) fn key_on_a_field() -> String {
    "`#[key]` is on a field: the template stands on the struct, and names the fields\n\
     help: remove it here"
        .to_owned()
}

pub(crate) fn missing_template(name: &str, paste: &str) -> String {
    format!(
        "`{name}` has no template: it is what keys look like, with the fields in braces\n\
         help: write `#[key(\"{paste}\")]`"
    )
}

pub(crate) fn not_a_key_struct(found: &str, paste: &str) -> String {
    format!(
        "`#[derive(storage::Key)]` is on {found}: a key is a struct with a named field for each \
         part that varies\n\
         help: write `{paste}`"
    )
}

pub(crate) fn not_a_placeholder(found: &str) -> String {
    format!(
        "`{found}` is not a placeholder: it is the name of a field in braces, `{{name}}`, or with \
         the number of digits it is padded to, `{{name:020}}`, at most 39\n\
         help: write `{{name}}`, or double the braces to mean themselves"
    )
}

pub(crate) fn not_a_template(found: &str, example: &str) -> String {
    format!(
        "`{found}` is not a template: it is a string, with the fields in braces\n\
         help: write `{example}`"
    )
}

pub(crate) fn placeholder_given_twice(name: &str) -> String {
    format!(
        "`{{{name}}}` is in the template twice: every field stands in one place\n\
         help: keep one of them"
    )
}

pub(crate) fn stray_brace() -> String {
    "the template has a `}` that closes nothing\n\
     help: write `}}` for the brace itself"
        .to_owned()
}

pub(crate) fn template_too_long(bytes: usize, max: usize) -> String {
    format!(
        "the template is too long: even its shortest key has {bytes} bytes, the limit is {max}\n\
         help: shorten it by {} bytes",
        bytes.saturating_sub(max)
    )
}

pub(crate) fn too_many_placeholders(count: usize, max: usize) -> String {
    format!(
        "the template has {count} fields, the limit is {max}\n\
         help: make one field of several, of a type of your own that is `Display` and `FromStr`"
    )
}

pub(crate) fn unclosed_brace(text: &str) -> String {
    format!(
        "the `{{` of `{text}` is not closed\n\
         help: close it with `}}`, or write `{{{{` for the brace itself"
    )
}

pub(crate) fn unknown_placeholder(name: &str, fields: &str, meant: Option<&str>) -> String {
    let help = match meant {
        Some(meant) => format!("write `{{{meant}}}`"),
        None => format!("add a field `{name}`, or remove it from the template"),
    };
    format!("`{{{name}}}` is not a field: they are {fields}\nhelp: {help}")
}

// About ourselves.

pub(crate) fn bug(title: &str) -> String {
    format!(
        "`{title}` failed: this is a bug in storage, not in your code\n\
         help: please report it, with the declaration below this line"
    )
}
