//! Everything that concerns security is a line of the log, with the account as a hash, the address
//! that it came from, and the request; and with no name, address, password or code.

use crate::objection::{CODE, ONE, file, unverified};
use crate::stories;
use crate::test_app::{Answer, Authenticator, PASSWORD, TestApp, TestClient};
use http::{Method, StatusCode};
use sayso::account::model::Role;
use sayso::account::security_event::{Event, TARGET, account};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, Once};
use tracing::field::{Field, Visit};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

stories![
    a_refused_form_is_no_fault_of_ours,
    every_event_is_logged_with_its_fields_and_names_nobody,
    behind_a_proxy_the_client_is_whom_it_names,
    a_value_that_this_version_does_not_know_is_found_by_the_log_alone,
];

type Line = BTreeMap<&'static str, String>;

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());
/// What else was logged as an error, by whichever story.
static ERRORS: Mutex<Vec<Line>> = Mutex::new(Vec::new());

struct Keep;

impl<S: tracing::Subscriber> Layer<S> for Keep {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        struct Fields(Line);
        impl Visit for Fields {
            fn record_str(&mut self, field: &Field, value: &str) {
                self.0.insert(field.name(), value.into());
            }

            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                self.0.insert(field.name(), format!("{value:?}"));
            }
        }
        let mut fields = Fields(BTreeMap::from([("level", event.metadata().level().to_string())]));
        event.record(&mut fields);
        let kept = if event.metadata().target() == TARGET { &LINES } else { &ERRORS };
        kept.lock().unwrap().push(fields.0);
    }
}

/// From now on lines are kept, of whichever story.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let only =
            Targets::new().with_target(TARGET, tracing::Level::TRACE).with_target("sayso", tracing::Level::ERROR);
        // For all layers, as the server has it: a filter of one layer alone is confused by sqlx,
        // which asks whether a line is wanted and then writes none.
        tracing_subscriber::registry().with(only).with(Keep).init();
    });
}

/// What was logged of one request.
fn lines_of(answer: &Answer) -> Vec<Line> {
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    LINES.lock().unwrap().iter().filter(|line| line["request_id"] == id).cloned().collect()
}

/// The account of somebody, as it is logged.
async fn hash(site: &TestApp, email: &str) -> String {
    let mut reader = site.app.db.reader().await.unwrap();
    let member = sayso::account::store::by_email(reader.conn(), email).await.unwrap().unwrap();
    account(&member.subject)
}

/// The events that were seen in a story.
#[derive(Default)]
struct Seen(BTreeSet<Event>);

impl Seen {
    /// Asserts that the request was logged so: event, outcome and detail of each line, all of the
    /// same account, and every field as it has to be.
    #[track_caller]
    fn said(&mut self, answer: &Answer, account: &str, expected: &[[&str; 3]]) {
        let lines = lines_of(answer);
        let said: Vec<[&str; 3]> = lines.iter().map(|l| [&*l["event"], &*l["outcome"], &*l["detail"]]).collect();
        assert_eq!(said, expected, "{} {}", answer.status, answer.location());
        for line in &lines {
            assert_eq!(line["account"], account, "{line:?}");
            assert!(line["client"].starts_with("127.1."), "{line:?}");
            assert_eq!(line["message"], "security event");
            assert_eq!(line["level"], if line["outcome"] == "success" { "INFO" } else { "WARN" });
            assert_eq!(line.len(), 8, "{line:?}");
            for secret in ["@", "Ada", "example.org", PASSWORD, NEW, "wrong"] {
                assert!(line.values().all(|value| !value.contains(secret)), "{secret} in {line:?}");
            }
            self.0.insert(Event::parse(&line["event"]).unwrap());
        }
    }
}

const ADA: &str = "ada@example.org";
const SAM: &str = "sam@example.org";
const NEW: &str = "plumb-seven-otters-gladly";
const STEP: i64 = 30_000;

