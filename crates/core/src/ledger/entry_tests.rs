//! The bytes of every version are fixed.

use super::*;
use crate::ledger::{Event, NewEntry};

fn entry() -> Entry {
    Entry {
        version: 1,
        id: "0192f0c1-2b3c-7d4e-8f50-112233445566".parse().unwrap(),
        subject: "s-1".into(),
        kind: Kind::Choice,
        purpose: Some(Purpose::GenerativeAiTraining),
        choice: Some(Choice::Denied),
        actor: Actor::Member,
        channel: Channel::Web,
        rule: Some("gai-2024-09-18".into()),
        notice: None,
        case: None,
        at: UtcMillis(1_795_459_000_000),
        previous: None,
        step: None,
        view: None,
        moved: None,
        clock: None,
        rollback: None,
        key: None,
        forgotten: None,
        effective: None,
        position: None,
        previous_leaf: None,
    }
}

fn look() -> Entry {
    let view = View {
        shown: Shown::Address,
        reason: Reason::Asked,
        text: Some(sha256_hex(b"abc")),
        during: Some("0192f0c1-2b3c-7d4e-8f50-112233445566".parse().unwrap()),
        staff: None,
        until: None,
    };
    let (kind, actor) = (Kind::View, Actor::Support);
    Entry { version: 3, kind, actor, purpose: None, choice: None, rule: None, view: Some(view), ..entry() }
}

fn decision() -> Entry {
    let decided = |purpose, outcome, grounds: &[u8]| Decided { purpose, outcome, text: Some(sha256_hex(grounds)) };
    let outcomes =
        vec![decided(Purpose::Research, Outcome::Upheld, b""), decided(Purpose::Inferences, Outcome::Refused, b"abc")];
    Entry {
        version: 2,
        kind: Kind::Decision,
        purpose: None,
        choice: None,
        actor: Actor::PrivacyOfficer,
        rule: None,
        case: Some("OBJ-7F3K9Q2M".into()),
        step: Some(CaseStep { mode: Some(Mode::Object), outcomes, ..Step::Decided.into() }),
        ..entry()
    }
}

/// These bytes are what receipts will prove. If this test fails, the form has changed: make it a
/// new version.
#[test]
fn the_canonical_form_is_fixed() {
    let canonical = entry().canonical();
    assert_eq!(
        String::from_utf8(canonical.bytes.clone()).unwrap(),
        r#"{"actor":"member","at":1795459000000,"case":null,"channel":"web","choice":"denied","id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"choice","notice":null,"previous":null,"purpose":"generative-ai-training","rule":"gai-2024-09-18","subject":"s-1","version":1}"#
    );
    assert_eq!(canonical.sha256, sha256_hex(&canonical.bytes));
    assert_eq!(serde_json::from_slice::<Entry>(&canonical.bytes).unwrap(), entry());
}

/// The same promise for the steps of a case.
#[test]
fn the_canonical_form_of_a_step_is_fixed() {
    let canonical = decision().canonical();
    assert_eq!(
        String::from_utf8(canonical.bytes.clone()).unwrap(),
        r#"{"actor":"privacy_officer","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"decision","notice":null,"previous":null,"purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":"object","name":"decided","other":null,"outcomes":[{"outcome":"upheld","purpose":"research","text":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},{"outcome":"refused","purpose":"inferences","text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}],"purposes":[],"text":null},"subject":"s-1","version":2}"#
    );
    assert_eq!(serde_json::from_slice::<Entry>(&canonical.bytes).unwrap(), decision());
}

/// And for a step that says what was erased; those from before it keep their bytes.
#[test]
fn the_canonical_form_of_a_sweep_is_fixed() {
    let swept = Some(Swept { texts: 2, reason: SweptFor::Unconfirmed });
    let (kind, actor) = (Kind::Objection, Actor::System);
    let entry = Entry { kind, actor, step: Some(CaseStep { swept, ..Step::Swept.into() }), ..decision() };
    assert_eq!(
        String::from_utf8(entry.canonical().bytes).unwrap(),
        r#"{"actor":"system","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"objection","notice":null,"previous":null,"purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"swept","other":null,"outcomes":[],"purposes":[],"swept":{"reason":"unconfirmed","texts":2},"text":null},"subject":"s-1","version":2}"#
    );
}

