//! Which form of a value a client takes (RFC 9110, section 12.5.1).

/// A media type with its weight, in thousandths.
struct Range<'a> {
    kind: &'a str,
    subkind: &'a str,
    weight: u16,
}

/// What a client accepts.
pub(super) struct Accept<'a>(Vec<Range<'a>>);

impl<'a> Accept<'a> {
    /// Reads the header. Without one, everything is accepted.
    pub(super) fn of(header: Option<&'a str>) -> Self {
        let header = header.filter(|header| !header.trim().is_empty()).unwrap_or("*/*");
        Self(header.split(',').filter_map(Range::of).collect())
    }

    /// How welcome a media type is, in thousandths: 0 if not at all. The most specific range that
    /// matches counts.
    pub(super) fn weight(&self, media_type: &str) -> u16 {
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let (kind, subkind) = media_type.split_once('/').unwrap_or((media_type, ""));
        let matching = self.0.iter().filter_map(|range| {
            let is_kind = range.kind.eq_ignore_ascii_case(kind);
            let specific = match (range.kind, range.subkind) {
                _ if is_kind && range.subkind.eq_ignore_ascii_case(subkind) => 2,
                (_, "*") if is_kind => 1,
                ("*", "*") => 0,
                _ => return None,
            };
            Some((specific, range.weight))
        });
        matching.max().map_or(0, |(_, weight)| weight)
    }
}

impl<'a> Range<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subkind) = parts.next()?.split_once('/')?;
        let weight = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .map_or(1000, |(_, value)| thousandths(value.trim()));
        Some(Self { kind, subkind, weight })
    }
}

/// `0.25` is 250. What is no weight is none.
fn thousandths(text: &str) -> u16 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    match whole {
        "1" => 1000,
        "0" => format!("{decimals:0<3}").get(..3).and_then(|d| d.parse().ok()).unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_counts() {
        let accept = Accept::of(Some("text/*;q=0.3, text/html;q=0.7, */*;q=0.5, image/png;q=0"));
        for (media_type, weight) in [
            ("text/html; charset=utf-8", 700),
            ("text/plain", 300),
            ("application/json", 500),
            ("IMAGE/PNG", 0),
        ] {
            assert_eq!(accept.weight(media_type), weight, "{media_type}");
        }
    }

    #[test]
    fn without_a_header_everything_is_welcome() {
        assert_eq!(Accept::of(None).weight("application/json"), 1000);
        assert_eq!(Accept::of(Some("")).weight("a/b"), 1000);
        assert_eq!(Accept::of(Some("nonsense")).weight("a/b"), 0);
        assert_eq!(Accept::of(Some("a/b;q=x, c/d;q=0.1234")).weight("a/b"), 0);
        assert_eq!(Accept::of(Some("a/b;q=x, c/d;q=0.1234")).weight("c/d"), 123);
    }
}
