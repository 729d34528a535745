//! Who may do what: every endpoint, for everybody who may come. The same natively and on workerd.

/// What somebody is to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Has no credentials, or wrong ones, or some that have expired.
    Nobody,
    /// May do everything.
    Owner,
    /// May read.
    Reader,
    /// May read and write what starts with `team/`.
    Team,
}

/// A request, and what each caller is answered: nobody, the owner, the reader, the team.
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// JSON.
    pub(crate) body: &'static str,
    answers: [u16; 4],
}

impl Row {
    pub(crate) fn answer(&self, caller: Caller) -> u16 {
        let [nobody, owner, reader, team] = self.answers;
        match caller {
            Caller::Nobody => nobody,
            Caller::Owner => owner,
            Caller::Reader => reader,
            Caller::Team => team,
        }
    }
}

const fn row(
    method: &'static str,
    path: &'static str,
    body: &'static str,
    answers: [u16; 4],
) -> Row {
    Row { method, path, body, answers }
}

/// Of a server that has the entries `a` and `team/a`. None of it changes what another is answered.
pub(crate) const ROWS: &[Row] = &[
    row("GET", "/v1/kv/a", "", [401, 200, 200, 403]),
    row("HEAD", "/v1/kv/a", "", [401, 200, 200, 403]),
    row("GET", "/v1/kv/team/a", "", [401, 200, 200, 200]),
    row("GET", "/v1/kv/team%2Fa", "", [401, 200, 200, 200]),
    row("GET", "/v1/kv/team/none", "", [401, 404, 404, 404]),
    row("PUT", "/v1/kv/a", r#"{"value":1}"#, [401, 200, 403, 403]),
    row("PUT", "/v1/kv/team/a", r#"{"value":1}"#, [401, 200, 403, 200]),
    row("PUT", "/v1/kv/team", r#"{"value":1}"#, [401, 200, 403, 403]),
    row("DELETE", "/v1/kv/b", "", [401, 200, 403, 403]),
    row("DELETE", "/v1/kv/team/b", "", [401, 200, 403, 200]),
    row("GET", "/v1/kv", "", [401, 200, 200, 200]),
    row("GET", "/v1/kv?prefix=", "", [401, 200, 200, 403]),
    row("GET", "/v1/kv?prefix=te", "", [401, 200, 200, 403]),
    row("GET", "/v1/kv?prefix=team/a", "", [401, 200, 200, 200]),
    row("POST", "/v1/kv:batch", r#"{"get":["a"]}"#, [401, 200, 200, 403]),
    row("POST", "/v1/kv:batch", r#"{"get":["team/a"]}"#, [401, 200, 200, 200]),
    row("POST", "/v1/kv:batch", r#"{"delete":["b"]}"#, [401, 200, 403, 403]),
    row(
        "POST",
        "/v1/kv:batch",
        r#"{"put":[{"key":"team/a","value":1}],"delete":["team/b"]}"#,
        [401, 200, 403, 200],
    ),
    row(
        "POST",
        "/v1/kv:batch",
        r#"{"put":[{"key":"team/a","value":1},{"key":"a","value":1}]}"#,
        [401, 200, 403, 403],
    ),
    row("GET", "/v1/admin/info", "", [401, 200, 403, 403]),
    row("HEAD", "/v1/admin/info", "", [401, 200, 403, 403]),
    row("GET", "/health", "", [200, 200, 200, 200]),
    row("GET", "/open-api.json", "", [200, 200, 200, 200]),
    row("GET", "/v1/admin", "", [404, 404, 404, 404]),
    row("GET", "/v1/admin/migrate", "", [404, 404, 404, 404]),
    row("PATCH", "/v1/kv/a", "", [405, 405, 405, 405]),
    row("POST", "/v1/admin/info", "{}", [405, 405, 405, 405]),
    row("OPTIONS", "/v1/kv/a", "", [204, 204, 204, 204]),
];

type Header = (&'static str, &'static str);

/// Everybody who may come, and how they say who they are. The server has the keys `owner-key-of-tests`,
/// `reader-key-of-tests` and `team-key-of-tests`, the password `pass:word:` of `ada`, and takes tokens.
pub(crate) const CALLERS: &[(Caller, &[Header])] = &[
    (Caller::Nobody, &[]),
    (Caller::Nobody, &[("authorization", "")]),
    (Caller::Nobody, &[("authorization", "Bearer ")]),
    (Caller::Nobody, &[("authorization", "Bearer undefined")]),
    (Caller::Nobody, &[("authorization", "Bearer owner-key-of-test")]),
    (Caller::Nobody, &[("authorization", "Bearer owner-key-of-testss")]),
    (Caller::Nobody, &[("authorization", "owner-key-of-tests")]),
    (Caller::Nobody, &[("authorization", "Digest owner-key-of-tests")]),
    (Caller::Nobody, &[("authorization", "Basic owner-key-of-tests")]),
    (Caller::Nobody, &[("x-api-key", "")]),
    (Caller::Nobody, &[("x-api-key", "Owner-key-of-tests")]),
    // ada:pass, ada:pass:word, ada: and :pass:word:
    (Caller::Nobody, &[("authorization", "Basic YWRhOnBhc3M=")]),
    (Caller::Nobody, &[("authorization", "Basic YWRhOnBhc3M6d29yZA==")]),
    (Caller::Nobody, &[("authorization", "Basic YWRhOg==")]),
    (Caller::Nobody, &[("authorization", "Basic OnBhc3M6d29yZDo=")]),
    (Caller::Nobody, &[("authorization", "Basic %%%")]),
    (Caller::Nobody, &[("authorization", bearer::EXPIRED)]),
    (Caller::Nobody, &[("authorization", bearer::EARLY)]),
    (Caller::Nobody, &[("authorization", bearer::ELSEWHERE)]),
    (Caller::Owner, &[("authorization", "Bearer owner-key-of-tests")]),
    (Caller::Owner, &[("authorization", "bearer owner-key-of-tests")]),
    (Caller::Owner, &[("x-api-key", "owner-key-of-tests")]),
    // ada:pass:word:
    (Caller::Owner, &[("authorization", "Basic YWRhOnBhc3M6d29yZDo=")]),
    (Caller::Owner, &[("authorization", bearer::OWNER)]),
    (Caller::Reader, &[("authorization", "Bearer reader-key-of-tests")]),
    (Caller::Reader, &[("authorization", bearer::READER)]),
    (Caller::Team, &[("x-api-key", "team-key-of-tests")]),
    (Caller::Team, &[("authorization", bearer::TEAM)]),
];

/// Tokens with HS256, of the secret, the issuer and the audience of `vectors/jwt.json`.
mod bearer {
    /// Everything, until March 2011.
    pub(super) const EXPIRED: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Imt2IiwiZXhwIjoxMzAwODE5Mzgw",
        "LCJzY29wZSI6Imt2OnJlYWQga3Y6d3JpdGUga3Y6YWRtaW4ifQ",
        ".XM-mzUL8AHCHB7R5JhvcqlTydPLEMXjB-rVFnSL9ovk"
    );
    /// Everything, from 2100 on.
    pub(super) const EARLY: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Imt2IiwiZXhwIjo0MTAyNDQ4NDAw",
        "LCJuYmYiOjQxMDI0NDQ4MDAsInNjb3BlIjoia3Y6cmVhZCBrdjp3cml0ZSBrdjphZG1pbiJ9",
        ".7bRNcnswFnGZ2Dfi9aIiXbypdReXlRKK2vfTU0QCOV8"
    );
    /// Everything, elsewhere.
    pub(super) const ELSEWHERE: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Im90aGVyIiwiZXhwIjo0MTAyNDQ0",
        "ODAwLCJzY29wZSI6Imt2OnJlYWQga3Y6d3JpdGUga3Y6YWRtaW4ifQ",
        ".mgiSm1HSndqmdGOVifIaxFQhKFKyuLPZdFEkGQzqP0Q"
    );
    /// Everything, until 2100.
    pub(super) const OWNER: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Imt2IiwiZXhwIjo0MTAyNDQ0ODAw",
        "LCJzY29wZSI6Imt2OnJlYWQga3Y6d3JpdGUga3Y6YWRtaW4ifQ",
        ".Jh6sO8KAAmstnhH3IaN1rBpMzeKV7zWJfUHiEc90M4I"
    );
    /// What the reader may.
    pub(super) const READER: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Imt2IiwiZXhwIjo0MTAyNDQ0ODAw",
        "LCJzY29wZSI6Imt2OnJlYWQifQ",
        ".VGLax3U6WCgZQxxM2-SQQF7KeuwgDP70eGTDdKBgSlc"
    );
    /// What the team may.
    pub(super) const TEAM: &str = concat!(
        "Bearer eyJhbGciOiJIUzI1NiJ9.",
        "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLyIsImF1ZCI6Imt2IiwiZXhwIjo0MTAyNDQ0ODAw",
        "LCJzY29wZSI6Imt2OnJlYWQga3Y6d3JpdGUiLCJrdl9wcmVmaXgiOiJ0ZWFtLyJ9",
        ".JMRuiMib9aDRdqPbq9tEbP7eugQlh65c8j1jVZ3kIjU"
    );
}