/// The same promise for looks of the staff.
#[test]
fn the_canonical_form_of_a_view_is_fixed() {
    let canonical = look().canonical();
    assert_eq!(
        String::from_utf8(canonical.bytes.clone()).unwrap(),
        r#"{"actor":"support","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"view","notice":null,"previous":null,"purpose":null,"rule":null,"subject":"s-1","version":3,"view":{"during":"0192f0c1-2b3c-7d4e-8f50-112233445566","reason":"asked","shown":"address","text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}"#
    );
    assert_eq!(serde_json::from_slice::<Entry>(&canonical.bytes).unwrap(), look());
}

/// The same promise for moves, pauses and clocks.
#[test]
fn the_canonical_form_of_version_4_is_fixed() {
    let at = UtcMillis(1_795_459_000_000);
    let text = |entry: Entry| {
        let entry = Entry { id: "0192f0c1-2b3c-7d4e-8f50-112233445566".parse().unwrap(), ..entry };
        let bytes = entry.canonical().bytes;
        assert_eq!(serde_json::from_slice::<Entry>(&bytes).unwrap(), entry);
        String::from_utf8(bytes).unwrap()
    };
    let new =
        |subject: &str, event| NewEntry { subject: subject.into(), actor: Actor::System, channel: Channel::Web, event };
    let moved = new("s-1", Event::Move(Moved { from: "DE".into(), to: "RE".into() }));
    assert_eq!(
        text(crate::testing::entry(moved, at, None)),
        r#"{"actor":"system","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"move","moved":{"from":"DE","to":"RE"},"notice":null,"previous":null,"purpose":null,"rule":null,"subject":"s-1","version":4}"#
    );
    let step = CaseStep {
        purposes: vec![Purpose::OtherAi],
        since: Some(UtcMillis(1_795_000_000_000)),
        ..Step::Reached.into()
    };
    let paused = new("s-1", Event::Pause { case: "OBJ-7F3K9Q2M".into(), step });
    assert_eq!(
        text(crate::testing::entry(paused, at, None)),
        r#"{"actor":"system","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"pause","notice":null,"previous":null,"purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"reached","other":null,"outcomes":[],"purposes":["other-ai"],"since":1795000000000,"text":null},"subject":"s-1","version":4}"#
    );
    let span = ClockSpan { from: UtcMillis(1_795_000_000_000), until: UtcMillis(1_800_000_000_000) };
    let clock = new(PLATFORM, Event::Clock(span));
    assert_eq!(
        text(crate::testing::entry(clock, at, None)),
        r#"{"actor":"system","at":1795459000000,"case":null,"channel":"web","choice":null,"clock":{"from":1795000000000,"until":1800000000000},"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"clock","notice":null,"previous":null,"purpose":null,"rule":null,"subject":"platform","version":4}"#
    );
}

const AT: UtcMillis = UtcMillis(1_795_459_000_000);

fn earlier() -> EntryId {
    "0192f0c1-2b3c-7d4e-8f50-112233445565".parse().unwrap()
}

fn recorded(draft: NewEntry) -> Entry {
    Entry::new(draft, AT, &[7; 10], Some(earlier()))
}