fn code(site: &TestApp, email: &str) -> String {
    site.authenticator(email, |a| a.code(site.app.clock.now()))
}

async fn by_password(visitor: &TestClient, email: &str, password: &str) -> Answer {
    visitor.post("/api/sign-in", &[("email", email), ("password", password)]).await
}

async fn of_a_member(site: &TestApp, seen: &mut Seen) {
    let ada = site.visitor();
    let typed = [("name", "Ada"), ("email", ADA), ("country", "IE"), ("password", PASSWORD)];
    assert!(lines_of(&ada.post("/api/sign-up", &typed).await).is_empty());
    site.open_link(&ada, ADA).await;
    let made = ada.post("/api/confirm", &[]).await;
    let account = &*hash(site, ADA).await;
    seen.said(&made, account, &[["account-made", "success", "none"], ["sign-in", "success", "link"]]);
    seen.said(&ada.post("/api/sign-out", &[]).await, account, &[["sign-out", "success", "none"]]);
    // Nobody signs out.
    seen.said(&ada.post("/api/sign-out", &[]).await, account, &[]);

    let wrong = [["sign-in", "failure", "password"]];
    seen.said(&by_password(&ada, ADA, "wrong").await, account, &wrong);
    seen.said(&by_password(&ada, "nobody@example.org", "wrong").await, "none", &wrong);
    seen.said(&by_password(&ada, "Ada Lovelace", "wrong").await, "none", &wrong);
    let right = [["sign-in", "success", "password"]];
    seen.said(&by_password(&ada, ADA, PASSWORD).await, account, &right);

    let change =
        async |current: &str| ada.post("/api/change-password", &[("current", current), ("password", NEW)]).await;
    seen.said(&change("wrong").await, account, &[["password-again", "failure", "none"]]);
    let changed = [["password-again", "success", "none"], ["password-changed", "success", "password"]];
    seen.said(&change(PASSWORD).await, account, &changed);
    let ended = ada.post("/api/end-other-sessions", &[]).await;
    seen.said(&ended, account, &[["sessions-ended", "success", "others"]]);

    // Of mails of one instant none is the newest.
    site.pass(STEP);
    let forgot = site.visitor();
    forgot.post("/api/forgot-password", &[("email", ADA)]).await;
    site.open_link(&forgot, ADA).await;
    let set = forgot.post("/api/set-new-password", &[("password", PASSWORD)]).await;
    seen.said(&set, account, &[["password-changed", "success", "link"], ["sign-in", "success", "link"]]);

    let asked = forgot.post("/api/change-address", &[("email", "lovelace@example.org"), ("present", PASSWORD)]).await;
    seen.said(&asked, account, &[["password-again", "success", "none"]]);
    site.open_link(&forgot, "lovelace@example.org").await;
    let changed = forgot.post("/api/confirm", &[]).await;
    seen.said(&changed, account, &[["address-changed", "success", "none"]]);
    site.pass(STEP);
    site.tamper("update members set address_proved_at = null where role = 'member'").await.unwrap();
    forgot.post("/api/send-address-link", &[]).await;
    site.open_link(&forgot, "lovelace@example.org").await;
    seen.said(&forgot.post("/api/confirm", &[]).await, account, &[["address-proved", "success", "none"]]);

    let support = forgot.get("/support").await;
    assert_eq!(support.status, StatusCode::NOT_FOUND);
    seen.said(&support, account, &[["role-refused", "refused", "find-members"]]);
    let refused = forgot.post("/api/unmask-address", &[]).await;
    seen.said(&refused, account, &[["role-refused", "refused", "unmask-addresses"]]);

    // What is somebody else's, and what there is not, are both not found; only the first is an
    // event.
    let bob = site.member("bob@example.org", "IE").await;
    let case = file(&bob, "00000000-0000-4000-8000-000000000077", &["research"]).await;
    let entry = bob.get("/settings/privacy/history").await.links("/settings/privacy/entries/").remove(0);
    for (path, expected) in [
        (format!("/objections/{case}"), &[["not-theirs", "refused", "case"]][..]),
        (entry, &[["not-theirs", "refused", "entry"]]),
        ("/objections/OBJ-7F3K9Q2M".into(), &[]),
        ("/settings/privacy/entries/00000000-0000-7000-8000-000000000000".into(), &[]),
    ] {
        let answer = forgot.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        seen.said(&answer, account, expected);
        assert_eq!(lines_of(&site.visitor().get(&path).await).len(), 0, "nobody is asked to sign in");
    }
    let withdrawn = forgot.post("/api/withdraw-objection", &[("case", &case)]).await;
    seen.said(&withdrawn, account, &[["not-theirs", "refused", "case"]]);
    seen.said(&bob.get(&format!("/objections/{case}")).await, account, &[]);

    let form = [("email", ADA), ("password", PASSWORD)];
    let evil = [("sec-fetch-site", "cross-site")];
    let elsewhere = forgot.send(Method::POST, "/api/sign-in", &form, &evil).await;
    seen.said(&elsewhere, "none", &[["origin-refused", "refused", "another-site"]]);
    let evil = [("origin", "https://evil.example")];
    let elsewhere = forgot.send(Method::POST, "/api/sign-in", &form, &evil).await;
    seen.said(&elsewhere, "none", &[["origin-refused", "refused", "unclear"]]);
}

