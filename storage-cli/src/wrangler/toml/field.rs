//! A key of an entry: where it goes, and what it takes with it when it is removed.

use std::ops::Range;

use toml_edit::{InlineTable, Item, Key, Table, TableLike};

use super::{File, inline_table, pair, quoted_key, setting};
use crate::wrangler::edit::{Change, Field, Setting};
use crate::wrangler::error::Problem;
use crate::wrangler::splice::{self, Comments, Splices};

/// A table that holds others.
#[derive(Clone, Copy)]
enum Around<'a> {
    Inline(&'a InlineTable),
    Table(&'a Table),
}

impl<'a> Around<'a> {
    fn of(item: &'a Item) -> Option<Self> {
        match item {
            Item::Table(table) => Some(Self::Table(table)),
            Item::Value(toml_edit::Value::InlineTable(table)) => Some(Self::Inline(table)),
            _ => None,
        }
    }

    fn get(self, key: &str) -> Option<&'a Item> {
        match self {
            Self::Inline(table) => TableLike::get(table, key),
            Self::Table(table) => table.get(key),
        }
    }

    fn key(self, key: &str) -> Option<&'a Key> {
        match self {
            Self::Inline(table) => table.key(key),
            Self::Table(table) => table.key(key),
        }
    }

    fn is_dotted(self) -> bool {
        match self {
            Self::Inline(table) => table.is_dotted(),
            Self::Table(table) => table.is_dotted(),
        }
    }
}

impl File<'_> {
    pub(super) fn change_field(&self, field: &Field) -> Result<Splices, Problem> {
        let gone = || Problem::malformed(None, "the entry to change is gone");
        let entry = self.entry(field).ok_or_else(gone)?;
        let (key, path) = field.path.split_last().ok_or_else(gone)?;
        let mut around = entry;
        // Where the keys in front of the dots begin.
        let mut base = 0;
        for (depth, key) in path.iter().enumerate() {
            around = around.get(key).and_then(Around::of).ok_or_else(gone)?;
            if !around.is_dotted() {
                base = depth + 1;
            }
        }
        match &field.change {
            Change::Add(value) => {
                let dotted = field.path.get(base..).unwrap_or_default();
                self.add_pair(around, field, dotted, value)
            }
            Change::Remove => {
                let removed = self.remove_pair(around, key);
                removed.ok_or_else(|| self.not_changed(around, field))
            }
            Change::Replace(value) => match around.get(key) {
                Some(Item::Value(present)) if !is_dotted(present) => {
                    let range = present.span().ok_or_else(gone)?;
                    Ok(Splices::replace(range, setting(value)))
                }
                _ => Err(self.not_changed(around, field)),
            },
        }
    }

    fn entry(&self, field: &Field) -> Option<Around<'_>> {
        match self.section(field)? {
            Item::ArrayOfTables(tables) => tables.get(field.index).map(Around::Table),
            section => {
                let entry = section.as_array()?.get(field.index)?;
                entry.as_inline_table().map(Around::Inline)
            }
        }
    }

    fn add_pair(
        &self,
        around: Around<'_>,
        field: &Field,
        dotted: &[String],
        value: &Setting,
    ) -> Result<Splices, Problem> {
        let Some((key, path)) = field.path.split_last() else { return Ok(Splices::default()) };
        let table = match around {
            Around::Inline(table) if !table.is_dotted() => {
                return Ok(self.append_pair(table, &pair(key, value)));
            }
            Around::Inline(_) => return Err(self.not_changed(around, field)),
            Around::Table(table) => table,
        };
        if !table.is_dotted() && table.is_implicit() {
            // Only tables within it have headers, so that is how it goes on.
            let mut header = vec![field.section.to_owned()];
            header.extend(path.iter().chain([key]).map(|key| quoted_key(key)));
            if let Some(env) = &field.env {
                header.splice(0..0, ["env".to_owned(), quoted_key(env)]);
            }
            let mut block = vec![format!("[{}]", header.join("."))];
            block.extend(lines(&[], value));
            let end = super::place::ends(table).into_iter().max().unwrap_or_default();
            return Ok(self.places.block_after(end, &block));
        }
        let binding = table.get("binding").and_then(Item::span).map(|span| span.end);
        let end = match value {
            Setting::Lines(_) => own_end(table),
            _ if path.is_empty() => binding,
            _ => own_end(table),
        };
        let Some(end) = end else { return Err(self.not_changed(around, field)) };
        Ok(self.places.lines_after(end, &lines(dotted, value)))
    }

    fn remove_pair(&self, around: Around<'_>, key: &str) -> Option<Splices> {
        let item = around.get(key)?;
        let start = around.key(key)?.span()?.start;
        let mut splices = Splices::default();
        match (around, item) {
            (Around::Inline(table), Item::Value(value)) => {
                if table.is_dotted() || is_dotted(value) {
                    return None;
                }
                let before = table.iter().take_while(|(name, _)| *name != key).last();
                let before = before.and_then(|(_, value)| value.span()).map(|span| span.end);
                let (brackets, item) = (table.span()?, start..value.span()?.end);
                return Some(splice::remove(self.text, &brackets, &item, before, Comments::Hash));
            }
            (Around::Table(_), Item::Value(value)) => {
                splices.cut(splice::whole_lines(self.text, &(start..value.span()?.end)));
            }
            (Around::Table(_), Item::Table(table)) => {
                for lines in self.lines_of(table)? {
                    splices.cut(lines);
                }
            }
            _ => return None,
        }
        Some(splices)
    }

    /// The header of a table, and its pairs. What stands between them is not its own.
    fn lines_of(&self, table: &Table) -> Option<Vec<Range<usize>>> {
        let mut found = Vec::new();
        if !table.is_dotted() && !table.is_implicit() {
            found.push(splice::whole_lines(self.text, &table.span()?));
        }
        for (name, item) in table {
            match item {
                Item::Table(inner) => found.extend(self.lines_of(inner)?),
                Item::Value(value) => {
                    let start = table.key(name)?.span()?.start;
                    found.push(splice::whole_lines(self.text, &(start..value.span()?.end)));
                }
                _ => return None,
            }
        }
        Some(found)
    }

    fn not_changed(&self, around: Around<'_>, field: &Field) -> Problem {
        let at = match around {
            Around::Inline(table) => table.span(),
            Around::Table(table) => table.span(),
        };
        let mut path = vec![field.section.to_owned()];
        path.extend(field.path.iter().cloned());
        let path = path.join(".");
        let what = match &field.change {
            Change::Remove => "take it out".to_owned(),
            Change::Add(value) | Change::Replace(value) => {
                format!("by hand: {}", lines(&field.path, value).join(self.newline))
            }
        };
        Problem::unsupported(
            at.map(|at| at.start),
            format!(
                "`{path}` of the binding `{}` is written in a way that this tool fails to change\n\
                 help: {what}",
                field.binding
            ),
        )
    }
}

