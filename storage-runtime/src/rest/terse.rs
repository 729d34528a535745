//! JSON that a client wrote, read with errors that do not repeat it.
//!
//! `serde_json` makes the text of an error when it finds it, and quotes a text that is not what was expected,
//! escaped, at several times its length: of one that fills a body, that is more than a Worker's memory. Here
//! it is said what was expected, what kind of value is there, and where; and what a type says of its own
//! values in [`MESSAGE_BYTES_MAX`] bytes.

use std::fmt::{self, Display, Write as _};

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Expected, IntoDeserializer as _, MapAccess, SeqAccess,
    Unexpected, Visitor,
};

/// Most bytes of a message, without the line and the column.
const MESSAGE_BYTES_MAX: usize = 300;

/// Reads a value of all of a text, like `serde_json::from_slice`.
pub(crate) fn from_slice<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = T::deserialize(Terse::<_, false>(&mut reader)).map_err(|Brief(error)| error)?;
    reader.end()?;
    Ok(value)
}

/// Something of serde's, with brief errors. What it is asked for it reads as whatever is there: it is the
/// visitor then that finds another kind, not the parser. The keys of a map are texts, whatever they mean, so
/// these are asked for by their kind.
struct Terse<T, const KEY: bool>(T);

/// An error that is brief.
#[derive(Debug)]
struct Brief<E>(E);

impl<E: Display> Display for Brief<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: std::error::Error> std::error::Error for Brief<E> {}

impl<E: serde::de::Error> serde::de::Error for Brief<E> {
    fn custom<M: Display>(message: M) -> Self {
        let mut start = Start(String::new());
        // It fails where the rest begins, which is not even made then.
        let _ = write!(start, "{message}");
        Self(E::custom(start.0))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid type: {}, expected {expected}", Kind(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("invalid value: {}, expected {expected}", Kind(unexpected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("unknown variant `{variant:.40}`, expected {}", OneOf(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format_args!("unknown field `{field:.40}`, expected {}", OneOf(expected)))
    }
}

/// The start of a text.
struct Start(String);

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MESSAGE_BYTES_MAX - self.0.len();
        self.0.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
        if text.len() > room { Err(fmt::Error) } else { Ok(()) }
    }
}

/// What is there, without what it says if that may be long.
struct Kind<'a>(Unexpected<'a>);

impl Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Str(_) => f.write_str("string"),
            Unexpected::Unit => f.write_str("null"),
            other => other.fmt(f),
        }
    }
}

struct OneOf(&'static [&'static str]);

impl Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("none"),
            [one] => write!(f, "`{one}`"),
            [first, others @ ..] => {
                write!(f, "one of `{first}`")?;
                others.iter().try_for_each(|other| write!(f, ", `{other}`"))
            }
        }
    }
}

macro_rules! any {
    ($($method:ident ($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.deserialize_any(Terse::<_, KEY>(visitor)).map_err(Brief)
        }
    )*};
}

macro_rules! any_but_key {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            let visitor = Terse::<_, KEY>(visitor);
            if KEY { self.0.$method(visitor) } else { self.0.deserialize_any(visitor) }.map_err(Brief)
        }
    )*};
}

macro_rules! same {
    ($($method:ident ($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($argument,)* Terse::<_, KEY>(visitor)).map_err(Brief)
        }
    )*};
}

