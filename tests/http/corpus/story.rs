//! A story that is lived through with one text after the other in every field.

use super::texts::{CORPUS, With};
use crate::audit::by_email;
use crate::objection::{CODE, ONE, act, decide, file};
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use crate::tree::{dangers, plain};
use http::StatusCode;
use sayso::account::model::{Role, parse_name};
use sayso::mail::store::{self as outbox, Mail};
use sayso::objection::form::{REASON_MAX, text};

/// What was found on the way: the pages with what each has to say, and the mails.
pub struct Found {
    pub pages: Vec<(String, String, Vec<String>)>,
    pub mails: Vec<Mail>,
}

pub struct Story<'a> {
    site: &'a TestApp,
    with: With,
    officer: TestClient,
    support: TestClient,
    pub found: Found,
}

impl<'a> Story<'a> {
    pub async fn begin(site: &'a TestApp, with: With) -> Self {
        site.publish(1).await;
        site.staff("support@example.org", Role::Support).await;
        let support = site.signed_in_as("support@example.org", Role::Support).await;
        site.pass(1_000);
        let officer = site.officer().await;
        site.pass(1_000);
        Self { site, with, officer, support, found: Found { pages: Vec::new(), mails: Vec::new() } }
    }

    /// Keeps a page that has to say these words, as they were typed.
    fn keep(&mut self, name: &str, page: &Answer, says: &[&str]) {
        assert!(
            !page.status.is_server_error() && page.status != StatusCode::NOT_FOUND,
            "{name}: {} {}",
            page.status,
            page.body
        );
        for (header, value) in &page.headers {
            let harm = String::from_utf8_lossy(value.as_bytes()).contains("evil.example");
            assert!(!harm && !header.as_str().contains("bcc"), "{name}: {header}: {value:?}");
        }
        self.found.pages.push((name.into(), page.body.clone(), says.iter().map(|said| plain(said)).collect()));
    }

    async fn see(&mut self, who: &TestClient, name: &str, path: &str, says: &[&str]) {
        let page = who.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{name}: {path} {}", page.location());
        self.keep(name, &page, says);
    }

    /// Sends a form that is refused, and keeps the page that it is answered with.
    async fn refused(&mut self, who: &TestClient, name: &str, form: &str, fields: &[(&str, &str)], says: &[&str]) {
        let page = who.post(&format!("/api/{form}"), fields).await;
        self.keep(name, &page, says);
        assert!(page.status.is_client_error(), "{name}: {}", page.status);
    }

    async fn officer_sees(&mut self, name: &str, path: &str, says: &[&str]) {
        let page = self.officer.get(path).await;
        self.keep(name, &page, says);
    }

    async fn support_sees(&mut self, name: &str, path: &str, says: &[&str]) {
        let page = self.support.get(path).await;
        self.keep(name, &page, says);
    }

