//! Templates and keys, by example and by property.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::*;

/// A template at run time, which has the lifetime of the program there.
fn template(text: &str) -> KeyTemplate {
    let (parsed, errors) = parse(text);
    assert_eq!(errors, [], "{text}");
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let field =
        |field: ParsedField| KeyField::new(leak(field.name), leak(field.tail)).digits(field.digits);
    let fields: Vec<KeyField> = parsed.fields.into_iter().map(field).collect();
    KeyTemplate::new(leak(text.to_owned()), leak(parsed.head), Box::leak(fields.into()))
}

fn render(template: &KeyTemplate, values: &[impl Display]) -> Result<String, FieldError> {
    let values: Vec<&dyn Display> = values.iter().map(|value| value as &dyn Display).collect();
    template.render(&values)
}

/// The values in a key; `None` if it has another form or one of them is refused.
fn read(template: &KeyTemplate, key: &str) -> Option<Vec<String>> {
    let mut values = template.values(key);
    let read = |_: &KeyField| Some(values.read()?.ok()?.1.to_owned());
    template.fields.iter().map(read).collect()
}

#[track_caller]
fn assert_refused(text: &str, values: &[&str], message: &str) {
    let error = render(&template(text), values).unwrap_err();
    assert_eq!(error.to_string(), message);
}

#[test]
fn keys_are_written_and_read() {
    let avatar = template("avatars/{user_id}/{file}");
    assert_eq!(render(&avatar, &["7", "a.png"]).unwrap(), "avatars/7/a.png");
    assert_eq!(read(&avatar, "avatars/7/a.png").unwrap(), ["7", "a.png"]);
    for other in ["avatars/7", "avatars/7/", "avatars/7/a/b", "avatar/7/a", "avatars//a", ""] {
        assert_eq!(read(&avatar, other), None, "{other}");
    }
}

#[test]
fn a_prefix_ends_behind_the_text_that_follows() {
    let avatar = template("avatars/{user_id}/v1/{file}");
    assert_eq!(render(&avatar, &[""; 0]).unwrap(), "avatars/");
    assert_eq!(render(&avatar, &["1"]).unwrap(), "avatars/1/v1/");
}

#[test]
fn a_suffix_ends_its_segment_however_often_it_occurs() {
    let archive = template("{name}.gz/{part}.gz");
    assert_eq!(render(&archive, &["a.gz", "b.gz.gz"]).unwrap(), "a.gz.gz/b.gz.gz.gz");
    assert_eq!(read(&archive, "a.gz.gz/b.gz.gz.gz").unwrap(), ["a.gz", "b.gz.gz"]);
}

#[test]
fn padded_numbers_sort_as_numbers() {
    let page = template("{page:03}");
    assert_eq!(render(&page, &[7]).unwrap(), "007");
    assert_eq!(render(&page, &[0]).unwrap(), "000");
    assert_eq!(read(&page, "007").unwrap(), ["7"]);
    assert_eq!(read(&page, "000").unwrap(), ["0"]);
    for other in ["7", "0007", "+07", "a07", "00７"] {
        assert_eq!(read(&page, other), None, "{other}");
    }
    let message = "the part `page` of the key is not a whole number of at most 3 digits";
    for value in ["1000", "-1", "", "07", "x"] {
        assert_refused("{page:03}", &[value], message);
    }
}

#[test]
fn refusals_name_the_field_and_not_the_value() {
    for (text, values, message) in [
        ("{a}", ["", ""], "the part `a` of the key is empty"),
        ("x/{a}", ["b/c", ""], "the part `a` of the key has a `/`"),
        ("{a}", ["..", ""], "the part `a` of the key is made of dots only"),
        ("{a}/{b}", ["a", "\n"], "the part `b` of the key has a control character"),
        ("{a}-{b}", ["a-b", "c"], "the part `a` of the key runs into the `-` that ends it"),
        ("{a}--{b}", ["a-", "b"], "the part `a` of the key runs into the `--` that ends it"),
        ("{a:03}0{b}", ["1", "b"], "the part `a` of the key runs into the `0` that ends it"),
    ] {
        assert_refused(text, &values, message);
    }
}

#[test]
fn braces_are_doubled_to_mean_themselves() {
    let (parsed, errors) = parse("a{{b}}{{{c}}}");
    assert_eq!(errors, []);
    assert_eq!(parsed.head, "a{b}{");
    assert_eq!(parsed.fields, [ParsedField { name: "c".into(), digits: 0, tail: "}".into() }]);
}

