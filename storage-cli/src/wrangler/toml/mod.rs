//! `wrangler.toml`: reading, and where an edit goes.

mod field;
mod place;
mod read;
mod section;

use toml_edit::{Array, Document, InlineTable, Item, Key, Table};

use super::Syntax;
use super::edit::{Change, Edit, Entry, Field, Root, Secret, Setting, Variable};
use super::error::Problem;
use super::kind::SECTIONS;
use super::secret;
use super::splice::{self, Comments, List, Splices, Style};
use super::tree::{Node, Value};
use place::Places;
use section::Section;

/// TOML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Toml;

impl Syntax for Toml {
    fn tree(&self, text: &str) -> Result<Node, Problem> {
        let document = parse(text)?;
        let members = read::members(document.as_table());
        Ok(Node { at: 0, value: Value::Object(members) })
    }

    fn splices(&self, text: &str, edit: &Edit) -> Result<Splices, Problem> {
        let document = parse(text)?;
        let newline = splice::newline(text);
        let root = document.as_table();
        let file = File { text, newline, root, places: Places { text, newline, root } };
        match edit {
            Edit::Entry(entry) => file.add(&Section::Entries(entry)),
            Edit::Field(field) => file.change_field(field),
            Edit::Root(pair) => Ok(file.add_root(pair)),
            Edit::Secret(new) => file.add(&Section::Secrets(new)),
            Edit::Variable(new) => file.add(&Section::Variables(new)),
        }
    }

    fn by_hand(&self, edit: &Edit) -> String {
        match edit {
            Edit::Entry(entry) => Section::Entries(entry).block().join("\n"),
            Edit::Field(field) => match &field.change {
                Change::Add(value) | Change::Replace(value) => {
                    field::lines(&field.path, value).join("\n")
                }
                Change::Remove => format!("remove `{}`", field.path.join(".")),
            },
            Edit::Root(pair) => root_line(pair),
            Edit::Secret(new) => Section::Secrets(new).block().join("\n"),
            Edit::Variable(new) => Section::Variables(new).block().join("\n"),
        }
    }
}

fn parse(text: &str) -> Result<Document<&str>, Problem> {
    Document::parse(text).map_err(|error| {
        let at = error.span().map(|span| span.start);
        let message = error.message().trim_end().replace('\n', ", ");
        Problem::malformed(at, format!("not valid TOML: {message}"))
    })
}

struct File<'a> {
    text: &'a str,
    newline: &'static str,
    root: &'a Table,
    places: Places<'a>,
}

