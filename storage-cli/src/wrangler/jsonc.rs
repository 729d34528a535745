//! `wrangler.jsonc` and `wrangler.json`: reading, and where an edit goes.

use std::collections::HashSet;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::tokens::{Token, TokenAndRange};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::Syntax;
use super::edit::{Change, Edit, Entry, Field, Root, Secret, Setting, VARIABLES, Variable};
use super::error::Problem;
use super::secret;
use super::splice::{self, Comments, List, Splices, Style};
use super::tree::{Member, Node, Value};

/// JSON with comments. wrangler reads `.json` files the same way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jsonc;

impl Syntax for Jsonc {
    fn tree(&self, text: &str) -> Result<Node, Problem> {
        convert(&parse(text)?)
    }

    fn splices(&self, text: &str, edit: &Edit) -> Result<Splices, Problem> {
        let value = parse(text)?;
        let Some(root) = value.as_object() else {
            return Err(Problem::malformed(value.start(), "the file has to be one JSON object"));
        };
        let may_break = text.contains('\n') || root.properties.is_empty();
        let file = File { text, unit: unit(text, root), may_break };
        match edit {
            Edit::Entry(entry) => file.add_entry(root, entry),
            Edit::Field(field) => file.change_field(root, field),
            Edit::Root(pair) => Ok(file.add_root(root, pair)),
            Edit::Secret(new) => file.add_secret(root, new),
            Edit::Variable(new) => file.add_variable(root, new),
        }
    }

    fn by_hand(&self, edit: &Edit) -> String {
        let in_env = |env: &Option<String>, section| match env {
            None => section,
            Some(env) => nested(&["env", env], Json::Object(vec![section])),
        };
        let (key, value) = match edit {
            Edit::Entry(entry) => in_env(&entry.env, section(entry)),
            Edit::Field(field) => {
                let path: Vec<_> = field.path.iter().map(String::as_str).collect();
                match &field.change {
                    Change::Add(value) | Change::Replace(value) => nested(&path, Json::of(value)),
                    Change::Remove => return format!("remove {}", quoted(&path.join("."))),
                }
            }
            Edit::Root(pair) => nested(pair.path, Json::of(&pair.value)),
            Edit::Secret(new) => in_env(&new.env, secrets(new)),
            Edit::Variable(new) => in_env(&new.env, variables(new)),
        };
        let line = File { text: "", unit: "", may_break: false };
        format!("{}: {}", quoted(&key), line.render(&value, None, false))
    }
}

/// What wrangler's own parser accepts: comments and trailing commas.
const WRANGLER: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn parse(text: &str) -> Result<ast::Value<'_>, Problem> {
    let all = CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
    let parsed = parse_to_ast(text, &all, &WRANGLER).map_err(|error| {
        let message = format!(
            "not valid JSONC: {}\n\
             help: look for a comma, a quotation mark or a bracket that is missing there or before",
            error.kind()
        );
        Problem::malformed(error.range().start, message)
    })?;
    check_characters(text, parsed.tokens.as_deref().unwrap_or_default())?;
    parsed.value.ok_or_else(|| {
        Problem::malformed(
            None,
            "the file is empty\nhelp: delete it, and a complete one will be written",
        )
    })
}

fn convert(value: &ast::Value<'_>) -> Result<Node, Problem> {
    let converted = match value {
        ast::Value::Array(array) => {
            Value::Array(array.elements.iter().map(convert).collect::<Result<_, _>>()?)
        }
        ast::Value::BooleanLit(flag) => Value::Flag(flag.value),
        ast::Value::NullKeyword(_) => Value::Other("null"),
        ast::Value::NumberLit(number) => Value::Number(number.value.to_owned()),
        ast::Value::Object(object) => Value::Object(members(object)?),
        ast::Value::StringLit(text) => Value::Text(text.value.to_string()),
    };
    Ok(Node { at: value.start(), value: converted })
}