fn is_dotted(value: &toml_edit::Value) -> bool {
    value.as_inline_table().is_some_and(InlineTable::is_dotted)
}

/// Where the pairs of a table end that stand below its own header, or are the table if it has none.
fn own_end(table: &Table) -> Option<usize> {
    let header = table.span().map(|span| span.end).filter(|_| !table.is_dotted());
    let pairs = table.iter().filter_map(|(_, item)| match item {
        Item::Table(table) if table.is_dotted() => own_end(table),
        Item::Value(toml_edit::Value::InlineTable(table)) if table.is_dotted() => {
            super::place::ends(table).into_iter().max()
        }
        Item::Value(value) => value.span().map(|span| span.end),
        _ => None,
    });
    pairs.chain(header).max()
}

/// A setting as lines of a table: `a.b = "c"`.
pub(super) fn lines(path: &[String], value: &Setting) -> Vec<String> {
    let within = |fields: &[(String, Setting)]| {
        let lines = fields.iter().flat_map(|(key, value)| {
            let path: Vec<_> = path.iter().chain([key]).cloned().collect();
            lines(&path, value)
        });
        lines.collect()
    };
    match value {
        Setting::Lines(fields) => within(fields),
        // The header says the path.
        Setting::Table(fields) if path.is_empty() => within(fields),
        Setting::Table(fields) => vec![format!("{} = {}", dotted(path), inline_table(fields))],
        value => vec![format!("{} = {}", dotted(path), setting(value))],
    }
}

fn dotted(path: &[String]) -> String {
    path.iter().map(|key| quoted_key(key)).collect::<Vec<_>>().join(".")
}
