//! Typed keys: a template, its values, and the way back. The input is a template on the first
//! line, the values of a key and those of another on the next, and a text that may be a key on the
//! last.

use std::fmt::Display;

use storage_core::key_template::{self, FieldError, KeyField, KeyTemplate, ParsedTemplate};

use crate::constant;

/// The most ways to cut a text into values that are tried.
const CUTS_MAX: usize = 3000;

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut lines = text.split('\n');
    let template = lines.next().unwrap_or_default();
    let (parsed, errors) = key_template::parse(template);
    if !errors.is_empty() {
        return;
    }
    // A key without fields is no typed key, but its template is a template.
    assert_eq!(key_template::parse(&written(&parsed)), (parsed.clone(), vec![]), "{template}");
    if parsed.fields.is_empty() {
        return;
    }
    let key = Key::of(template, &parsed);
    let mut values = || -> Vec<_> { lines.by_ref().take(parsed.fields.len()).collect() };
    let (one, other) = (values(), values());
    if other.len() == parsed.fields.len() {
        written_and_read(&key, &one);
        written_and_read(&key, &other);
        told_apart(&key, &one, &other);
    }
    any_text(&key, lines.next().unwrap_or_default(), &one);
}

/// A template, and what it is made of.
struct Key {
    template: KeyTemplate,
    parts: ParsedTemplate,
}

impl Key {
    fn of(text: &str, parsed: &ParsedTemplate) -> Self {
        let fields = parsed.fields.iter().map(|field| {
            KeyField::new(constant(field.name.as_str()), constant(field.tail.as_str()))
                .digits(field.digits)
        });
        let fields: &'static [_] = constant(fields.collect::<Vec<_>>());
        let template = KeyTemplate::new(constant(text), constant(parsed.head.as_str()), fields);
        Self { template, parts: parsed.clone() }
    }

    fn render(&self, values: &[&str]) -> Result<String, FieldError> {
        let values: Vec<_> = values.iter().map(|value| value as &dyn Display).collect();
        self.template.render(&values)
    }

    /// The values; `None` if the key has another form or one of them is refused.
    fn read<'a>(&self, key: &'a str) -> Option<Vec<&'a str>> {
        let mut values = self.template.values(key);
        let read = |_| Some(values.read()?.ok()?.1);
        self.parts.fields.iter().map(read).collect()
    }

    /// The key, put together without a thought.
    fn joined(&self, values: &[&str]) -> String {
        let fields = self.parts.fields.iter().zip(values);
        let parts = fields.map(|(field, value)| {
            let zeros = "0".repeat(field.digits.saturating_sub(value.len()));
            format!("{zeros}{value}{}", field.tail)
        });
        self.parts.head.clone() + &parts.collect::<String>()
    }
}

/// A template as somebody would write it.
fn written(parsed: &ParsedTemplate) -> String {
    let doubled = |text: &str| text.replace('{', "{{").replace('}', "}}");
    let fields = parsed.fields.iter().map(|field| {
        let digits = if field.digits == 0 { String::new() } else { format!(":0{}", field.digits) };
        format!("{{{}{digits}}}{}", field.name, doubled(&field.tail))
    });
    doubled(&parsed.head) + &fields.collect::<String>()
}

fn written_and_read(key: &Key, values: &[&str]) {
    match key.render(values) {
        Ok(text) => {
            assert_eq!(text, key.joined(values), "{}", key.template);
            assert_eq!(key.read(&text).as_deref(), Some(values), "{} and {text}", key.template);
        }
        Err(error) => assert!(error.to_string().starts_with("the part `"), "{error}"),
    }
}

/// Two sets of values never give one key, and no prefix of one reaches into the other.
fn told_apart(key: &Key, one: &[&str], other: &[&str]) {
    let (Ok(first), Ok(second)) = (key.render(one), key.render(other)) else { return };
    assert_eq!(first == second, one == other, "{}: {one:?} and {other:?}", key.template);
    for count in 0..one.len() {
        let prefix = key.render(&one[..count]).unwrap();
        assert!(first.starts_with(&prefix), "{prefix}");
        assert_eq!(
            second.starts_with(&prefix),
            one[..count] == other[..count],
            "{}: {prefix} and {second}",
            key.template
        );
    }
}

/// A text is read in one way or in none: that which writes it, of all ways to cut it.
fn any_text(key: &Key, text: &str, leading: &[&str]) {
    let read = key.read(text);
    if let Some(values) = &read {
        assert_eq!(key.render(values).as_deref(), Ok(text), "{}", key.template);
        for count in 0..values.len().min(leading.len()) {
            if let Ok(prefix) = key.render(&leading[..count]) {
                let is_own = values[..count] == leading[..count];
                assert_eq!(text.starts_with(&prefix), is_own, "{}: {prefix}", key.template);
            }
        }
    }
    let mut cuts = vec![];
    let complete = text
        .strip_prefix(key.parts.head.as_str())
        .is_none_or(|rest| cut(key, rest, &mut vec![], &mut cuts, &mut 0));
    if complete {
        let writes = |values: &Vec<&str>| key.render(values).as_deref() == Ok(text);
        let ways: Vec<_> = cuts.into_iter().filter(writes).collect();
        assert_eq!(ways, Vec::from_iter(read), "{}: {text}", key.template);
    }
}

/// Collects all values that the rest of a key may have, as they were before they were padded;
/// `false` if there are too many ways.
fn cut<'a>(
    key: &Key,
    rest: &'a str,
    values: &mut Vec<&'a str>,
    found: &mut Vec<Vec<&'a str>>,
    tried: &mut usize,
) -> bool {
    let Some(field) = key.parts.fields.get(values.len()) else {
        if rest.is_empty() {
            found.push(values.clone());
        }
        return true;
    };
    for (at, _) in rest.char_indices().chain([(rest.len(), ' ')]) {
        let (value, behind) = rest.split_at(at);
        let Some(behind) = behind.strip_prefix(field.tail.as_str()) else { continue };
        let plain = match value.trim_start_matches('0') {
            _ if field.digits == 0 => value,
            "" => &value[value.len().saturating_sub(1)..],
            number => number,
        };
        *tried += 1;
        values.push(plain);
        let complete = *tried <= CUTS_MAX && cut(key, behind, values, found, tried);
        values.pop();
        if !complete {
            return false;
        }
    }
    true
}
