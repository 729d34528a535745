//! The form: the options of one attribute, from which each kind takes its own.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitBool, LitInt, LitStr, Path, Token, Type};

use super::segment::{self, Part};
use super::{Args, Choice, GRAMMARS, Grammar, Number, Pairs, Text, Texts, Value, list};
use crate::crate_path::CratePath;
use crate::diag::{Errors, message, show};

/// An option without which there is no declaration.
pub(crate) enum Required<T> {
    Given(T),
    Missing,
    /// It was written, but not so that it can be read. That has been said already.
    Reported,
}

/// The options of one attribute, sorted out.
pub(crate) struct Form<'a> {
    grammar: &'static Grammar,
    /// What stands in front of the options, where the grammar has a place for it.
    leading: Option<TokenStream>,
    entries: Vec<Entry>,
    /// Options that were meant, as far as can be told, by words that are none.
    meant: Vec<&'static str>,
    errors: &'a mut Errors,
}

/// One option that the grammar knows.
struct Entry {
    choice: &'static Choice,
    key: Ident,
    part: Part,
}

impl<'a> Form<'a> {
    pub(crate) fn parse(
        grammar: &'static Grammar,
        tokens: TokenStream,
        errors: &'a mut Errors,
    ) -> Self {
        let mut form =
            Self { grammar, leading: None, entries: Vec::new(), meant: Vec::new(), errors };
        for (at, segment) in segment::split(tokens, form.errors).into_iter().enumerate() {
            match segment::take_apart(segment) {
                Err(found) if at == 0 && grammar.leading.is_some() => form.leading = Some(found),
                Ok((word, Part::Bare)) if at == 0 && grammar.leading.is_some() => {
                    form.leading = Some(TokenTree::from(word).into());
                }
                Ok((key, part)) => form.sort(key, part),
                Err(found) => form.refuse(&found),
            }
        }
        form
    }

    pub(crate) fn boolean(&mut self, key: &str) -> Option<Value<bool>> {
        let value = self.assigned(key)?;
        let read = match syn::parse2::<LitBool>(value.written.clone()) {
            Ok(literal) => Ok(literal.value()),
            Err(_) => Err(message::not_a_boolean(value.key, &show(&value.written), value.example)),
        };
        self.settle(value, read)
    }

    pub(crate) fn crate_path(&mut self) -> CratePath {
        let Some(value) = self.assigned("crate") else {
            return CratePath::default();
        };
        let path = Path::parse_mod_style.parse2(value.written.clone());
        path.ok().and_then(CratePath::new).unwrap_or_else(|| {
            let message = message::not_a_path(&show(&value.written), value.example);
            self.errors.push(&value, message);
            CratePath::default()
        })
    }

    pub(crate) fn integer(&mut self, key: &str) -> Option<Number> {
        let value = self.assigned(key)?;
        let read = read_integer(&value);
        self.settle(value, read)
    }

    /// The text in front of the options.
    pub(crate) fn leading_text(&mut self) -> Required<Text> {
        let (Some(written), Some(example)) = (self.leading.take(), self.grammar.leading) else {
            return Required::Missing;
        };
        match syn::parse2::<LitStr>(written.clone()) {
            Ok(literal) if literal.suffix().is_empty() => Required::Given(Value {
                key: self.grammar.title,
                content: literal.value(),
                example,
                written,
            }),
            _ => {
                let message = message::not_a_template(&show(&written), example);
                self.errors.push(&written, message);
                Required::Reported
            }
        }
    }

    /// Options of an option.
    pub(crate) fn nested<A: Args>(&mut self, key: &str) -> Option<Value<A>> {
        let Entry { choice: &Choice { key, example }, key: word, part } = self.take(key)?;
        let Part::List(list) = part else {
            self.errors.push(&word, message::not_a_list(key, example));
            return None;
        };
        let content = A::read(&mut Form::parse(A::GRAMMAR, list.stream(), self.errors));
        Some(Value { key, content, example, written: TokenTree::from(list).into() })
    }

    pub(crate) fn pairs(&mut self, key: &str) -> Option<Value<Pairs>> {
        let Entry { choice: &Choice { key, example }, key: word, part } = self.take(key)?;
        let Part::List(list) = part else {
            self.errors.push(&word, message::not_a_list(key, example));
            return None;
        };
        let mut pairs = Pairs::new();
        for segment in segment::split(list.stream(), self.errors) {
            let written: TokenStream = segment.into_iter().collect();
            match pair.parse2(written.clone()) {
                Ok((name, _)) if pairs.iter().any(|(taken, _)| *taken == name) => {
                    self.errors.push(&written, message::duplicate_metadata(&name));
                }
                Ok(pair) => pairs.push(pair),
                Err(_) => {
                    self.errors.push(&written, message::not_a_note(&show(&written), example));
                }
            }
        }
        Some(Value { key, content: pairs, example, written: TokenTree::from(list).into() })
    }

    pub(crate) fn required_text(&mut self, key: &str) -> Required<Text> {
        self.required(key, Self::text)
    }

    pub(crate) fn required_texts(&mut self, key: &str) -> Required<Texts> {
        self.required(key, Self::texts)
    }

    pub(crate) fn text(&mut self, key: &str) -> Option<Text> {
        let value = self.assigned(key)?;
        let found = show(&value.written);
        let read = match syn::parse2::<LitStr>(value.written.clone()) {
            Ok(literal) if literal.suffix().is_empty() => Ok(literal.value()),
            Ok(literal) => {
                let plain = format!("{:?}", literal.value());
                Err(message::literal_suffix(value.key, &found, &plain))
            }
            Err(_) => Err(message::not_a_string(value.key, &found, value.example)),
        };
        self.settle(value, read)
    }