impl File<'_> {
    /// A key of the file itself goes below its other keys, above every table.
    fn add_root(&self, pair: &Root) -> Splices {
        let line = root_line(pair);
        match self.places.root_keys_end() {
            Some(end) => self.places.line_after(end, &line),
            None => self.places.first(&[line]),
        }
    }

    fn section(&self, field: &Field) -> Option<&Item> {
        let Some(env) = &field.env else {
            return self.root.get(field.section);
        };
        let all = self.root.get("env")?.as_table_like()?;
        all.get(env)?.as_table_like()?.get(field.section)
    }

    fn add(&self, new: &Section<'_>) -> Result<Splices, Problem> {
        match new.env() {
            None => self.add_to_top_level(new),
            Some(env) => self.add_to_env(env, new),
        }
    }

    /// Beside our other section, else above the first environment, else at the end.
    fn add_to_top_level(&self, new: &Section<'_>) -> Result<Splices, Problem> {
        let block = new.block();
        if let Some(existing) = self.root.get(new.name()).filter(|item| is_written(item)) {
            return self.add_to_section(existing, new);
        }
        let kin = SECTIONS.iter().filter_map(|section| self.root.get(section));
        let kin = kin.filter_map(Item::as_array_of_tables).map(place::tables_end).max();
        if let Some(end) = kin {
            return Ok(self.places.block_after(end, &block));
        }
        let env = self.root.get("env");
        let Some(first_env) = env.and_then(|env| self.places.first_header(env)) else {
            return Ok(self.places.block_at_end(&block));
        };
        let ends = place::ends(self.root).into_iter();
        Ok(match ends.filter(|end| *end <= first_env).max() {
            Some(end) => self.places.block_after(end, &block),
            None => self.places.first(&block),
        })
    }

    fn add_to_env(&self, env: &str, new: &Section<'_>) -> Result<Splices, Problem> {
        let block = new.block();
        let one = match self.root.get("env") {
            None => return Ok(self.places.block_at_end(&block)),
            Some(Item::Table(all)) if !all.is_dotted() => all.get(env),
            Some(Item::Value(toml_edit::Value::InlineTable(all))) if !all.contains_key(env) => {
                let pair = format!("{} = {{ {} }}", quoted_key(env), new.inline());
                return Ok(self.append_pair(all, &pair));
            }
            Some(all) => match all.as_table_like().and_then(|all| all.get(env)) {
                Some(one) => Some(one),
                None => return Err(not_extensible(all, "env", &block, self.newline)),
            },
        };
        let Some(one) = one else {
            return Ok(self.places.block_at_end(&block));
        };
        let table = one.as_table_like();
        let existing = table.and_then(|table| table.get(new.name()));
        if let Some(existing) = existing.filter(|item| is_written(item)) {
            return self.add_to_section(existing, new);
        }
        match one {
            Item::Table(table) if !table.is_dotted() => {
                let header = table.span().map(|span| span.end);
                Ok(match place::ends(table).into_iter().chain(header).max() {
                    Some(end) => self.places.block_after(end, &block),
                    None => self.places.block_at_end(&block),
                })
            }
            Item::Value(toml_edit::Value::InlineTable(table)) if !table.is_dotted() => {
                Ok(self.append_pair(table, &new.inline()))
            }
            other => Err(not_extensible(other, &format!("env.{env}"), &block, self.newline)),
        }
    }

    /// The section keeps the form it has.
    fn add_to_section(&self, existing: &Item, new: &Section<'_>) -> Result<Splices, Problem> {
        match new {
            Section::Entries(entry) => self.add_to_entries(existing, entry, &new.block()),
            Section::Secrets(secret) => self.add_to_secrets(existing, secret, new),
            Section::Variables(variable) => {
                self.add_to_table(existing, &variable_line(variable), new)
            }
        }
    }

    fn add_to_entries(
        &self,
        existing: &Item,
        entry: &Entry,
        block: &[String],
    ) -> Result<Splices, Problem> {
        match existing {
            Item::ArrayOfTables(tables) => {
                let header = tables.iter().last().and_then(Table::span);
                let indent = header.and_then(|span| splice::indentation(self.text, span.start));
                let indent = indent.unwrap_or_default();
                let block: Vec<_> = block.iter().map(|line| format!("{indent}{line}")).collect();
                Ok(self.places.block_after(place::tables_end(tables), &block))
            }
            Item::Value(toml_edit::Value::Array(array)) => {
                Ok(self.append_element(array, &inline_entry(entry)))
            }
            other => {
                let at = other.span().map(|span| span.start);
                let message = format!("`{}` has to be an array", entry.section);
                Err(Problem::malformed(at, message))
            }
        }
    }

    fn add_to_secrets(
        &self,
        existing: &Item,
        new: &Secret,
        section: &Section<'_>,
    ) -> Result<Splices, Problem> {
        let list = existing.as_table_like().and_then(|table| table.get(secret::LIST));
        if let Some(array) = list.and_then(Item::as_array) {
            return Ok(self.append_element(array, &quoted(&new.name)));
        }
        self.add_to_table(existing, &secrets_list(new), section)
    }

    /// Adds a pair to the table that a section is.
    fn add_to_table(
        &self,
        existing: &Item,
        pair: &str,
        section: &Section<'_>,
    ) -> Result<Splices, Problem> {
        match existing {
            Item::Table(table) if !table.is_dotted() => {
                // The values of the table itself: below its own tables the line would be theirs.
                let values = table.iter().filter_map(|(_, item)| item.as_value()?.span());
                let values = values.map(|span| span.end);
                let header = table.span().map(|span| span.end);
                let end = values.chain(header).max().unwrap_or_default();
                Ok(self.places.line_after(end, pair))
            }
            Item::Value(toml_edit::Value::InlineTable(table)) if !table.is_dotted() => {
                Ok(self.append_pair(table, pair))
            }
            other => {
                let env = section.env().map(|env| format!("env.{env}.")).unwrap_or_default();
                let path = format!("{env}{}", section.name());
                Err(not_extensible(other, &path, &section.block(), self.newline))
            }
        }
    }

    fn append_element(&self, array: &Array, element: &str) -> Splices {
        let span = array.span().unwrap_or_default();
        let last = array.iter().last().and_then(toml_edit::Value::span);
        let brackets = List { span, last, may_break: true };
        splice::append(self.text, &brackets, self.style(), |_| element.to_owned())
    }

    fn append_pair(&self, table: &InlineTable, pair: &str) -> Splices {
        let span = table.span().unwrap_or_default();
        let key = table.iter().last().and_then(|(name, _)| table.key(name)?.span());
        let end = place::ends(table).into_iter().max();
        let last = key.zip(end).map(|(key, end)| key.start..end);
        let brackets = List { span, last, may_break: false };
        splice::append(self.text, &brackets, self.style(), |_| pair.to_owned())
    }

    fn style(&self) -> Style<'_> {
        Style { newline: self.newline, unit: "  ", comments: Comments::Hash }
    }
}

fn not_extensible(item: &Item, path: &str, block: &[String], newline: &str) -> Problem {
    let at = item.span().map(|span| span.start);
    if !item.is_table_like() {
        return Problem::malformed(at, format!("`{path}` has to be a table"));
    }
    Problem::unsupported(
        at,
        format!(
            "`{path}` is written with dotted keys, and entries can be added to tables only\n\
             help: write it as `[{path}]`, or add the entry by hand:\n{}",
            block.join(newline)
        ),
    )
}

fn root_line(pair: &Root) -> String {
    let keys: Vec<_> = pair.path.iter().map(|key| quoted_key(key)).collect();
    format!("{} = {}", keys.join("."), setting(&pair.value))
}

/// Whether an item stands in the file itself, and is not only implied by a table within it.
fn is_written(item: &Item) -> bool {
    !matches!(item, Item::Table(table) if table.is_implicit() && !table.is_dotted())
}

fn secrets_list(new: &Secret) -> String {
    format!("{} = [{}]", secret::LIST, quoted(&new.name))
}

fn variable_line(new: &Variable) -> String {
    format!("{} = {}", new.name, quoted(&new.value))
}

fn inline_entry(entry: &Entry) -> String {
    let pairs = entry.fields.iter().map(|(key, value)| pair(key, value));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

/// `key = "value"`, or `key = { inner = "value" }`.
fn pair(key: &str, value: &Setting) -> String {
    format!("{} = {}", quoted_key(key), setting(value))
}

fn setting(value: &Setting) -> String {
    match value {
        Setting::Flag(flag) => flag.to_string(),
        Setting::Lines(fields) | Setting::Table(fields) => inline_table(fields),
        Setting::List(names) => {
            let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        }
        Setting::Text(text) => quoted(text),
    }
}

fn inline_table(fields: &[(String, Setting)]) -> String {
    let pairs = fields.iter().map(|(key, value)| pair(key, value));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

fn quoted_key(key: &str) -> String {
    Key::new(key).to_string()
}