impl<'de, D: Deserializer<'de>, const KEY: bool> Deserializer<'de> for Terse<D, KEY> {
    type Error = Brief<D::Error>;

    any! {
        deserialize_any()
        deserialize_char()
        deserialize_map()
        deserialize_seq()
        deserialize_str()
        deserialize_string()
        deserialize_struct(_name: &'static str, _fields: &'static [&'static str])
        deserialize_tuple(_len: usize)
        deserialize_tuple_struct(_name: &'static str, _len: usize)
        deserialize_unit()
        deserialize_unit_struct(_name: &'static str)
    }
    any_but_key! {
        deserialize_bool
        deserialize_f32
        deserialize_f64
        deserialize_i8
        deserialize_i16
        deserialize_i32
        deserialize_i64
        deserialize_u8
        deserialize_u16
        deserialize_u32
        deserialize_u64
    }
    // What these refuse has no text in it.
    same! {
        deserialize_byte_buf()
        deserialize_bytes()
        deserialize_i128()
        deserialize_identifier()
        deserialize_ignored_any()
        deserialize_newtype_struct(name: &'static str)
        deserialize_option()
        deserialize_u128()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_any(Enum(visitor)).map_err(Brief)
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! visit {
    ($($method:ident ($($value:ident: $type:ty)?))*) => {$(
        fn $method<E: serde::de::Error>(self, $($value: $type)?) -> Result<V::Value, E> {
            self.0.$method($($value)?).map_err(|Brief(error)| error)
        }
    )*};
}

impl<'de, V: Visitor<'de>, const KEY: bool> Visitor<'de> for Terse<V, KEY> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    visit! {
        visit_bool(value: bool)
        visit_borrowed_bytes(value: &'de [u8])
        visit_borrowed_str(value: &'de str)
        visit_byte_buf(value: Vec<u8>)
        visit_bytes(value: &[u8])
        visit_f64(value: f64)
        visit_i64(value: i64)
        visit_i128(value: i128)
        visit_none()
        visit_str(value: &str)
        visit_string(value: String)
        visit_u64(value: u64)
        visit_u128(value: u128)
        visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Terse::<_, KEY>(value)).map_err(|Brief(error)| error)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Terse::<_, KEY>(value)).map_err(|Brief(error)| error)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Terse::<_, false>(list)).map_err(|Brief(error)| error)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Terse::<_, false>(fields)).map_err(|Brief(error)| error)
    }
}

/// Reads a variant: its name, or an object that has one field of its name.
struct Enum<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Enum<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<V::Value, E> {
        let name: StrDeserializer<'_, Brief<E>> = name.into_deserializer();
        self.0.visit_enum(name).map_err(|Brief(error)| error)
    }

    fn visit_map<A: MapAccess<'de>>(self, field: A) -> Result<V::Value, A::Error> {
        let field = MapAccessDeserializer::new(Terse::<_, false>(field));
        self.0.visit_enum(field).map_err(|Brief(error)| error)
    }
}