    pub(crate) fn texts(&mut self, key: &str) -> Option<Texts> {
        let value = self.assigned(key)?;
        let texts = list::read_texts(&value, self.errors)?;
        Some(value.with(texts))
    }

    pub(crate) fn ty(&mut self, key: &str) -> Option<Value<Type>> {
        let value = self.assigned(key)?;
        let read = syn::parse2(value.written.clone())
            .map_err(|_| message::not_a_type(value.key, &value.written.to_string(), value.example));
        self.settle(value, read)
    }

    fn required<T>(&mut self, key: &str, read: fn(&mut Self, &str) -> Option<T>) -> Required<T> {
        let written = self.entries.iter().any(|entry| entry.choice.key == key);
        match read(self, key) {
            Some(value) => Required::Given(value),
            None if written || self.meant.contains(&key) => Required::Reported,
            None => Required::Missing,
        }
    }

    /// Keeps an option that the grammar knows, and says what is wrong with any other.
    fn sort(&mut self, key: Ident, part: Part) {
        let name = key.unraw().to_string();
        let Some(choice) = self.grammar.options.iter().find(|choice| choice.key == name) else {
            let message = self.unknown(&name, &part);
            self.errors.push(&key, message);
            return;
        };
        match self.entries.iter().find(|entry| entry.choice.key == name) {
            Some(first) => {
                let (first, second) = (first.part.show(&name), part.show(&name));
                self.errors.push(&key, message::duplicate_option(&name, &first, &second));
            }
            None => self.entries.push(Entry { choice, key, part }),
        }
    }

    /// What is wrong with a key that the grammar does not know.
    fn unknown(&mut self, key: &str, part: &Part) -> String {
        let Grammar { title, options, elsewhere, counterparts, .. } = *self.grammar;
        let owners: Vec<String> = GRAMMARS
            .iter()
            .filter(|grammar| grammar.example(key).is_some())
            .map(|grammar| format!("`{}`", grammar.title))
            .collect();
        if !owners.is_empty() {
            let counterpart = counterparts.iter().find(|(theirs, _)| *theirs == key);
            let instead = counterpart.and_then(|(_, ours)| self.grammar.example(ours));
            return message::option_of_another_kind(key, title, &owners.join(" and "), instead);
        }
        let nearest = nearest(key, options.iter().map(|choice| choice.key));
        self.meant.extend(nearest);
        let known: Vec<String> = options.iter().map(|choice| format!("`{}`", choice.key)).collect();
        let meant = nearest.and_then(|nearest| match part {
            Part::Bare => self.grammar.example(nearest).map(str::to_owned),
            written => Some(written.show(nearest)),
        });
        message::unknown_option(key, title, &known.join(", "), meant.as_deref(), elsewhere)
    }

    /// Says that this is no option at all.
    fn refuse(&mut self, found: &TokenStream) {
        let example = match syn::parse2::<LitStr>(found.clone()) {
            Ok(literal) if self.grammar.example("name").is_some() => {
                self.meant.push("name");
                format!("name = {:?}", literal.value())
            }
            read => {
                let first = self.grammar.options.first();
                // Text alone is what the first option was meant to say.
                self.meant.extend(first.filter(|_| read.is_ok()).map(|first| first.key));
                first.map_or("", |first| first.example).to_owned()
            }
        };
        self.errors.push(found, message::not_an_option(&show(found), &example));
    }

    /// An option that is written `key = value`, its value still unread.
    fn assigned(&mut self, key: &str) -> Option<Value<()>> {
        let Entry { choice: &Choice { key, example }, key: word, part } = self.take(key)?;
        let Part::Assigned(written) = part else {
            self.errors.push(&word, message::missing_value(key, example));
            return None;
        };
        Some(Value { key, content: (), example, written })
    }

    fn settle<T>(&mut self, value: Value<()>, read: Result<T, String>) -> Option<Value<T>> {
        match read {
            Ok(read) => Some(value.with(read)),
            Err(message) => {
                self.errors.push(&value, message);
                None
            }
        }
    }

    fn take(&mut self, key: &str) -> Option<Entry> {
        let position = self.entries.iter().position(|entry| entry.choice.key == key)?;
        Some(self.entries.remove(position))
    }
}

fn read_integer(value: &Value<()>) -> Result<Option<u64>, String> {
    let Value { key, example, written, .. } = value;
    let found = show(written);
    match syn::parse2(written.clone()) {
        Ok(Lit::Int(number)) if !number.suffix().is_empty() => {
            Err(message::literal_suffix(key, &found, number.base10_digits()))
        }
        Ok(Lit::Int(number)) => Ok(number.base10_parse().ok()),
        Ok(Lit::Str(text)) if text.parse::<LitInt>().is_ok() => {
            let unquoted = format!("{key} = {}", text.value());
            Err(message::not_a_whole_number(key, &found, &unquoted))
        }
        _ => Err(message::not_a_whole_number(key, &found, example)),
    }
}

/// `owner = "media"`, or `"cost-center" = "42"` where the name is not a word.
fn pair(input: ParseStream<'_>) -> syn::Result<(String, String)> {
    let name = if input.peek(LitStr) {
        input.parse::<LitStr>()?.value()
    } else {
        input.call(Ident::parse_any)?.unraw().to_string()
    };
    input.parse::<Token![=]>()?;
    let value: LitStr = input.parse()?;
    match value.suffix() {
        "" => Ok((name, value.value())),
        _ => Err(syn::Error::new(value.span(), "suffix")),
    }
}

/// The word that looks most like that one, if one does.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    known
        .map(|known| (strsim::jaro_winkler(word, known), known))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}
