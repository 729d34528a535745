//! Where in a TOML document something stands, and where something new can go.

use toml_edit::{ArrayOfTables, Item, Table, TableLike};

use crate::wrangler::splice::{self, Splices};

/// A document and the places in it.
pub(super) struct Places<'a> {
    pub(super) text: &'a str,
    pub(super) newline: &'static str,
    pub(super) root: &'a Table,
}

impl Places<'_> {
    /// The end of the keys above the first table.
    pub(super) fn root_keys_end(&self) -> Option<usize> {
        let own = self.root.iter().filter(|(_, item)| match item {
            Item::Table(table) => table.is_dotted(),
            Item::Value(_) => true,
            _ => false,
        });
        own.flat_map(|(_, item)| item_ends(item)).filter(|end| *end <= self.tables_start()).max()
    }

    fn tables_start(&self) -> usize {
        let headers = self.root.iter().filter_map(|(_, item)| self.first_header(item));
        headers.min().unwrap_or(self.text.len())
    }

    /// Where the first `[header]` in an item is.
    pub(super) fn first_header(&self, item: &Item) -> Option<usize> {
        let table_header = |table: &Table| {
            let own = table.span().map(|span| span.start).filter(|at| self.is_header(*at));
            let nested = table.iter().filter_map(|(_, item)| self.first_header(item));
            nested.chain(own).min()
        };
        match item {
            Item::ArrayOfTables(tables) => tables.iter().filter_map(table_header).min(),
            Item::Table(table) => table_header(table),
            Item::None | Item::Value(_) => None,
        }
    }

    /// The span of a table that has no header of its own starts at a key.
    fn is_header(&self, at: usize) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.starts_with('['))
    }

    /// A line below the one that the byte is on, indented like it.
    pub(super) fn line_after(&self, at: usize, line: &str) -> Splices {
        self.lines_after(at, &[line.to_owned()])
    }

    /// The same, of several lines.
    pub(super) fn lines_after(&self, at: usize, lines: &[String]) -> Splices {
        let indent = splice::line_indentation(self.text, at);
        let lines: Vec<_> = lines.iter().map(|line| format!("{indent}{line}")).collect();
        self.below(at, &lines.join(self.newline), false)
    }

    /// A block with blank lines around it, below the line that the byte is on.
    pub(super) fn block_after(&self, at: usize, block: &[String]) -> Splices {
        self.below(at, &block.join(self.newline), true)
    }

    pub(super) fn block_at_end(&self, block: &[String]) -> Splices {
        if self.text.trim().is_empty() {
            return Splices::one(self.text.len(), block.join(self.newline) + self.newline);
        }
        self.below(self.text.len(), &block.join(self.newline), true)
    }

    fn below(&self, at: usize, lines: &str, apart: bool) -> Splices {
        let newline = self.newline;
        let rest = self.text.get(at..).unwrap_or_default();
        // At the end of a file whose last line is complete there is no line left to pass.
        let passed = if rest.is_empty() && self.text.ends_with('\n') {
            Some(0)
        } else {
            rest.find('\n').map(|end| end + 1)
        };
        let Some(passed) = passed else {
            // The file keeps its missing line end.
            let gap = if apart { newline } else { "" };
            return Splices::one(self.text.len(), format!("{newline}{gap}{lines}"));
        };
        let after = rest.get(passed..).unwrap_or_default();
        let ends_blank = rest.is_empty() && self.text.ends_with(&format!("{newline}{newline}"));
        let before = if apart && !ends_blank { newline } else { "" };
        let blank = after.is_empty() || after.starts_with(['\n', '\r']);
        let behind = if apart && !blank { newline } else { "" };
        Splices::one(at + passed, format!("{before}{lines}{newline}{behind}"))
    }

    /// The place for the first content of the file: below the comment that heads it, if there is
    /// one that stands apart.
    pub(super) fn first(&self, lines: &[String]) -> Splices {
        let mut at = 0;
        let mut rest = self.text.split_inclusive('\n').peekable();
        while let Some(line) = rest.next_if(|line| line.starts_with('#')) {
            at += line.len();
        }
        match rest.peek() {
            Some(line) if line.trim().is_empty() => at += line.len(),
            Some(_) => at = 0,
            None => return self.block_at_end(lines),
        }
        let block = lines.join(self.newline);
        let after = self.text.get(at..).unwrap_or_default();
        let gap = if after.trim().is_empty() { "" } else { self.newline };
        Splices::one(at, format!("{block}{}{gap}", self.newline))
    }
}

pub(super) fn tables_end(tables: &ArrayOfTables) -> usize {
    let last = tables.iter().last();
    let header = last.and_then(Table::span).map(|span| span.end);
    last.map(|table| ends(table)).into_iter().flatten().chain(header).max().unwrap_or_default()
}

/// Where the headers and values in a table end, at any depth.
pub(super) fn ends(table: &dyn TableLike) -> Vec<usize> {
    table.iter().flat_map(|(_, item)| item_ends(item)).collect()
}

fn item_ends(item: &Item) -> Vec<usize> {
    let own = |table: &Table| {
        let mut all = ends(table);
        all.extend(table.span().map(|span| span.end));
        all
    };
    match item {
        Item::ArrayOfTables(tables) => tables.iter().flat_map(own).collect(),
        Item::None => Vec::new(),
        Item::Table(table) => own(table),
        Item::Value(toml_edit::Value::InlineTable(table)) if table.is_dotted() => ends(table),
        Item::Value(value) => value.span().map(|span| span.end).into_iter().collect(),
    }
}