impl<'de, S: DeserializeSeed<'de>, const KEY: bool> DeserializeSeed<'de> for Terse<S, KEY> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Terse::<_, KEY>(value)).map_err(|Brief(error)| error)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Terse<A, false> {
    type Error = Brief<A::Error>;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.0.next_element_seed(Terse::<_, false>(seed)).map_err(Brief)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Terse<A, false> {
    type Error = Brief<A::Error>;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.0.next_key_seed(Terse::<_, true>(seed)).map_err(Brief)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Self::Error> {
        self.0.next_value_seed(Terse::<_, false>(seed)).map_err(Brief)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::de::{DeserializeOwned, Error as _};
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    struct Fields {
        list: Vec<u8>,
        #[serde(default)]
        may: Option<f32>,
        #[serde(default)]
        variant: Option<Variant>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Variant {
        Unit,
        New(String),
        Pair(u8, i128),
        Named { of: (char, bool) },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u8),
        Text(String),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct New(u64);

    fn same<T: DeserializeOwned + fmt::Debug + PartialEq>(texts: &[&str]) {
        for text in texts {
            let (theirs, ours) =
                (serde_json::from_str::<T>(text), from_slice::<T>(text.as_bytes()));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{text}: {ours:?}, {theirs:?}");
            if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                assert_eq!(ours, theirs, "{text}");
            }
        }
    }

    #[test]
    fn values_are_those_of_serde_json() {
        let odd = [
            "",
            "{",
            "1 2",
            "null",
            "\"a\"",
            "[]",
            "[1,]",
            "{\"a\":1,}",
            "{1:2}",
            "1e999",
            "\"\\ud800\"",
        ];
        same::<Value>(&[&odd[..], &["{\"a\":[1,2.5,null,true,\"\\u00e9\"]}"]].concat());
        same::<Fields>(
            &[
                &odd[..],
                &[
                    "{\"list\":[1,2],\"may\":1.1}",
                    "{\"list\":[1],\"may\":null,\"variant\":\"unit\"}",
                    "{\"list\":[],\"variant\":{\"unit\":null}}",
                    "{\"list\":[],\"variant\":{\"new\":\"x\"}}",
                    "{\"list\":[],\"variant\":{\"pair\":[1,-170141183460469231731687303715884105727]}}",
                    "{\"list\":[],\"variant\":{\"pair\":[1]}}",
                    "{\"list\":[],\"variant\":{\"named\":{\"of\":[\"c\",true]}}}",
                    "{\"list\":[],\"variant\":{\"new\":\"x\",\"unit\":null}}",
                    "{\"list\":[],\"variant\":{}}",
                    "{\"list\":[],\"variant\":{1:\"x\"}}",
                    "{\"list\":[],\"variant\":1}",
                    "{\"list\":[256]}",
                    "{\"list\":[],\"list\":[]}",
                    "[[1],null,null]",
                ],
            ]
            .concat(),
        );
        same::<BTreeMap<u32, String>>(&["{\"1\":\"x\"}", "{\"x\":\"x\"}", "{}"]);
        same::<BTreeMap<Option<i8>, bool>>(&["{\"-1\":true}", "{\"null\":true}"]);
        same::<Untagged>(&["1", "\"a\"", "256", "null"]);
        same::<New>(&["1", "[1]", "-1"]);
        same::<((), [u8; 2], Option<()>)>(&["[null,[1,2],null]", "[null,[1],null]", "[[],[],[]]"]);
        same::<f64>(&["1", "-1", "0.1", "1e400", "true"]);
        let raw = from_slice::<Vec<&RawValue>>(b"[ {\"a\": 1 } ,\"x\"]").unwrap();
        assert_eq!((raw[0].get(), raw[1].get()), ("{\"a\": 1 }", "\"x\""));
        assert!(from_slice::<Vec<Box<RawValue>>>(b"[1,2,]").is_err());
        let deep = "[".repeat(100_000);
        assert!(from_slice::<Value>(deep.as_bytes()).is_err());
    }

    #[test]
    fn no_error_repeats_what_was_said() {
        let long = "\u{300}".repeat(100_000);
        for text in [
            format!("\"{long}\""),
            format!("{{\"{long}\":1}}"),
            format!("{{\"list\":\"{long}\"}}"),
            format!("{{\"list\":[\"{long}\"]}}"),
            format!("{{\"list\":[],\"may\":\"{long}\"}}"),
            format!("{{\"list\":[],\"variant\":\"{long}\"}}"),
            format!("{{\"list\":[],\"variant\":{{\"{long}\":1}}}}"),
            format!("{{\"list\":[],\"variant\":{{\"unit\":\"{long}\"}}}}"),
            format!("{{\"list\":[],\"variant\":{{\"pair\":\"{long}\"}}}}"),
            format!("{{\"list\":[],\"variant\":{{\"named\":\"{long}\"}}}}"),
        ] {
            let error = from_slice::<Fields>(text.as_bytes()).unwrap_err();
            let said = error.to_string();
            assert!(said.len() < 400 && !said.contains("\\u{300}"), "{said:.1000}");
            assert!(error.line() == 1 && error.is_data(), "{said}");
        }
        for text in [format!("\"{long}\""), format!("{{\"{long}\":1}}")] {
            let said = from_slice::<BTreeMap<u32, u8>>(text.as_bytes()).unwrap_err().to_string();
            assert!(said.len() < 400, "{said:.1000}");
            assert!(from_slice::<Variant>(text.as_bytes()).unwrap_err().to_string().len() < 400);
        }
        let said = |text: &str| from_slice::<Fields>(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            said("{\"list\":\"x\"}"),
            "invalid type: string, expected a sequence at line 1 column 11"
        );
        assert_eq!(
            said("{\"lists\":1}"),
            "unknown field `lists`, expected one of `list`, `may`, `variant` at line 1 column 8"
        );
    }

    #[test]
    fn what_a_type_says_of_its_values_is_cut() {
        #[derive(Debug)]
        struct Picky;
        impl<'de> Deserialize<'de> for Picky {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Err(D::Error::custom(format_args!("no e-mail address: {text:?}")))
            }
        }
        let long = format!("\"{}\"", "\u{300}".repeat(100_000));
        let said = from_slice::<Picky>(long.as_bytes()).unwrap_err().to_string();
        assert!(said.starts_with("no e-mail address") && said.len() < 400, "{said:.1000}");
    }
}