async fn of_a_case(site: &TestApp, seen: &mut Seen) {
    let eve = site.member("eve@example.org", "IE").await;
    let eves = hash(site, "eve@example.org").await;
    let out = site.visitor();
    let number = unverified(&out, ONE, "eve@example.org").await;
    let claim = eve.post("/api/claim-objection", &[("case", &number)]).await;
    seen.said(&claim, &eves, &[["case-claimed", "failure", "none"]]);
    let code = site.mailed("eve@example.org", CODE).await;
    out.post("/api/verify-objection", &[("case", &number), ("code", &code)]).await;
    let key = site.mailed("eve@example.org", &format!("/objections/{number}?key=")).await;
    eve.get(&format!("/objections/{number}?key={key}")).await;
    let claim = eve.post("/api/claim-objection", &[("case", &number)]).await;
    seen.said(&claim, &eves, &[["case-claimed", "success", "none"]]);
}

async fn of_blocks(site: &TestApp, seen: &mut Seen) {
    let eves = hash(site, "eve@example.org").await;
    let guesser = site.visitor();
    let mut last = by_password(&guesser, "eve@example.org", "wrong").await;
    for _ in 0..10 {
        if last.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = by_password(&guesser, "eve@example.org", "wrong").await;
    }
    seen.said(&last, &eves, &[["blocked", "refused", "password"]]);
    let mut last = guesser.post("/api/forgot-password", &[("email", "eve@example.org")]).await;
    for _ in 0..30 {
        if last.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = guesser.post("/api/forgot-password", &[("email", "eve@example.org")]).await;
    }
    seen.said(&last, "none", &[["blocked", "refused", "mail-or-code"]]);
}

async fn of_an_initial_password(site: &TestApp, seen: &mut Seen) {
    for (email, role) in [("kim@example.org", Role::Support), ("lou@example.org", Role::Member)] {
        site.added(email, role).await;
        let account = &*hash(site, email).await;
        let new = site.visitor();
        seen.said(&by_password(&new, email, PASSWORD).await, account, &[["password", "success", "none"]]);
        seen.said(&new.post("/api/set-own-password", &[("password", "wrong")]).await, account, &[]);
        let set = new.post("/api/set-own-password", &[("password", NEW)]).await;
        let changed = ["password-changed", "success", "initial"];
        let expected = [changed, ["sign-in", "success", "password"]];
        seen.said(&set, account, if role.is_staff() { &expected[..1] } else { &expected });
    }
    site.added("max@example.org", Role::Auditor).await;
    let account = &*hash(site, "max@example.org").await;
    site.pass_days(7);
    let late = by_password(&site.visitor(), "max@example.org", PASSWORD).await;
    seen.said(&late, account, &[["sign-in", "failure", "initial-password"]]);
}

