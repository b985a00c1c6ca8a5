//! What is sent: forms as they are, changed, damaged, and what never was one.

use crate::test_app::encode;
use http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What a body says instead of what is only known when it is sent: the number of a case, its
/// revision, its code, a form's new name, an address that nobody has yet, and the subject of the
/// member.
pub const CASE: &str = "{case}";
pub const REVISION: &str = "{revision}";
pub const CODE: &str = "{code}";
pub const FORM: &str = "{form}";
pub const EMAIL: &str = "{email}";
pub const SUBJECT: &str = "{subject}";

type Fields = Vec<(String, String)>;

#[derive(Clone, Copy, Debug)]
pub enum Who {
    /// A new browser each time.
    Nobody,
    /// One browser that enters codes, and so has cases open without an account.
    Applicant,
    Member,
    Officer,
}

/// Bytes that can be read in a failure's message.
#[derive(Clone)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Shot {
    pub who: Who,
    pub endpoint: &'static str,
    /// Which of the cases there are is meant.
    pub case: Index,
    pub body: Bytes,
    pub content_type: &'static str,
    pub accept: &'static str,
    pub referer: Bytes,
    pub method: Method,
    /// Milliseconds that pass before it.
    pub pause: i64,
}

/// The endpoints with what their forms send.
fn forms() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let objection = vec![
        ("form", FORM),
        ("member", SUBJECT),
        ("name", "Ben"),
        ("email", EMAIL),
        ("country", "IE"),
        ("purposes[0]", "research"),
        ("purposes[1]", "advertising"),
        ("mode", "object"),
        ("reason", "Mine."),
        ("language", "en"),
    ];
    let rulings = vec![
        ("case", CASE),
        ("revision", REVISION),
        ("rulings[0][purpose]", "research"),
        ("rulings[0][outcome]", "refused"),
        ("rulings[0][grounds]", "Ours."),
        ("rulings[1][purpose]", "advertising"),
        ("rulings[1][outcome]", "upheld"),
        ("rulings[1][grounds]", ""),
    ];
    let how = [("came", "agent"), ("received", "2026-11-23"), ("words", "agent"), ("agent", "Cy")];
    let recording = [&how[..], &objection].concat();
    let mut preview = rulings.clone();
    preview.push(("intent", "preview"));
    vec![
        // Twice, so that there are cases for the others to meet.
        ("submit-objection", objection.clone()),
        ("submit-objection", objection),
        ("verify-objection", vec![("case", CASE), ("code", CODE)]),
        ("send-objection-again", vec![("case", CASE), ("email", EMAIL)]),
        ("send-objection-links", vec![("address", EMAIL)]),
        ("correct-objection-address", vec![("case", CASE), ("email", EMAIL)]),
        ("add-to-objection", vec![("case", CASE), ("text", "More.")]),
        ("ask-person", vec![("case", CASE), ("revision", REVISION), ("question", "Which?")]),
        ("reply-to-question", vec![("case", CASE), ("question", "1"), ("reply", "All.")]),
        ("withdraw-objection", vec![("case", CASE)]),
        ("disown-objection", vec![("case", CASE)]),
        ("complain-about-objection", vec![("case", CASE), ("text", "No.")]),
        ("claim-objection", vec![("case", CASE)]),
        ("leave-objection", vec![("case", CASE)]),
        ("close-objection-links", vec![("case", CASE)]),
        // Twice, so that some of what follows meets a case under review.
        ("review-objection", vec![("case", CASE), ("revision", REVISION)]),
        ("review-objection", vec![("case", CASE), ("revision", REVISION)]),
        ("decide-objection", rulings.clone()),
        ("extend-objection", vec![("case", CASE), ("revision", REVISION), ("months", "2"), ("reason", "Many.")]),
        ("decide-objection", rulings.clone()),
        ("decide-objection", preview),
        ("agree-to-decision", vec![("case", CASE), ("revision", REVISION)]),
        ("return-decision", vec![("case", CASE), ("revision", REVISION), ("why", "Which?")]),
        ("assign-objection", vec![("case", CASE), ("revision", REVISION), ("officer", "")]),
        ("preview-decision", rulings),
        ("mark-duplicate-objection", vec![("case", CASE), ("revision", REVISION), ("of", CASE)]),
        ("answer-complaint", vec![("case", CASE), ("revision", REVISION), ("text", "So be it.")]),
        ("reopen-objection", vec![("case", CASE), ("revision", REVISION), ("why_again", "A mistake.")]),
        (
            "save-template",
            vec![
                ("template", FORM),
                ("seen", ""),
                ("kind", "grounds"),
                ("purpose", "research"),
                ("language", "en"),
                ("title", FORM),
                ("text", "Dear {name}."),
            ],
        ),
        ("retire-template", vec![("template", FORM), ("seen", "1")]),
        (
            "insert-template",
            vec![("case", CASE), ("reason", "Ours."), ("templates[]", "reason x"), ("insert", "reason")],
        ),
        ("close-objection", vec![("case", CASE), ("revision", REVISION)]),
        ("add-case-note", vec![("case", CASE), ("form", FORM), ("note", "She called.")]),
        ("record-objection", recording),
        ("correct-recorded-address", vec![("case", CASE), ("revision", REVISION), ("email", EMAIL)]),
        (
            "record-complaint",
            vec![
                ("case", CASE),
                ("revision", REVISION),
                ("came", "letter"),
                ("received", "2026-11-23"),
                ("words", "person"),
                ("agent", ""),
                ("complaint", "No."),
            ],
        ),
    ]
}