/// What is recorded of this kind, and the bytes that it becomes. A new kind has no bytes yet: they
/// are written down here once, and never change.
#[expect(clippy::too_many_lines, reason = "a table, which is read line by line")]
fn of_kind(kind: Kind) -> Vec<(NewEntry, &'static str)> {
    let new = |subject: &str, actor, channel, event| NewEntry { subject: subject.into(), actor, channel, event };
    let purpose = Purpose::GenerativeAiTraining;
    let rule = || Some("gai-2025-11-03".to_owned());
    let case = || "OBJ-7F3K9Q2M".to_owned();
    let notice = || NoticeRef { purpose, version: 2, language: "de".into(), sha256: sha256_hex(b"abc") };
    let step = |actor, step| new("s-1", actor, Channel::Web, Event::Step { case: case(), step });
    let pause = |step| new("s-1", Actor::System, Channel::Web, Event::Pause { case: case(), step });
    match kind {
        Kind::Default => vec![
            (
                new("s-1", Actor::Default, Channel::CommandLine, Event::Default { purpose, rule: rule() }),
                r#"{"actor":"default","at":1795459000000,"case":null,"channel":"command-line","choice":"denied","id":"01a209b2-26c0-7707-8707-070707070707","kind":"default","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":"gai-2025-11-03","subject":"s-1","version":1}"#,
            ),
            (
                new("s-1", Actor::Default, Channel::Web, Event::Default { purpose, rule: None }),
                r#"{"actor":"default","at":1795459000000,"case":null,"channel":"web","choice":"denied","id":"01a209b2-26c0-7707-8707-070707070707","kind":"default","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":null,"subject":"s-1","version":1}"#,
            ),
        ],
        Kind::Notice => vec![
            (
                new(PLATFORM, Actor::System, Channel::CommandLine, Event::Notice { notice: notice(), rule: None }),
                r#"{"actor":"system","at":1795459000000,"case":null,"channel":"command-line","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"notice","notice":{"language":"de","purpose":"generative-ai-training","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","version":2},"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":null,"subject":"platform","version":1}"#,
            ),
            (
                new(
                    PLATFORM,
                    Actor::System,
                    Channel::CommandLine,
                    Event::Published { notice: notice(), effective: UtcMillis(1_795_500_000_000) },
                ),
                r#"{"actor":"system","at":1795459000000,"case":null,"channel":"command-line","choice":null,"effective":1795500000000,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"notice","notice":{"language":"de","purpose":"generative-ai-training","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","version":2},"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":null,"subject":"platform","version":9}"#,
            ),
            (
                new("s-1", Actor::System, Channel::Web, Event::Notice { notice: notice(), rule: rule() }),
                r#"{"actor":"system","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"notice","notice":{"language":"de","purpose":"generative-ai-training","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","version":2},"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":"gai-2025-11-03","subject":"s-1","version":1}"#,
            ),
        ],
        Kind::Choice => vec![
            (
                new(
                    "s-1",
                    Actor::Member,
                    Channel::Demonstration,
                    Event::Choice { purpose, choice: Choice::Allowed, rule: rule(), notice: Some(notice()) },
                ),
                r#"{"actor":"member","at":1795459000000,"case":null,"channel":"demonstration","choice":"allowed","id":"01a209b2-26c0-7707-8707-070707070707","kind":"choice","notice":{"language":"de","purpose":"generative-ai-training","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","version":2},"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"generative-ai-training","rule":"gai-2025-11-03","subject":"s-1","version":1}"#,
            ),
            (
                new(
                    "s-1",
                    Actor::System,
                    Channel::Web,
                    Event::Choice {
                        purpose: Purpose::ModerationSafety,
                        choice: Choice::Denied,
                        rule: None,
                        notice: None,
                    },
                ),
                r#"{"actor":"system","at":1795459000000,"case":null,"channel":"web","choice":"denied","id":"01a209b2-26c0-7707-8707-070707070707","kind":"choice","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"moderation-safety","rule":null,"subject":"s-1","version":1}"#,
            ),
        ],
        Kind::Objection => vec![
            (
                step(
                    Actor::Applicant,
                    CaseStep {
                        mode: Some(Mode::Restrict),
                        purposes: vec![Purpose::Personalisation, Purpose::Advertising],
                        text: Some(sha256_hex(b"abc")),
                        due: Some(UtcMillis(1_798_000_000_000)),
                        other: Some("OBJ-00000001".into()),
                        ..Step::Filed.into()
                    },
                ),
                r#"{"actor":"applicant","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"objection","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":1798000000000,"follows":null,"mode":"restrict","name":"filed","other":"OBJ-00000001","outcomes":[],"purposes":["personalisation","advertising"],"text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},"subject":"s-1","version":2}"#,
            ),
            (
                step(
                    Actor::Member,
                    CaseStep {
                        mode: Some(Mode::Object),
                        purposes: vec![Purpose::OtherAi],
                        due: Some(UtcMillis(1_798_000_000_000)),
                        follows: Some(earlier()),
                        ..Step::Linked.into()
                    },
                ),
                r#"{"actor":"member","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"objection","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":1798000000000,"follows":"0192f0c1-2b3c-7d4e-8f50-112233445565","mode":"object","name":"linked","other":null,"outcomes":[],"purposes":["other-ai"],"text":null},"subject":"s-1","version":2}"#,
            ),
            (
                step(
                    Actor::PrivacyOfficer,
                    CaseStep {
                        outcomes: vec![Decided {
                            purpose: Purpose::Research,
                            outcome: Outcome::Refused,
                            text: Some(sha256_hex(b"abc")),
                        }],
                        officer: Some(sha256_hex(b"officer")),
                        ..Step::Proposed.into()
                    },
                ),
                r#"{"actor":"privacy_officer","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"objection","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"proposed","officer":"d71f0bd623e5e0b40eb4b4355091d057d5e40644e1e6cda16b33213f8ae7541f","other":null,"outcomes":[{"outcome":"refused","purpose":"research","text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}],"purposes":[],"text":null},"subject":"s-1","version":2}"#,
            ),
            (
                step(Actor::System, Step::Acknowledged.into()),
                r#"{"actor":"system","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"objection","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"acknowledged","other":null,"outcomes":[],"purposes":[],"text":null},"subject":"s-1","version":2}"#,
            ),
        ],
        Kind::Decision => vec![
            (
                step(
                    Actor::PrivacyOfficer,
                    CaseStep {
                        outcomes: vec![Decided { purpose: Purpose::Inferences, outcome: Outcome::Upheld, text: None }],
                        officer: Some(sha256_hex(b"officer")),
                        ..Step::Decided.into()
                    },
                ),
                r#"{"actor":"privacy_officer","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"decision","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"decided","officer":"d71f0bd623e5e0b40eb4b4355091d057d5e40644e1e6cda16b33213f8ae7541f","other":null,"outcomes":[{"outcome":"upheld","purpose":"inferences","text":null}],"purposes":[],"text":null},"subject":"s-1","version":2}"#,
            ),
            (
                step(
                    Actor::PrivacyOfficer,
                    CaseStep {
                        outcomes: vec![Decided { purpose: Purpose::Inferences, outcome: Outcome::Upheld, text: None }],
                        officer: Some(sha256_hex(b"officer")),
                        answer: Some(sha256_hex(b"answer")),
                        ..Step::Decided.into()
                    },
                ),
                r#"{"actor":"privacy_officer","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"decision","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"answer":"0db52f4076c082518412afd3dd3576e2cb0c63703fd7fed5e23ade60efef31d9","due":null,"follows":null,"mode":null,"name":"decided","officer":"d71f0bd623e5e0b40eb4b4355091d057d5e40644e1e6cda16b33213f8ae7541f","other":null,"outcomes":[{"outcome":"upheld","purpose":"inferences","text":null}],"purposes":[],"text":null},"subject":"s-1","version":2}"#,
            ),
        ],
        Kind::View => vec![
            (
                new(
                    "s-1",
                    Actor::PrivacyOfficer,
                    Channel::Web,
                    Event::View {
                        case: Some(case()),
                        view: View {
                            shown: Shown::Settings,
                            reason: Reason::Case,
                            text: None,
                            during: None,
                            staff: None,
                            until: None,
                        },
                    },
                ),
                r#"{"actor":"privacy_officer","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"view","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"s-1","version":3,"view":{"during":null,"reason":"case","shown":"settings","text":null}}"#,
            ),
            (
                new(
                    "s-1",
                    Actor::Support,
                    Channel::Web,
                    Event::View {
                        case: None,
                        view: View {
                            shown: Shown::Address,
                            reason: Reason::Fault,
                            text: Some(sha256_hex(b"abc")),
                            during: Some(earlier()),
                            staff: None,
                            until: None,
                        },
                    },
                ),
                r#"{"actor":"support","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"view","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"s-1","version":3,"view":{"during":"0192f0c1-2b3c-7d4e-8f50-112233445565","reason":"fault","shown":"address","text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}"#,
            ),
            (
                new(
                    "s-1",
                    Actor::Support,
                    Channel::Web,
                    Event::View {
                        case: None,
                        view: View {
                            shown: Shown::Settings,
                            reason: Reason::Fault,
                            text: Some(sha256_hex(b"abc")),
                            during: None,
                            staff: Some("mark".into()),
                            until: Some(UtcMillis(1_795_460_800_000)),
                        },
                    },
                ),
                r#"{"actor":"support","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"view","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"s-1","version":9,"view":{"during":null,"reason":"fault","shown":"settings","staff":"mark","text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","until":1795460800000}}"#,
            ),
        ],
        Kind::Move => vec![(
            new("s-1", Actor::Member, Channel::Web, Event::Move(Moved { from: "US".into(), to: "CH".into() })),
            r#"{"actor":"member","at":1795459000000,"case":null,"channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"move","moved":{"from":"US","to":"CH"},"notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"s-1","version":4}"#,
        )],
        Kind::Pause => vec![
            (
                pause(CaseStep {
                    purposes: vec![Purpose::Research],
                    since: Some(UtcMillis(1_795_000_000_000)),
                    ..Step::Reached.into()
                }),
                r#"{"actor":"system","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"pause","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"reached","other":null,"outcomes":[],"purposes":["research"],"since":1795000000000,"text":null},"subject":"s-1","version":4}"#,
            ),
            (
                pause(CaseStep {
                    outcomes: vec![Decided { purpose: Purpose::Research, outcome: Outcome::Refused, text: None }],
                    ..Step::Decided.into()
                }),
                r#"{"actor":"system","at":1795459000000,"case":"OBJ-7F3K9Q2M","channel":"web","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"pause","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"step":{"due":null,"follows":null,"mode":null,"name":"decided","other":null,"outcomes":[{"outcome":"refused","purpose":"research","text":null}],"purposes":[],"text":null},"subject":"s-1","version":4}"#,
            ),
        ],
        Kind::Clock => vec![(
            new(
                "s-1",
                Actor::System,
                Channel::CommandLine,
                Event::Clock(ClockSpan { from: UtcMillis(1_795_000_000_000), until: UtcMillis(1_800_000_000_000) }),
            ),
            r#"{"actor":"system","at":1795459000000,"case":null,"channel":"command-line","choice":null,"clock":{"from":1795000000000,"until":1800000000000},"id":"01a209b2-26c0-7707-8707-070707070707","kind":"clock","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"s-1","version":4}"#,
        )],
        Kind::Rollback => vec![(
            new(
                "s-1",
                Actor::System,
                Channel::CommandLine,
                Event::Rollback(Rollback { log: "privacy.example/log".into(), size: 7, root: "AQ==".into() }),
            ),
            r#"{"actor":"system","at":1795459000000,"case":null,"channel":"command-line","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","kind":"rollback","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rollback":{"log":"privacy.example/log","root":"AQ==","size":7},"rule":null,"subject":"s-1","version":6}"#,
        )],
        Kind::Forgotten => vec![(
            new(
                "platform",
                Actor::System,
                Channel::Web,
                Event::Forgotten(Forgotten { subject: "s-1".into(), leaves: 7, reason: ForgottenFor::AccountDeleted }),
            ),
            r#"{"actor":"system","at":1795459000000,"case":null,"channel":"web","choice":null,"forgotten":{"leaves":7,"reason":"account-deleted","subject":"s-1"},"id":"01a209b2-26c0-7707-8707-070707070707","kind":"forgotten","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"platform","version":7}"#,
        )],
        Kind::Key => vec![(
            new(
                "platform",
                Actor::System,
                Channel::CommandLine,
                Event::Key(NewKey {
                    vkey: "privacy.example/log+00000002+AQ==".into(),
                    replaces: "privacy.example/log+00000001+AQ==".into(),
                    both_until: UtcMillis(1_798_051_000_000),
                }),
            ),
            r#"{"actor":"system","at":1795459000000,"case":null,"channel":"command-line","choice":null,"id":"01a209b2-26c0-7707-8707-070707070707","key":{"both_until":1798051000000,"replaces":"privacy.example/log+00000001+AQ==","vkey":"privacy.example/log+00000002+AQ=="},"kind":"key","notice":null,"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":null,"rule":null,"subject":"platform","version":8}"#,
        )],
    }
}