#[test]
fn every_mistake_of_a_template_is_found() {
    let unclosed = |text: &str| TemplateError::Unclosed(text.to_owned());
    let not_a_placeholder = |text: &str| TemplateError::NotAPlaceholder(text.to_owned());
    let adjacent = TemplateError::Adjacent { first: "{a}".into(), second: "{b}".into() };
    for (text, expected) in [
        ("", vec![TemplateError::Empty]),
        ("/{a}", vec![TemplateError::EmptySegment]),
        ("{a}/", vec![TemplateError::EmptySegment]),
        ("//{a}//b", vec![TemplateError::EmptySegment]),
        ("../{a}/.", vec![TemplateError::Dots("..".into()), TemplateError::Dots(".".into())]),
        ("x{a}{b}", vec![adjacent]),
        ("{}", vec![TemplateError::EmptyPlaceholder]),
        ("{a", vec![unclosed("{a")]),
        ("{a/{b}/{", vec![unclosed("{a/"), unclosed("{")]),
        ("{a}}", vec![TemplateError::StrayBrace]),
        ("a\tb", vec![TemplateError::Control('\t')]),
        ("{0}", vec![not_a_placeholder("{0}")]),
        ("{a b}", vec![not_a_placeholder("{a b}")]),
        ("{a:5}", vec![not_a_placeholder("{a:5}")]),
        ("{a:0}", vec![not_a_placeholder("{a:0}")]),
        ("{a:040}", vec![not_a_placeholder("{a:040}")]),
        ("{a:0+5}", vec![not_a_placeholder("{a:0+5}")]),
        ("{:05}", vec![not_a_placeholder("{:05}")]),
    ] {
        assert_eq!(parse(text).1, expected, "{text}");
    }
    assert_eq!(parse("{a}-{b}-{c}-{d}-{e}-{f}-{g}-{h}-{i}").1, [TemplateError::TooManyFields(9)]);
    let long = "x".repeat(1005);
    assert_eq!(parse(&format!("{long}{{a:019}}")).1, []);
    let error = TemplateError::TooLong { bytes: 1025, max: 1024 };
    assert_eq!(parse(&format!("{long}{{a:020}}")).1, [error]);
}

/// Templates of every form, from an alphabet so small that texts and values run into each other.
fn templates() -> impl Strategy<Value = KeyTemplate> {
    let text = "[-.0a/]{0,3}";
    let fields = prop::collection::vec((prop::sample::select(vec!["", ":02"]), text), 1..4);
    (text, fields)
        .prop_map(|(head, fields)| {
            let fields = fields.iter().enumerate();
            let fields = fields.map(|(at, (digits, tail))| format!("{{f{at}{digits}}}{tail}"));
            head + &fields.collect::<String>()
        })
        .prop_filter("a template without mistakes", |text| parse(text).1.is_empty())
        .prop_map(|text| template(&text))
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[-.0a]{1,3}", 2 => "[0-9]{1,2}", 1 => any::<String>()]
}

fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(value(), 3)
}

/// Texts, most of them nearly a key.
fn texts() -> impl Strategy<Value = (KeyTemplate, String)> {
    (templates(), values(), "[-.0a/]{0,2}").prop_map(|(template, values, noise)| {
        let fields = template.fields.iter().zip(values);
        let parts = fields.map(|(field, value)| value + field.tail);
        (template, template.head.to_owned() + &parts.collect::<String>() + &noise)
    })
}

/// Enough cases for what is rare; a failure is told with its values, not kept in a file.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_back(template in templates(), values in values()) {
        let values = &values[..template.fields.len()];
        if let Ok(key) = render(&template, values) {
            prop_assert_eq!(read(&template, &key), Some(values.to_vec()), "{}", key);
        }
    }

    #[test]
    fn what_is_read_is_written_back((template, text) in texts()) {
        if let Some(values) = read(&template, &text) {
            prop_assert_eq!(render(&template, &values), Ok(text));
        }
    }

    #[test]
    fn two_sets_of_values_never_give_one_key(template in templates(), a in values(), b in values()) {
        let count = template.fields.len();
        prop_assume!(a[..count] != b[..count]);
        if let (Ok(a), Ok(b)) = (render(&template, &a), render(&template, &b)) {
            prop_assert_ne!(a, b);
        }
    }

    #[test]
    fn a_prefix_is_that_of_its_values_alone((template, text) in texts(), leading in values()) {
        let Some(values) = read(&template, &text) else { return Ok(()) };
        for count in 0..template.fields.len() {
            let own = render(&template, &values[..count]);
            prop_assert!(own.is_ok_and(|own| text.starts_with(&own)));
            if let Ok(prefix) = render(&template, &leading[..count]) {
                prop_assert_eq!(text.starts_with(&prefix), values[..count] == leading[..count]);
            }
        }
    }
}

#[test]
fn most_samples_of_the_properties_are_keys() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut keys = 0;
    for _ in 0..1000 {
        let sample = texts().new_tree(&mut runner).unwrap().current();
        keys += usize::from(read(&sample.0, &sample.1).is_some());
    }
    assert!(keys > 100, "the properties are hardly tested: {keys} of 1000");
}