fn members(object: &ast::Object<'_>) -> Result<Vec<Member>, Problem> {
    let mut seen = HashSet::new();
    let mut members = Vec::with_capacity(object.properties.len());
    for property in &object.properties {
        let key = property.name.as_str();
        let at = property.name.start();
        if !seen.insert(key) {
            return Err(Problem::malformed(
                at,
                format!(
                    "the key `{key}` is written twice in one object, and wrangler would \
                     silently take the last\nhelp: remove one of them"
                ),
            ));
        }
        members.push(Member { key: key.to_owned(), at, node: convert(&property.value)? });
    }
    Ok(members)
}

/// What the parser lets pass, and wrangler does not: control characters in strings, and white space
/// that JSON has not.
fn check_characters(text: &str, tokens: &[TokenAndRange<'_>]) -> Result<(), Problem> {
    let of = |start, end| text.get(start..end).unwrap_or_default();
    let find = |start, end, wrong: fn(char) -> bool, what: &str| match of(start, end).find(wrong) {
        Some(at) => Err(Problem::malformed(start + at, format!("not valid JSONC: {what}"))),
        None => Ok(()),
    };
    let check_gap = |start, end| {
        let wrong = |character| !matches!(character, ' ' | '\t' | '\r' | '\n');
        find(start, end, wrong, "white space other than spaces, tabs and line ends")
    };
    let mut done = 0;
    for token in tokens {
        check_gap(done, token.start())?;
        done = token.end();
        if matches!(token.token, Token::String(_)) {
            let what =
                "a control character in a string\nhelp: write it as `\\n`, `\\t` or `\\u0000`";
            find(token.start(), done, |character| character < ' ', what)?;
        }
    }
    check_gap(done, text.len())
}

/// The step of indentation, taken from the first line of the root object.
fn unit<'a>(text: &'a str, root: &ast::Object<'_>) -> &'a str {
    root.properties
        .first()
        .and_then(|first| splice::indentation(text, first.start()))
        .filter(|lead| !lead.is_empty())
        .unwrap_or("  ")
}

struct File<'a> {
    text: &'a str,
    unit: &'a str,
    /// A file on one line stays on one line.
    may_break: bool,
}