async fn of_staff(site: &TestApp, seen: &mut Seen) {
    site.staff(SAM, Role::Support).await;
    let account = &*hash(site, SAM).await;
    let sam = site.visitor();
    let first = [["password", "success", "none"]];
    seen.said(&site.enter_password(&sam, SAM).await, account, &first);
    let wrong = sam.post("/api/set-up-second-factor", &[("code", "wrong")]).await;
    seen.said(&wrong, account, &[["second-factor-set-up", "failure", "none"]]);
    let set = site.set_up(&sam, SAM).await;
    let set_up = [["second-factor-set-up", "success", "none"], ["sign-in", "success", "second-factor"]];
    seen.said(&set, account, &set_up);
    site.mail(SAM, "A second factor was set up").await;

    sam.post("/api/sign-out", &[]).await;
    site.enter_password(&sam, SAM).await;
    let enter = async |field: &str, typed: &str| sam.post("/api/enter-code", &[(field, typed)]).await;
    seen.said(&enter("code", &code(site, SAM)).await, account, &[["code-replayed", "failure", "none"]]);
    seen.said(&enter("code", "000000").await, account, &[["code", "failure", "none"]]);
    seen.said(&enter("recovery", "wrong").await, account, &[["recovery-code", "failure", "none"]]);
    let recovery = site.authenticator(SAM, |a| a.recovery.pop().unwrap());
    let used = [["recovery-code", "success", "none"], ["sign-in", "success", "second-factor"]];
    seen.said(&enter("recovery", &recovery).await, account, &used);
    sam.post("/api/sign-out", &[]).await;
    site.enter_password(&sam, SAM).await;
    site.pass(STEP);
    let right = [["code", "success", "none"], ["sign-in", "success", "second-factor"]];
    seen.said(&enter("code", &code(site, SAM)).await, account, &right);

    site.pass(STEP);
    let made = sam.post("/api/make-recovery-codes", &[("proof", &code(site, SAM))]).await;
    seen.said(&made, account, &[["code", "success", "none"], ["recovery-codes-made", "success", "none"]]);
    site.mail(SAM, "New recovery codes were made").await;
    site.pass(STEP);
    let begun = sam.post("/api/change-authenticator", &[("code", &code(site, SAM))]).await;
    seen.said(&begun, account, &[["code", "success", "none"]]);
    let key = sam.get("/account/authenticator").await.authenticator_key();
    let wrong = sam.post("/api/confirm-authenticator", &[("code", "wrong")]).await;
    seen.said(&wrong, account, &[["authenticator-changed", "failure", "none"]]);
    let shown = Authenticator::new(&key).code(site.app.clock.now());
    let changed = sam.post("/api/confirm-authenticator", &[("code", &shown)]).await;
    seen.said(&changed, account, &[["authenticator-changed", "success", "none"]]);
    site.mail(SAM, "Your authenticator was changed").await;
    let changed = sam.post("/api/change-password", &[("current", PASSWORD), ("password", NEW)]).await;
    let expected = [["password-again", "success", "none"], ["password-changed", "success", "password"]];
    seen.said(&changed, account, &expected);
    site.mail(SAM, "Your password was changed").await;

    let file = sam.get("/support/figures/open-cases.csv").await;
    seen.said(&file, account, &[["download", "success", "open-cases.csv"]]);
    let none = sam.get("/audit/log.csv").await;
    seen.said(&none, account, &[["role-refused", "refused", "read-access-log"]]);
    let settings = sam.get("/settings/privacy").await;
    seen.said(&settings, account, &[["role-refused", "refused", "own-settings"]]);

    site.staff("ari@example.org", Role::Auditor).await;
    let ari = site.signed_in_as("ari@example.org", Role::Auditor).await;
    let account = &*hash(site, "ari@example.org").await;
    for (path, file) in [
        ("/audit/log.csv", "access-log.csv"),
        ("/audit/log.ndjson", "access-log.ndjson"),
        ("/audit/ledger.csv", "ledger.csv"),
        ("/audit/ledger.ndjson", "ledger.ndjson"),
    ] {
        seen.said(&ari.get(path).await, account, &[["download", "success", file]]);
    }
}