#[test]
fn every_kind_of_entry_keeps_its_bytes() {
    for kind in Kind::ALL {
        for (draft, bytes) in of_kind(*kind) {
            let entry = recorded(draft);
            assert_eq!(String::from_utf8(entry.canonical().bytes).unwrap(), bytes);
            assert_eq!(entry.kind, *kind);
            assert_eq!(serde_json::from_str::<Entry>(bytes).unwrap(), entry);
        }
    }
}

#[test]
fn an_entry_of_version_1_is_read_and_written_back_byte_for_byte() {
    let bytes = br#"{"actor":"system","at":1726617600000,"case":null,"channel":"web","choice":null,"id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"notice","notice":{"language":"en","purpose":"research","sha256":"00","version":1},"previous":"0192f0c1-2b3c-7d4e-8f50-112233445565","purpose":"research","rule":null,"subject":"s-1","version":1}"#;
    let read: Entry = serde_json::from_slice(bytes).unwrap();
    assert_eq!(read.step, None);
    assert_eq!(read.canonical().bytes, bytes);
}

#[test]
fn a_recorded_step_says_how_it_came_and_whose_words_it_has() {
    let recorded = CaseStep {
        since: Some(UtcMillis(1)),
        came: Some(CameBy::Phone),
        words: Some(WordsOf::Officer),
        ..Step::Recorded.into()
    };
    let bytes = r#"{"name":"recorded","mode":null,"purposes":[],"outcomes":[],"text":null,"due":null,"other":null,"follows":null,"since":1,"came":"phone","words":"officer"}"#;
    assert_eq!(serde_json::to_string(&recorded).unwrap(), bytes);
    assert_eq!(serde_json::from_str::<CaseStep>(bytes).unwrap(), recorded);
    let filed = serde_json::to_string(&CaseStep::from(Step::Filed)).unwrap();
    assert!(!filed.contains("came") && !filed.contains("words"), "older steps keep their bytes: {filed}");
}