impl File<'_> {
    fn add_root(&self, root: &ast::Object<'_>, pair: &Root) -> Splices {
        let (key, value) = nested(pair.path, Json::of(&pair.value));
        self.append_member(root, &key, &value)
    }

    fn add_entry(&self, root: &ast::Object<'_>, entry: &Entry) -> Result<Splices, Problem> {
        self.add(root, entry.env.as_deref(), section(entry), |present| match present {
            ast::Value::Array(array) => Ok(self.append_element(array, &element(entry))),
            other => Err(unexpected(other, "an array")),
        })
    }

    fn add_secret(&self, root: &ast::Object<'_>, new: &Secret) -> Result<Splices, Problem> {
        self.add(root, new.env.as_deref(), secrets(new), |present| {
            let present = object(present)?;
            let name = Json::Text(new.name.clone());
            match find(present, secret::LIST) {
                Some(ast::Value::Array(array)) => Ok(self.append_element(array, &name)),
                Some(other) => Err(unexpected(other, "an array")),
                None => Ok(self.append_member(present, secret::LIST, &Json::Array(vec![name]))),
            }
        })
    }

    fn add_variable(&self, root: &ast::Object<'_>, new: &Variable) -> Result<Splices, Problem> {
        self.add(root, new.env.as_deref(), variables(new), |present| {
            Ok(self.append_member(object(present)?, &new.name, &Json::Text(new.value.clone())))
        })
    }

    /// Adds a section, and what has to be around it, or extends the one that is there.
    fn add(
        &self,
        root: &ast::Object<'_>,
        env: Option<&str>,
        (key, value): (String, Json),
        extend: impl Fn(&ast::Value<'_>) -> Result<Splices, Problem>,
    ) -> Result<Splices, Problem> {
        let mut container = root;
        if let Some(env) = env {
            let Some(all) = find(root, "env") else {
                let env = (env.to_owned(), Json::Object(vec![(key, value)]));
                return Ok(self.append_member(root, "env", &Json::Object(vec![env])));
            };
            let all = object(all)?;
            let Some(one) = find(all, env) else {
                return Ok(self.append_member(all, env, &Json::Object(vec![(key, value)])));
            };
            container = object(one)?;
        }
        match find(container, &key) {
            Some(present) => extend(present),
            None => Ok(self.append_member(container, &key, &value)),
        }
    }

    fn change_field(&self, root: &ast::Object<'_>, field: &Field) -> Result<Splices, Problem> {
        let gone = || Problem::malformed(None, "the entry to change is gone");
        let mut container = Some(root);
        if let Some(env) = &field.env {
            container = find(root, "env")
                .and_then(ast::Value::as_object)
                .and_then(|all| find(all, env))
                .and_then(ast::Value::as_object);
        }
        let entry = container
            .and_then(|container| find(container, field.section))
            .and_then(ast::Value::as_array)
            .and_then(|array| array.elements.get(field.index))
            .and_then(ast::Value::as_object);
        let (key, around) = field.path.split_last().ok_or_else(gone)?;
        let inside = |object, key: &String| find(object, key).and_then(ast::Value::as_object);
        let object = around.iter().try_fold(entry.ok_or_else(gone)?, inside).ok_or_else(gone)?;
        match &field.change {
            Change::Add(value) => Ok(self.append_member(object, key, &Json::of(value))),
            Change::Remove => self.remove_member(object, key).ok_or_else(gone),
            Change::Replace(value) => {
                let range = find(object, key).ok_or_else(gone)?.range();
                let indent = splice::line_indentation(self.text, range.start);
                let text = self.render(&Json::of(value), self.may_break.then_some(indent), false);
                Ok(Splices::replace(range.start..range.end, text))
            }
        }
    }

    fn remove_member(&self, object: &ast::Object<'_>, key: &str) -> Option<Splices> {
        let all = &object.properties;
        let index = all.iter().position(|property| property.name.as_str() == key)?;
        let before = index.checked_sub(1).and_then(|before| all.get(before)).map(Ranged::end);
        let (brackets, item) = (object.range(), all.get(index)?.range());
        let (brackets, item) = (brackets.start..brackets.end, item.start..item.end);
        Some(splice::remove(self.text, &brackets, &item, before, Comments::Slashes))
    }

    fn append_member(&self, object: &ast::Object<'_>, key: &str, value: &Json) -> Splices {
        let brackets = self.list(object, object.properties.last().map(Ranged::range));
        let key = quoted(key);
        splice::append(self.text, &brackets, self.style(), |indent| {
            format!("{key}: {}", self.render(value, indent, false))
        })
    }

    fn append_element(&self, array: &ast::Array<'_>, value: &Json) -> Splices {
        let brackets = self.list(array, array.elements.last().map(Ranged::range));
        // As the neighbours are written: an entry a line, or a key a line.
        let open = array.elements.last().is_some_and(|last| {
            self.text.get(last.start()..last.end()).is_some_and(|text| text.contains('\n'))
        });
        splice::append(self.text, &brackets, self.style(), |indent| {
            self.render(value, indent, open)
        })
    }

    /// With no indentation given, everything is on one line.
    fn render(&self, value: &Json, indent: Option<&str>, open: bool) -> String {
        let (items, brackets, broken) = match value {
            Json::Array(items) => {
                let items = items.iter().map(|item| (None, item)).collect::<Vec<_>>();
                (items, ("[", "]"), value.takes_lines())
            }
            Json::Lines(members) | Json::Object(members) => {
                let broken = open || value.takes_lines();
                let items = members.iter().map(|(key, value)| (Some(key), value)).collect();
                (items, ("{", "}"), broken)
            }
            Json::Flag(flag) => return flag.to_string(),
            Json::Text(text) => return quoted(text),
        };
        let has_line_each = matches!(value, Json::Lines(_));
        let inner = indent.filter(|_| broken).map(|indent| format!("{indent}{}", self.unit));
        let rendered = items.into_iter().map(|(key, value)| {
            let value = self.render(value, inner.as_deref(), open && !has_line_each);
            key.map_or(value.clone(), |key| format!("{}: {value}", quoted(key)))
        });
        let newline = splice::newline(self.text);
        if let (Some(inner), Some(outer)) = (&inner, indent) {
            let lines: Vec<_> = rendered.map(|item| format!("{newline}{inner}{item}")).collect();
            format!("{}{}{newline}{outer}{}", brackets.0, lines.join(","), brackets.1)
        } else {
            let items: Vec<_> = rendered.collect();
            let gap = if matches!(value, Json::Array(_)) { "" } else { " " };
            format!("{}{gap}{}{gap}{}", brackets.0, items.join(", "), brackets.1)
        }
    }

    fn list(&self, brackets: &impl Ranged, last: Option<jsonc_parser::common::Range>) -> List {
        let range = |range: jsonc_parser::common::Range| range.start..range.end;
        let (span, last) = (range(brackets.range()), last.map(range));
        List { span, last, may_break: self.may_break }
    }

    fn style(&self) -> Style<'_> {
        Style { newline: splice::newline(self.text), unit: self.unit, comments: Comments::Slashes }
    }
}