async fn of_a_deletion(site: &TestApp, seen: &mut Seen) {
    let gone = site.member("gone@example.org", "IE").await;
    let account = &*hash(site, "gone@example.org").await;
    let deleted = gone.post("/api/delete-account", &[("current", PASSWORD)]).await;
    seen.said(&deleted, account, &[["password-again", "success", "none"], ["account-deleted", "success", "none"]]);
}

/// A page that is shown before any session is looked at asks nobody's name.
async fn a_refused_form_is_no_fault_of_ours(site: TestApp) {
    listen();
    let ada = site.visitor();
    let answer = ada.send(Method::POST, "/api/sign-out", &[], &[("sec-fetch-site", "cross-site")]).await;
    answer.is_page("This form was not accepted");
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let errors = ERRORS.lock().unwrap().clone();
    assert!(!errors.iter().any(|line| line.values().any(|text| text.contains("extract session"))), "{errors:?}");
}

async fn every_event_is_logged_with_its_fields_and_names_nobody(site: TestApp) {
    listen();
    let mut seen = Seen::default();
    of_a_member(&site, &mut seen).await;
    of_a_case(&site, &mut seen).await;
    of_blocks(&site, &mut seen).await;
    of_staff(&site, &mut seen).await;
    of_an_initial_password(&site, &mut seen).await;
    of_a_deletion(&site, &mut seen).await;
    // What a command does is told in tests/process/second_factor.rs.
    use Event::{InitialPasswordSet, RoleChanged, SecondFactorReset, StaffAdded, StaffClosed};
    let missing: Vec<_> = Event::ALL.iter().filter(|event| !seen.0.contains(event)).copied().collect();
    assert_eq!(missing, [StaffAdded, RoleChanged, StaffClosed, SecondFactorReset, InitialPasswordSet]);
}

async fn behind_a_proxy_the_client_is_whom_it_names(site: TestApp) {
    listen();
    let site = site.with_flags(&["--proxies", "1"]).await;
    let form = [("email", ADA), ("password", "wrong")];
    let from = [("x-forwarded-for", "198.51.100.7, 203.0.113.9"), ("x-request-id", "mine")];
    let answer = site.visitor().send(Method::POST, "/api/sign-in", &form, &from).await;
    let lines = lines_of(&answer);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["client"], "203.0.113.9");
    assert_ne!(lines[0]["request_id"], "mine");
    let evil = [("x-forwarded-for", "203.0.113.9"), ("sec-fetch-site", "cross-site")];
    let answer = site.visitor().send(Method::POST, "/api/sign-in", &form, &evil).await;
    assert_eq!(lines_of(&answer)[0]["client"], "203.0.113.9");
}

/// Such as what a newer version has written. Whoever mends it needs to know where it is.
async fn a_value_that_this_version_does_not_know_is_found_by_the_log_alone(site: TestApp) {
    listen();
    let ada = site.member(ADA, "IE").await;
    site.tamper("update members set country = 'Atlantis'").await.unwrap();
    let page = ada.get("/settings/privacy").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    let errors = ERRORS.lock().unwrap().clone();
    let shown = |line: &&Line| line.get("reference").is_some_and(|reference| page.body.contains(reference));
    let line = errors.iter().find(shown).unwrap();
    assert_eq!(line["cause"], "members.country holds a value that this version does not know");
    assert!(!line.values().any(|value| value.contains("Atlantis")), "{line:?}");
    for told in ["Atlantis", "members", "country", "this version"] {
        page.does_not_say(told);
    }
}
