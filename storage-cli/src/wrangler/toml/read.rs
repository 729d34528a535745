//! A TOML document as a tree.

use toml_edit::{Item, Key, Table, TableLike};

use crate::wrangler::tree::{Member, Node, Value};

pub(super) fn members(table: &dyn TableLike) -> Vec<Member> {
    table
        .iter()
        .map(|(name, item)| {
            let at = table.key(name).and_then(Key::span).map_or(0, |span| span.start);
            Member { key: name.to_owned(), at, node: node(item, at) }
        })
        .collect()
}

fn node(item: &Item, key_at: usize) -> Node {
    let at = item.span().map_or(key_at, |span| span.start);
    let value = match item {
        Item::ArrayOfTables(tables) => {
            Value::Array(tables.iter().map(|table| table_node(table, at)).collect())
        }
        Item::None => Value::Other("nothing"),
        Item::Table(table) => Value::Object(members(table)),
        Item::Value(value) => return value_node(value, key_at),
    };
    Node { at, value }
}

fn table_node(table: &Table, fallback: usize) -> Node {
    let at = table.span().map_or(fallback, |span| span.start);
    Node { at, value: Value::Object(members(table)) }
}

fn value_node(value: &toml_edit::Value, fallback: usize) -> Node {
    let at = value.span().map_or(fallback, |span| span.start);
    let value = match value {
        toml_edit::Value::Array(array) => {
            Value::Array(array.iter().map(|value| value_node(value, at)).collect())
        }
        toml_edit::Value::Boolean(flag) => Value::Flag(*flag.value()),
        toml_edit::Value::Datetime(_) => Value::Other("a date without quotes"),
        toml_edit::Value::Float(number) => Value::Number(number.value().to_string()),
        toml_edit::Value::Integer(number) => Value::Number(number.value().to_string()),
        toml_edit::Value::InlineTable(table) => Value::Object(members(table)),
        toml_edit::Value::String(text) => Value::Text(text.value().clone()),
    };
    Node { at, value }
}