fn section(entry: &Entry) -> (String, Json) {
    (entry.section.to_owned(), Json::Array(vec![element(entry)]))
}

fn secrets(new: &Secret) -> (String, Json) {
    let list = Json::Array(vec![Json::Text(new.name.clone())]);
    (secret::SECTION.to_owned(), Json::Object(vec![(secret::LIST.to_owned(), list)]))
}

fn variables(new: &Variable) -> (String, Json) {
    nested(&[VARIABLES, &new.name], Json::Text(new.value.clone()))
}

fn element(entry: &Entry) -> Json {
    let fields = entry.fields.iter().map(|(key, value)| ((*key).to_owned(), Json::of(value)));
    Json::Object(fields.collect())
}

/// `["build", "command"]` is `command` in the object `build`.
fn nested(path: &[&str], value: Json) -> (String, Json) {
    let mut keys = path.iter().rev();
    let last = keys.next().copied().unwrap_or_default();
    keys.fold((last.to_owned(), value), |member, key| {
        ((*key).to_owned(), Json::Object(vec![member]))
    })
}

/// A value to write.
enum Json {
    Array(Vec<Self>),
    Flag(bool),
    /// An object with a member a line.
    Lines(Vec<(String, Self)>),
    Object(Vec<(String, Self)>),
    Text(String),
}

impl Json {
    fn of(setting: &Setting) -> Self {
        let members = |fields: &[(String, Setting)]| {
            fields.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect()
        };
        match setting {
            Setting::Flag(flag) => Self::Flag(*flag),
            Setting::Lines(fields) => Self::Lines(members(fields)),
            Setting::List(names) => Self::Array(names.iter().cloned().map(Self::Text).collect()),
            Setting::Table(fields) => Self::Object(members(fields)),
            Setting::Text(text) => Self::Text(text.clone()),
        }
    }

    /// Whether it takes several lines: a list of names does not.
    fn takes_lines(&self) -> bool {
        match self {
            Self::Array(items) => items.iter().any(|item| !matches!(item, Self::Text(_))),
            Self::Lines(_) => true,
            Self::Object(members) => members.iter().any(|(_, value)| value.takes_lines()),
            Self::Flag(_) | Self::Text(_) => false,
        }
    }
}

fn find<'a>(object: &'a ast::Object<'a>, key: &str) -> Option<&'a ast::Value<'a>> {
    object
        .properties
        .iter()
        .find(|property| property.name.as_str() == key)
        .map(|property| &property.value)
}

fn object<'a>(value: &'a ast::Value<'a>) -> Result<&'a ast::Object<'a>, Problem> {
    value.as_object().ok_or_else(|| unexpected(value, "an object"))
}

fn unexpected(value: &ast::Value<'_>, wanted: &str) -> Problem {
    Problem::malformed(value.start(), format!("this has to be {wanted}"))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
