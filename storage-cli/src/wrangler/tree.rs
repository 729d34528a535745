//! A configuration file as the planner sees it: values and where they stand, whatever the syntax.

use std::str::FromStr;

/// A value and the byte it starts at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

/// What the planner tells apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Array(Vec<Node>),
    Flag(bool),
    Object(Vec<Member>),
    /// A number, as it is written.
    Number(String),
    /// Anything else, with the words for it.
    Other(&'static str),
    Text(String),
}

/// A key of an object and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) at: usize,
    pub(super) node: Node,
}

impl Node {
    /// The text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one that fits.
    pub(super) fn number<N: FromStr>(&self) -> Option<N> {
        match &self.value {
            Value::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The flag, if it is one.
    pub(super) fn flag(&self) -> Option<bool> {
        match self.value {
            Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// The members; none if it is not an object.
    pub(super) fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements; none if it is not an array.
    pub(super) fn elements(&self) -> &[Self] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The value of a key; nothing if it is not an object.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.key == key).map(|member| &member.node)
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    pub(super) fn is_array(&self) -> bool {
        matches!(self.value, Value::Array(_))
    }

    /// What it is, for messages.
    pub(super) fn words(&self) -> &'static str {
        match self.value {
            Value::Array(_) => "an array",
            Value::Flag(_) => "a boolean",
            Value::Object(_) => "a table",
            Value::Number(_) => "a number",
            Value::Other(words) => words,
            Value::Text(_) => "a string",
        }
    }
}