/// Values that have broken forms before, and whatever else there is.
fn value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "",
        " ",
        "\0",
        "a\0b",
        "\r\n",
        "a\r\nBcc: eve@example.org",
        "\t",
        "\u{7f}",
        "\u{85}",
        "\u{ad}",
        "\u{200b}",
        "\u{202e}abc",
        "\u{2028}",
        "\u{feff}",
        "\u{e0041}",
        "\u{10ffff}",
        "e\u{301}\u{301}\u{301}",
        "</textarea></title><script>alert(1)</script>",
        "\" onfocus=alert(1) autofocus x=\"",
        "' or 1=1 --",
        "%00",
        "%s%n",
        "{{7*7}}",
        "-1",
        "0",
        "1e999",
        "NaN",
        "1.5",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775809",
        "true",
        "null",
        "[]",
        "{}",
        "object",
        "restrict",
        "research",
        "moderation-safety",
        "generative-ai-training",
        "no-such-purpose",
        "upheld",
        "refused",
        "en",
        "de",
        "US",
        "AQ",
        "xx",
        "preview",
        "1",
        "00000000-0000-0000-0000-000000000000",
        "0B7C8A52-95A9-4B5C-B6A5-2D8B6C6AD00F",
        "OBJ-00000000",
        "obj 0000 0000",
        CASE,
        CODE,
        REVISION,
        FORM,
        EMAIL,
    ];
    let long = (select(vec!["a", "\u{1f600}", "\r\n", "\0", "é", " ", "["]), 1..9_000usize)
        .prop_map(|(part, n)| part.repeat(n));
    prop_oneof![6 => select(KNOWN).prop_map(String::from), 2 => email(), 2 => any::<String>(), 1 => long]
}

/// Addresses, good and bad.
fn email() -> impl Strategy<Value = String> {
    const LOCAL: &[&str] = &[
        "a",
        "a..b",
        ".a",
        "a.",
        "a'b",
        "ä",
        "\u{202e}a",
        "a%b",
        "a+b",
        "a/b",
        "a|b",
        "a`b",
        "=?utf-8?q?a?=",
        "a\u{300}",
        "-",
        "a@b",
        "\u{1f600}",
    ];
    const HOST: &[&str] = &[
        "example.org",
        "exämple.org",
        "-x.org",
        "x-.org",
        "x..org",
        "127.0.0.1",
        "[127.0.0.1]",
        "xn--zz.org",
        "xn--.org",
        "a_b.org",
        "org",
        "org.",
        ".org",
        "example.123",
        "example。org",
        "\u{1f600}.org",
        "a%b.org",
        "ex\u{ad}ample.org",
        "\u{200b}.org",
    ];
    let free =
        ("[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,70}", "[a-z0-9._-]{1,70}").prop_map(|(local, host)| format!("{local}@{host}"));
    prop_oneof![3 => (select(LOCAL), select(HOST)).prop_map(|(local, host)| format!("{local}@{host}")), 1 => free]
}

/// Names of fields, as they are and as they never were.
fn key() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "form",
        "member",
        "name",
        "email",
        "country",
        "california",
        "purposes",
        "purposes[]",
        "purposes[0]",
        "purposes[1]",
        "purposes[99999999999]",
        "purposes[-1]",
        "purposes[a]",
        "purposes[0][0]",
        "mode",
        "reason",
        "language",
        "case",
        "code",
        "text",
        "revision",
        "months",
        "of",
        "rulings",
        "rulings[]",
        "rulings[0]",
        "rulings[][purpose]",
        "rulings[0][purpose]",
        "rulings[0][outcome]",
        "rulings[0][grounds]",
        "rulings[7][purpose]",
        "rulings[0][nothing]",
        "rulings[purpose]",
        "intent",
        "[",
        "]",
        "[]",
        "[[",
        "]]",
        "",
        "\0",
        "__proto__",
        "case[]",
        "case[0]",
        "text[a][b]",
    ];
    let deep = (select(vec!["purposes", "rulings", "case", ""]), 1..4_000usize, select(vec!["[0]", "[a]", "[]", "["]))
        .prop_map(|(name, depth, part)| format!("{name}{}", part.repeat(depth)));
    prop_oneof![6 => select(KNOWN).prop_map(String::from), 1 => any::<String>(), 1 => deep]
}

