//! Reading a template. For the macro: at run time a template has been read already.

use crate::limits;

/// A template, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedTemplate {
    /// The text in front of the first field.
    pub head: String,
    /// The fields, each with the text behind it.
    pub fields: Vec<ParsedField>,
}

/// A field of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedField {
    /// Which field it is.
    pub name: String,
    /// To how many digits it is padded with zeros; 0 if it is written as it is.
    pub digits: usize,
    /// The text behind it.
    pub tail: String,
}

/// What is wrong with a template. Whoever reports it has a message for each, so the list is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// Two fields without a text between them.
    Adjacent {
        /// The first, as it was written.
        first: String,
        /// The one behind it.
        second: String,
    },
    /// A control character.
    Control(char),
    /// A segment `.` or `..`.
    Dots(String),
    /// Nothing at all.
    Empty,
    /// `{}`
    EmptyPlaceholder,
    /// Nothing between two `/`, in front of the first or behind the last.
    EmptySegment,
    /// Braces around something that is neither `name` nor `name:020`.
    NotAPlaceholder(String),
    /// A `}` that closes nothing.
    StrayBrace,
    /// More fields than [`FIELDS_MAX`].
    TooManyFields(usize),
    /// Even the shortest key is longer than a key may be.
    TooLong {
        /// Bytes of the shortest key.
        bytes: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// A `{` that is not closed, and what follows it.
    Unclosed(String),
}

/// The most fields a template has.
pub const FIELDS_MAX: usize = 8;

/// The most digits that a number is padded to: as many as `u128` has.
const DIGITS_MAX: usize = 39;

/// Takes a template apart, and finds all that is wrong with it.
#[must_use]
pub fn parse(text: &str) -> (ParsedTemplate, Vec<TemplateError>) {
    let mut reader = Reader::default();
    if text.is_empty() {
        reader.errors.push(TemplateError::Empty);
        return (reader.template, reader.errors);
    }
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let after = rest.get(next.len_utf8()..).unwrap_or_default();
        rest = match next {
            '{' | '}' if after.starts_with(next) => {
                reader.text(next);
                after.get(1..).unwrap_or_default()
            }
            '{' => reader.placeholder(after),
            '}' => {
                reader.errors.push(TemplateError::StrayBrace);
                after
            }
            _ => {
                reader.text(next);
                after
            }
        };
    }
    reader.end_of_segment();
    reader.check_size();
    (reader.template, reader.errors)
}

#[derive(Default)]
struct Reader {
    template: ParsedTemplate,
    errors: Vec<TemplateError>,
    /// The text of the segment so far.
    segment: String,
    /// Whether the segment has a field, so that it can't be empty or dots.
    has_field: bool,
    /// The placeholder that ends right here.
    just_read: Option<String>,
}

impl Reader {
    fn text(&mut self, character: char) {
        self.just_read = None;
        if character.is_control() {
            self.once(TemplateError::Control(character));
        }
        if character == '/' {
            self.end_of_segment();
        } else {
            self.segment.push(character);
        }
        let ParsedTemplate { head, fields } = &mut self.template;
        fields.last_mut().map_or(head, |field| &mut field.tail).push(character);
    }

    /// Reads a placeholder from behind its `{`, and returns what follows it.
    fn placeholder<'a>(&mut self, after: &'a str) -> &'a str {
        self.has_field = true;
        let end = after.find(['{', '}']).unwrap_or(after.len());
        let (inner, behind) = after.split_at(end);
        let Some(behind) = behind.strip_prefix('}') else {
            self.errors.push(TemplateError::Unclosed(format!("{{{inner}")));
            return behind;
        };
        let written = format!("{{{inner}}}");
        if inner.is_empty() {
            self.errors.push(TemplateError::EmptyPlaceholder);
        } else if let Some((name, digits)) = name_and_digits(inner) {
            let field = ParsedField { name: name.to_owned(), digits, tail: String::new() };
            self.template.fields.push(field);
        } else {
            self.errors.push(TemplateError::NotAPlaceholder(written.clone()));
        }
        if let Some(first) = self.just_read.replace(written.clone()) {
            self.errors.push(TemplateError::Adjacent { first, second: written });
        }
        behind
    }

    fn end_of_segment(&mut self) {
        let segment = std::mem::take(&mut self.segment);
        if std::mem::take(&mut self.has_field) {
            return;
        }
        match segment.as_str() {
            "" => self.once(TemplateError::EmptySegment),
            "." | ".." => self.once(TemplateError::Dots(segment)),
            _ => {}
        }
    }

    fn check_size(&mut self) {
        let ParsedTemplate { head, fields } = &self.template;
        let fields = fields.iter().map(|field| field.digits.max(1) + field.tail.len());
        let bytes = head.len() + fields.sum::<usize>();
        let max = limits::r2::KEY_BYTES_MAX;
        let count = self.template.fields.len();
        if bytes > max {
            self.errors.push(TemplateError::TooLong { bytes, max });
        }
        if count > FIELDS_MAX {
            self.errors.push(TemplateError::TooManyFields(count));
        }
    }

    fn once(&mut self, error: TemplateError) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}

/// `id`, or `id:020`.
fn name_and_digits(inner: &str) -> Option<(&str, usize)> {
    let (name, digits) = match inner.split_once(":0") {
        None => (inner, 0),
        Some((name, digits)) => (name, padding(digits)?),
    };
    let mut characters = name.chars();
    let first = characters.next()?;
    let is_name = (first == '_' || first.is_alphabetic())
        && characters.all(|character| character == '_' || character.is_alphanumeric());
    is_name.then_some((name, digits))
}

fn padding(digits: &str) -> Option<usize> {
    let number: usize = digits.parse().ok()?;
    (number.to_string() == digits && (1..=DIGITS_MAX).contains(&number)).then_some(number)
}