    /// One text in every field of a member: what is refused is shown again, what is taken is shown
    /// to everybody who may see it.
    pub async fn member(&mut self, n: usize, harm: &str) {
        let (typed, name_it) = (self.with.text(harm), |what: &str| format!("{what} with {harm:?}"));
        let visitor = self.site.visitor();
        // Refused for its country at least, and all shown again.
        let fields = [("name", &*typed), ("email", &typed), ("country", "<b>"), ("password", "short")];
        self.refused(&visitor, &name_it("sign-up refused"), "sign-up", &fields, &[&typed]).await;
        let short: String = typed.chars().take(100).collect();
        let name = parse_name(&short).unwrap_or_else(|_| "Ada".into());
        let email = self.with.email(harm, n, "member");
        let fields = [
            ("name", if name == "Ada" { "Ada" } else { &*short }),
            ("email", &email),
            ("country", "IE"),
            ("password", PASSWORD),
        ];
        self.site.sign_up(&visitor, &fields).await;
        self.site.pass(1_000);
        self.see(&visitor, &name_it("tab"), "/settings/privacy", &[&email]).await;
        self.see(&visitor, &name_it("account"), "/account", &[&name, &email]).await;
        self.see(&visitor, &name_it("form"), "/objection", &[&name, &email]).await;

        let member = by_email(self.site, &email).await;
        let form = format!("0b7c8a52-95a9-4b5c-b6a5-{n:012}");
        let mut fields = vec![
            ("form", &*form),
            ("member", &member.subject),
            ("purposes[]", "research"),
            ("mode", "object"),
            ("language", "en"),
        ];
        let reason = text("Your reason", &typed, REASON_MAX).ok();
        if reason.is_none() {
            fields.push(("reason", &typed));
            self.refused(&visitor, &name_it("objection refused"), "submit-objection", &fields, &[&typed]).await;
            fields.pop();
        }
        let reason = reason.unwrap_or_default();
        fields.push(("reason", &reason));
        let filed = visitor.post("/api/submit-objection", &fields).await.location();
        let number = filed.strip_prefix("/objections/").unwrap_or_else(|| panic!("{harm:?}: {filed}"));
        self.site.pass(1_000);
        self.see(&visitor, &name_it("own case"), &filed, &[&name, &email, &reason]).await;
        self.officer_sees(&name_it("case"), &format!("/support/objections/{number}"), &[&name, &reason]).await;

        let path = format!("/support/members/{}", member.id);
        self.support_sees(&name_it("search by id"), &format!("/support?q={}", member.id), &[&name]).await;
        let wrong =
            [("member", &*member.id), ("case", &*typed), ("reason", &*typed), ("text", &*typed), ("next", &*typed)];
        let answer = self.support.post("/api/look-at-member", &wrong).await;
        let shown = if typed.trim().is_empty() { "" } else { &typed };
        self.keep(&name_it("look refused"), answer.refused("View a member's settings"), &[&name, shown]);
        let looked = self
            .support
            .post(
                "/api/look-at-member",
                &[("member", &*member.id), ("reason", "asked"), ("text", &*typed), ("next", &*typed)],
            )
            .await;
        assert_eq!(looked.location(), path, "{harm:?}");
        self.site.pass(1_000);
        self.support.post("/api/unmask-address", &[("member", &member.id)]).await;
        self.support_sees(&name_it("member"), &path, &[&name, &email]).await;
        // What was typed has no place here; a few of them show that it finds none.
        if n.is_multiple_of(8) {
            self.support_sees(&name_it("member's history"), &format!("{path}/history"), &[]).await;
            self.see(&visitor, &name_it("tab after looks"), "/settings/privacy", &[]).await;
        }
        // A search for it finds others in the other site: only that nothing acts can be said of
        // its page.
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &typed).finish();
        let search = self.support.get(&format!("/support?{query}")).await;
        assert_eq!(search.status, StatusCode::OK);
        assert_eq!(dangers(&search.body), Vec::<String>::new(), "search for {harm:?}");
        self.in_addresses(&typed, &path).await;
        self.site.pass(1_000);
    }

    /// The text in what an address asks a page for, and in forms that say the same whatever is
    /// typed: where it is refused its page says so, and nothing of it acts.
    async fn in_addresses(&self, typed: &str, path: &str) {
        let query = |names: &[&str]| {
            let pairs = names.iter().map(|name| (*name, typed));
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        };
        let queue = query(&["state", "due", "purpose", "country", "officer", "after"]);
        let stranger = self.site.visitor();
        stranger.post("/api/send-welcome-link", &[("email", typed)]).await;
        for (who, asked) in [
            (&self.officer, format!("/support/objections?{queue}")),
            (&self.support, format!("{path}?{}", query(&["at"]))),
            (&self.support, format!("{path}/history?{}", query(&["at", "page"]))),
            (&stranger, format!("/error?{}", query(&["about", "reference"]))),
            (&stranger, format!("/sign-in?{}", query(&["next"]))),
            (&stranger, format!("/welcome?{}", query(&["key"]))),
            (&stranger, format!("/welcome/again?{}", query(&["email"]))),
        ] {
            let page = who.get(&asked).await;
            assert!(!page.status.is_server_error(), "{asked}: {}", page.status);
            assert_eq!(dangers(&page.body), Vec::<String>::new(), "{asked}");
            assert!(!page.location().contains("//evil.example"), "{asked} leads to {}", page.location());
        }
    }

    /// One text in every field of somebody without an account.
    pub async fn applicant(&mut self, n: usize, harm: &str) {
        let (typed, name_it) = (self.with.text(harm), |what: &str| format!("{what} with {harm:?}"));
        let visitor = self.site.visitor();
        let wrong = [
            ("form", &*typed),
            ("name", &typed),
            ("email", &typed),
            ("country", &typed),
            ("reason", &typed),
            ("language", &typed),
            ("mode", &typed),
            ("purposes[]", &typed),
        ];
        self.refused(&visitor, &name_it("applicant refused"), "submit-objection", &wrong, &[&typed]).await;
        let code = [("case", &*typed), ("code", &typed)];
        self.refused(&visitor, &name_it("code refused"), "verify-objection", &code, &[&typed]).await;
        let again = [("case", &*typed), ("email", &typed)];
        self.refused(&visitor, &name_it("again refused"), "send-objection-again", &again, &[&typed]).await;
        let links = [("address", &*typed)];
        self.refused(&visitor, &name_it("links refused"), "send-objection-links", &links, &[&typed]).await;
        let correct = [("case", &*typed), ("email", &typed)];
        self.refused(&visitor, &name_it("address refused"), "correct-objection-address", &correct, &[&typed]).await;
        self.refused(&visitor, &name_it("sign-in refused"), "sign-in-to-object", &wrong, &[&typed]).await;
        let name = parse_name(&typed.chars().take(100).collect::<String>()).unwrap_or_else(|_| "Ada".into());
        let email = self.with.email(harm, n, "applicant");
        let begun = [&wrong[..2], &[("email", &*email)], &wrong[3..]].concat();
        let sign_in = visitor.post("/api/sign-in-to-object", &begun).await;
        self.keep(&name_it("sign-in first"), &sign_in, &[&email]);
        let back = visitor.post("/api/show-objection", &[("kept", &*sign_in.field("kept"))]).await;
        self.keep(&name_it("form again"), &back, &[&typed]);
        let form = format!("0b7c8a52-95a9-4b5c-b6a6-{n:012}");
        let fields = [
            ("form", &*form),
            ("name", &name),
            ("email", &email),
            ("country", "IE"),
            ("purposes[]", "research"),
            ("mode", "object"),
            ("language", "en"),
            ("reason", ""),
        ];
        let to = visitor.post("/api/submit-objection", &fields).await.location();
        let number = to.strip_prefix("/objection/code?case=").unwrap_or_else(|| panic!("{harm:?}: {to}"));
        let number = number.split('&').next().unwrap();
        self.site.pass(1_000);
        let code = self.site.mailed(&email, CODE).await;
        visitor.post("/api/verify-objection", &[("case", number), ("code", &code)]).await;
        self.site.pass(1_000);
        self.see(&visitor, &name_it("applicant's case"), &format!("/objections/{number}"), &[&name, &email]).await;
        self.officer_sees(&name_it("case of an applicant"), &format!("/support/objections/{number}"), &[&name]).await;
        self.recorded(n, harm, &name).await;
    }

    /// Everything at once in every text of a case, from the reason to the answer to a complaint, by
    /// the person and by the officer.
    pub async fn case(&mut self) {
        let whole: Vec<&str> =
            CORPUS.iter().copied().filter(|harm| text("Your reason", harm, REASON_MAX).is_ok()).collect();
        let typed = self.with.text(&whole.join("\n"));
        assert!(typed.chars().count() < REASON_MAX);
        let short: String = typed.chars().take(1_000).collect();
        let ada = self.site.member("ada@example.org", "IE").await;
        let number = file(&ada, ONE, &["research", "inferences"]).await;
        let (own, theirs) = (format!("/objections/{number}"), format!("/support/objections/{number}"));
        self.site.pass(1_000);
        ada.post("/api/add-to-objection", &[("case", &number), ("text", &typed)]).await;
        self.see(&ada, "case with an addition", &own, &[&typed]).await;
        self.officer_sees("case with an addition, to officers", &theirs, &[&typed]).await;
        let controls = "\u{1}".to_owned() + &typed;
        let add = [("case", &*number), ("text", &controls)];
        self.refused(&ada, "addition refused", "add-to-objection", &add, &[&typed]).await;
        act(&self.officer, self.site, "ask-person", &number, &[("question", &short)]).await;
        self.site.pass(1_000);
        self.see(&ada, "case with a question", &own, &[&typed, &short]).await;
        self.officer_sees("case with a question, to officers", &theirs, &[&short]).await;
        let reply = [("case", &*number), ("question", "1"), ("reply", &controls)];
        self.refused(&ada, "reply refused", "reply-to-question", &reply, &[&typed]).await;
        let page = act(&self.officer, self.site, "ask-person", &number, &[("question", &controls)]).await;
        self.keep("question refused", page.refused("Case"), &[&typed]);
        let reply = [("case", &*number), ("question", "1"), ("reply", &typed)];
        ada.post("/api/reply-to-question", &reply).await;
        self.site.pass(1_000);
        self.see(&ada, "case with a reply", &own, &[&typed]).await;
        self.officer_sees("case with a reply, to officers", &theirs, &[&typed]).await;
        let page = act(&self.officer, self.site, "mark-duplicate-objection", &number, &[("of", &short)]).await;
        self.keep("duplicate refused", page.refused("Case"), &[&short]);
        let note = [("case", &*number), ("form", ONE), ("note", &*controls)];
        let page = self.officer.post("/api/add-case-note", &note).await;
        self.keep("note refused", page.refused("Case"), &[&typed]);
        self.officer.post("/api/add-case-note", &[note[0], note[1], ("note", &typed)]).await;
        self.officer_sees("case with a note", &theirs, &[&typed]).await;
        let more = [("months", "<b>"), ("reason", &*short)];
        let page = act(&self.officer, self.site, "extend-objection", &number, &more).await;
        self.keep("extension refused", page.refused("Case"), &[&short]);
        act(&self.officer, self.site, "extend-objection", &number, &[("months", "1"), ("reason", &short)]).await;
        self.site.pass(1_000);
        self.see(&ada, "case extended", &own, &[&short]).await;
        act(&self.officer, self.site, "review-objection", &number, &[]).await;
        let rulings = [
            ("rulings[0][purpose]", "research"),
            ("rulings[0][outcome]", "refused"),
            ("rulings[0][grounds]", &typed),
            ("rulings[1][purpose]", "inferences"),
            ("rulings[1][outcome]", "upheld"),
            ("rulings[1][grounds]", &typed),
        ];
        let mut preview = rulings.to_vec();
        preview.push(("intent", "preview"));
        act(&self.officer, self.site, "decide-objection", &number, &preview).await;
        self.officer_sees("preview", &theirs, &[&typed]).await;
        let answer = {
            let program = self.site.visitor().wanting_json();
            program.take_cookie_of(&self.officer);
            let mut fields = rulings.to_vec();
            fields.push(("case", &number));
            program.post("/api/preview-decision", &fields).await
        };
        // The script puts it into the page as text; a browser that is led here shows it as JSON.
        assert!(answer.header("content-type").starts_with("application/json"), "{:?}", answer.headers);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        // What a second officer writes to the first, who gets the answer back.
        act(&self.officer, self.site, "decide-objection", &number, &rulings).await;
        self.site.pass(1_000);
        let second = self.site.another_officer().await;
        self.site.pass(1_000);
        let page = act(&second, self.site, "return-decision", &number, &[("why", &controls)]).await;
        self.keep("return refused", page.refused("Case"), &[&typed]);
        act(&second, self.site, "return-decision", &number, &[("why", &short)]).await;
        self.officer_sees("answer returned", &theirs, &[&short, &typed]).await;
        decide(&self.officer, self.site, &number, &[("research", "refused", &typed), ("inferences", "upheld", &typed)])
            .await;
        self.site.pass(1_000);
        self.see(&ada, "case decided", &own, &[&typed]).await;
        self.officer_sees("case decided, to officers", &theirs, &[&typed]).await;
        ada.post("/api/complain-about-objection", &[("case", &number), ("text", &typed)]).await;
        self.site.pass(1_000);
        self.see(&ada, "case with a complaint", &own, &[&typed]).await;
        let again =
            [("rulings[0][purpose]", "research"), ("rulings[0][outcome]", "upheld"), ("rulings[0][grounds]", &typed)];
        act(&self.officer, self.site, "decide-objection", &number, &again).await;
        self.site.pass(1_000);
        self.officer_sees("ruled again, to officers", &theirs, &[&typed]).await;
        ada.post("/api/complain-about-objection", &[("case", &number), ("text", &typed)]).await;
        self.site.pass(1_000);
        act(&self.officer, self.site, "answer-complaint", &number, &[("text", &typed)]).await;
        self.site.pass(1_000);
        self.see(&ada, "complaint answered", &own, &[&typed]).await;
        self.officer_sees("complaint answered, to officers", &theirs, &[&typed]).await;
        self.officer_sees("queue", "/support/objections", &[]).await;
    }

    /// The same text in every field of what an officer records for somebody.
    async fn recorded(&mut self, n: usize, harm: &str, name: &str) {
        let typed = self.with.text(harm);
        let wrong = ["form", "came", "received", "words", "agent", "name", "email", "country", "reason", "mode"];
        let wrong = wrong.map(|field| (field, &*typed));
        let wrong = [&wrong[1..], &[("form", "0b7c8a52-95a9-4b5c-b6a7-000000000000")]].concat();
        let page = self.officer.post("/api/record-objection", &wrong).await;
        self.keep(&format!("recording refused with {harm:?}"), page.refused("Record an objection"), &[&typed]);
        let (form, email) = (format!("0b7c8a52-95a9-4b5c-b6a7-{n:012}"), self.with.email(harm, n, "recorded"));
        let reason = text("Your reason", &typed, REASON_MAX).unwrap_or_default();
        let fields = [
            ("form", &*form),
            ("came", "agent"),
            ("received", "2026-11-23"),
            ("words", "agent"),
            ("agent", name),
            ("name", name),
            ("email", &*email),
            ("country", "IE"),
            ("reason", &*reason),
            ("purposes[]", "research"),
            ("mode", "object"),
            ("language", "en"),
        ];
        let to = self.officer.post("/api/record-objection", &fields).await.location();
        assert!(to.starts_with("/support/objections/OBJ-"), "{harm:?}: {to}");
        self.site.pass(1_000);
        self.officer_sees(&format!("recorded case with {harm:?}"), &to, &[name, &reason]).await;
    }

    /// Takes every mail out of the outbox, in the order in which they were written.
    pub async fn mails(&mut self) {
        loop {
            let (mut tx, now) = (self.site.app.db.begin().await.unwrap(), self.site.app.clock.now());
            let Some(mail) = outbox::claim(tx.conn(), now).await.unwrap() else { break };
            outbox::sent(tx.conn(), mail.id, now).await.unwrap();
            tx.commit().await.unwrap();
            self.found.mails.push(mail);
        }
    }
}