#[test]
fn an_entry_concerns_the_purposes_it_names_anywhere() {
    assert!(entry().concerns(Purpose::GenerativeAiTraining));
    assert!(decision().concerns(Purpose::Research) && decision().concerns(Purpose::Inferences));
    assert!(!decision().concerns(Purpose::GenerativeAiTraining));
    assert!(look().concerns(Purpose::GenerativeAiTraining) && look().concerns(Purpose::Research));
    let step = CaseStep { purposes: vec![Purpose::OtherAi], ..Step::Filed.into() };
    assert!(Entry { step: Some(step), ..decision() }.concerns(Purpose::OtherAi));
}

#[test]
fn sha256_is_the_standards_own_example() {
    assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn a_receipt_number_is_the_ids_last_forty_bits() {
    assert_eq!(entry().id.receipt(), id::code(&[0x22, 0x33, 0x44, 0x55, 0x66]));
}

/// The same promise for what says its place, of every kind: the bytes of its older form with two
/// more fields.
#[test]
fn the_canonical_form_of_a_place_is_fixed() {
    let first = entry().placed(1, None).canonical();
    assert_eq!(
        String::from_utf8(first.bytes.clone()).unwrap(),
        r#"{"actor":"member","at":1795459000000,"case":null,"channel":"web","choice":"denied","id":"0192f0c1-2b3c-7d4e-8f50-112233445566","kind":"choice","notice":null,"position":1,"previous":null,"purpose":"generative-ai-training","rule":"gai-2024-09-18","subject":"s-1","version":5}"#
    );
    for older in [entry(), decision(), look()] {
        let text = |entry: &Entry| String::from_utf8(entry.canonical().bytes).unwrap();
        let placed = older.clone().placed(7, Some("cGxhY2U=".into()));
        let expected = text(&older)
            .replace(r#""previous":null,"#, r#""position":7,"previous":null,"previous_leaf":"cGxhY2U=","#)
            .replace(&format!(r#""version":{}"#, older.version), r#""version":5"#);
        assert_eq!(text(&placed), expected);
        assert_eq!(serde_json::from_str::<Entry>(&text(&placed)).unwrap(), placed);
    }
}