#[derive(Clone, Debug)]
enum Change {
    Drop(Index),
    Twice(Index),
    Value(Index, String),
    /// The address, where the form has one.
    Email(String),
    Key(Index, String),
    Add(String, String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        1 => any::<Index>().prop_map(Change::Drop),
        1 => any::<Index>().prop_map(Change::Twice),
        2 => email().prop_map(Change::Email),
        4 => (any::<Index>(), value()).prop_map(|(i, value)| Change::Value(i, value)),
        1 => (any::<Index>(), key()).prop_map(|(i, key)| Change::Key(i, key)),
        1 => (key(), value()).prop_map(|(key, value)| Change::Add(key, value)),
    ]
}

fn changed(mut fields: Fields, changes: Vec<Change>) -> Fields {
    for change in changes {
        let at = |i: &Index, fields: &Fields| (!fields.is_empty()).then(|| i.index(fields.len()));
        match change {
            Change::Drop(i) => drop(at(&i, &fields).map(|i| fields.remove(i))),
            Change::Twice(i) => fields.extend(at(&i, &fields).map(|i| fields[i].clone())),
            Change::Value(i, value) => drop(at(&i, &fields).map(|i| fields[i].1 = value)),
            Change::Email(email) => {
                fields.iter_mut().filter(|(key, _)| key == "email").for_each(|f| f.1.clone_from(&email))
            }
            Change::Key(i, key) => drop(at(&i, &fields).map(|i| fields[i].0 = key)),
            Change::Add(key, value) => fields.push((key, value)),
        }
    }
    fields
}

/// Fields as bytes. Names of fields are written as browsers write them, or with their brackets as
/// they are.
fn written(fields: &Fields, bare: bool) -> Vec<u8> {
    let known = |text: &str| {
        let text = encode(text).replace("%7B", "{").replace("%7D", "}");
        if bare { text.replace("%5B", "[").replace("%5D", "]") } else { text }
    };
    fields
        .iter()
        .map(|(key, value)| format!("{}={}", known(key), known(value)))
        .collect::<Vec<_>>()
        .join("&")
        .into_bytes()
}

/// Damage to the bytes: what is not a form any more.
fn damaged(mut body: Vec<u8>, damage: Vec<(Index, Vec<u8>)>) -> Vec<u8> {
    for (i, bytes) in damage {
        let at = i.index(body.len() + 1);
        body.splice(at..at, bytes);
    }
    body
}

fn body(fields: Fields) -> impl Strategy<Value = Vec<u8>> {
    const PARTS: &[&[u8]] = &[
        b"%", b"%0", b"%zz", b"%00", b"%ff", b"%c3%28", b"%u0041", b"\xff", b"\0", b"&", b"=", b"&&==", b";", b"+",
        b"#", b"\r\n",
    ];
    let damage = (any::<Index>(), select(PARTS).prop_map(<[u8]>::to_vec));
    let form = fields.clone();
    let mutated = (vec(change(), 1..5), any::<bool>(), vec(damage.clone(), 0..2))
        .prop_map(move |(changes, bare, damage)| damaged(written(&changed(form.clone(), changes), bare), damage));
    let form = fields.clone();
    let broken = (vec(damage, 1..6), any::<Index>()).prop_map(move |(damage, end)| {
        let mut body = damaged(written(&form, false), damage);
        body.truncate(end.index(body.len() + 1));
        body
    });
    let random = prop_oneof![
        vec((key(), value()), 0..12).prop_map(|fields| written(&fields, true)),
        vec(any::<u8>(), 0..400),
        (any::<u8>(), 60_000..70_000usize).prop_map(|(byte, n)| vec![byte; n]),
    ];
    prop_oneof![4 => Just(written(&fields, false)), 6 => mutated, 1 => broken, 1 => random]
}

/// One request of whatever kind.
pub fn shot() -> impl Strategy<Value = Shot> {
    let who = select(vec![Who::Nobody, Who::Applicant, Who::Member, Who::Officer, Who::Officer]);
    let form = select(forms()).prop_flat_map(|(endpoint, fields)| {
        let fields = fields.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        (Just(endpoint), body(fields))
    });
    let usual = "application/x-www-form-urlencoded";
    let content_type = prop_oneof![
        8 => Just(usual),
        1 => select(vec!["", "text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-16", "a/b/c;;"]),
    ];
    let accept = prop_oneof![4 => Just("text/html"), 4 => Just("application/json"), 1 => select(vec!["", "*/*", "text/html;q=0", "nonsense"])];
    let referer = prop_oneof![
        6 => Just(b"http://127.0.0.1:3000/objection".to_vec()),
        1 => select(vec!["", "/", "//", "http://", "http://[", "not an address", "http://127.0.0.1:3000/?__err=x&__path=y"]).prop_map(|r| r.as_bytes().to_vec()),
        1 => vec(0x80u8..=0xff, 0..20),
    ];
    let method = prop_oneof![30 => Just(Method::POST), 1 => select(vec![Method::GET, Method::PUT, Method::HEAD, Method::DELETE])];
    (who, any::<Index>(), form, content_type, accept, referer, method, 0..600_000i64).prop_map(
        |(who, case, (endpoint, body), content_type, accept, referer, method, pause)| Shot {
            who,
            endpoint,
            case,
            body: Bytes(body),
            content_type,
            accept,
            referer: Bytes(referer),
            method,
            pause,
        },
    )
}
