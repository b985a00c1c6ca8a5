//! Nothing that a member, an applicant or a file types can act in anybody's browser, mail program
//! or spreadsheet.
//!
//! Each story is lived through twice, in two houses: once with what is meant to do harm in every
//! field, and once with letters of the same shape. Every page then has the same elements with the
//! same attributes in both, and what was typed comes back as text.

use crate::audit::{by_email, everything_of};
use crate::objection::{CODE, act, decide, file, mailed};
use crate::stories;
use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use crate::tree::{dangers, plain, said, shape};
use http::StatusCode;
use mail_parser::{MessageParser, MimeHeaders};
use sayso::account::model::{Role, is_unseen, parse_email, parse_name};
use sayso::db::Db;
use sayso::mail::message::{Sender, message};
use sayso::mail::store::{self as outbox, Mail};
use sayso::members::export::Export;
use sayso::members::import::{Import, Report, Tally};
use sayso::members::lines::Lines;
use sayso::members::model::{Format, check_id};
use sayso::members::rejects::Refused;
use sayso::members::rejects::Rejects;
use sayso::objection::form::{REASON_MAX, text};
use sayso::support::{access_reason, store as looks};
use sayso::time::UtcMillis;
use std::io;

stories![
    nothing_a_member_types_becomes_part_of_a_page,
    nothing_the_staff_write_as_a_reason_acts_at_the_auditors,
    nothing_an_applicant_types_becomes_part_of_a_page_or_a_mail,
    nothing_anybody_writes_into_a_case_becomes_part_of_a_page_or_a_mail,
    what_a_file_brings_in_is_text_in_every_file_and_page_that_comes_out,
];

const CORPUS: [&str; 62] = [
    // Markup, and what ends the element or the attribute around it.
    "<script>pwned=1</script>",
    "<img src=x onerror=pwned=1>",
    "\"><svg onload=pwned=1>",
    "'><b onmouseover='pwned=1'>",
    "\" autofocus onfocus=pwned=1 x=\"",
    "' style='background:url(//evil.example)' x='",
    "` onload=pwned=1 `",
    "x onclick=pwned=1",
    "</textarea><script>pwned=1</script>",
    "</title><script>pwned=1</script>",
    "</p></dd></dl></section></article></main><form action=//evil.example>",
    "</body></html><script>pwned=1</script>",
    "<iframe srcdoc='&lt;script&gt;parent.pwned=1&lt;/script&gt;'></iframe>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example>",
    "<template shadowrootmode=open><slot></slot></template>",
    "<leptos-island data-component=AiChoice data-props='{}'>",
    "<!-- --!> --> <!--",
    "<!>",
    "]]><![CDATA[<b>",
    "<?xml version='1.0'?><b>",
    "<plaintext>",
    // SVG and MathML.
    "<svg><animate onbegin=pwned=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:pwned=1><text y=9>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=pwned=1>'>",
    // Addresses.
    "javascript:pwned=1//",
    "JaVaScRiPt&colon;pwned=1",
    "java\tscript:pwned=1",
    "data:text/html,<script>pwned=1</script>",
    "//evil.example/x",
    "/\\evil.example",
    // Entities and templates.
    "&lt;script&gt;pwned=1&lt;/script&gt;",
    "&#60;b&#62;&#x202e;&NotEqualTilde;&amp;lt;",
    "{{constructor.constructor('pwned=1')()}}",
    "${pwned=1}<%= 7*7 %>#{7*7}{% raw %}",
    // Formulas.
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "x;=1+1",
    "x\",=1+1,\"",
    "x\n=1+1",
    // Headers of mails.
    "Ada\r\nBcc: eve@evil.example",
    "Ada\nContent-Type: text/html\n\n<script>pwned=1</script>",
    "Ada\u{2028}Bcc: eve@evil.example\u{85}X: y",
    "=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?Q?=0D=0ABcc:_eve@evil.example?= <eve@evil.example>, (c) \"q\" \\",
    "\r\n.\r\nMAIL FROM:<eve@evil.example>",
    // What is not seen, turns the writing around, or has no end.
    "\u{202e}adA\u{202c} \u{2067}x\u{2069}",
    "عدا \u{200f}Ada לאה",
    "a\u{0}b\u{1b}[31mred",
    "\u{feff}Ada\u{200b}\u{ad}Lovelace",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "Z\u{338}\u{321}\u{360}\u{35c}\u{35e}a\u{338}\u{327}\u{321}\u{360}l",
];

/// Whether letters stand in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum With {
    Harm,
    Letters,
}

impl With {
    /// The text, or one of the same shape: blanks, line ends and what is refused everywhere stay
    /// what they are.
    fn text(self, text: &str) -> String {
        let stays = |c: char| c.is_whitespace() || c.is_control() || is_unseen(c);
        match self {
            Self::Harm => text.to_owned(),
            Self::Letters => text.chars().map(|c| if stays(c) { c } else { 'x' }).collect(),
        }
    }

    /// An address with as much of the text before its @ as an address can have.
    fn email(self, harm: &str, n: usize, of: &str) -> String {
        let local: String = harm
            .chars()
            .filter(|c| !(c.is_whitespace() || c.is_control() || is_unseen(*c) || "<>,;:\"()[]\\@".contains(*c)))
            .take(40)
            .collect();
        let harmful = parse_email(&format!("{local}{n}@{of}.example"));
        match (self, harmful) {
            (_, None) => format!("m{n}@{of}.example"),
            (Self::Harm, Some(email)) => email,
            (Self::Letters, Some(_)) => format!("{}{n}@{of}.example", self.text(&local)),
        }
    }
}

/// What was found on the way: the pages with what each has to say, and the mails.
struct Found {
    pages: Vec<(String, String, Vec<String>)>,
    mails: Vec<Mail>,
}

struct Story<'a> {
    site: &'a TestApp,
    with: With,
    officer: TestClient,
    support: TestClient,
    found: Found,
}

impl<'a> Story<'a> {
    async fn begin(site: &'a TestApp, with: With) -> Self {
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
    async fn member(&mut self, n: usize, harm: &str) {
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
        let reason = text(&typed, REASON_MAX).ok();
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
    async fn applicant(&mut self, n: usize, harm: &str) {
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
        let name = parse_name(&typed.chars().take(100).collect::<String>()).unwrap_or_else(|_| "Ada".into());
        let email = self.with.email(harm, n, "applicant");
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
        let code = mailed(self.site, &email, CODE).await;
        visitor.post("/api/verify-objection", &[("case", number), ("code", &code)]).await;
        self.site.pass(1_000);
        self.see(&visitor, &name_it("applicant's case"), &format!("/objections/{number}"), &[&name, &email]).await;
        self.officer_sees(&name_it("case of an applicant"), &format!("/support/objections/{number}"), &[&name]).await;
    }

    /// Everything at once in every text of a case, from the reason to the answer to a complaint, by
    /// the person and by the officer.
    async fn case(&mut self) {
        let whole: Vec<&str> = CORPUS.iter().copied().filter(|harm| text(harm, REASON_MAX).is_ok()).collect();
        let typed = self.with.text(&whole.join("\n"));
        assert!(typed.chars().count() < REASON_MAX);
        let short: String = typed.chars().take(1_000).collect();
        let ada = self.site.member("ada@example.org", "IE").await;
        let number = file(&ada, crate::objection::ONE, &["research", "inferences"]).await;
        let (own, theirs) = (format!("/objections/{number}"), format!("/support/objections/{number}"));
        self.site.pass(1_000);
        ada.post("/api/add-to-objection", &[("case", &number), ("text", &typed)]).await;
        self.see(&ada, "case with an addition", &own, &[&typed]).await;
        self.officer_sees("case with an addition, to officers", &theirs, &[&typed]).await;
        let controls = "\u{1}".to_owned() + &typed;
        let add = [("case", &*number), ("text", &controls)];
        self.refused(&ada, "addition refused", "add-to-objection", &add, &[&typed]).await;
        let page = act(&self.officer, self.site, "mark-duplicate-objection", &number, &[("of", &short)]).await;
        self.keep("duplicate refused", page.refused("Case"), &[&short]);
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
        act(&self.officer, self.site, "answer-complaint", &number, &[("text", &typed)]).await;
        self.site.pass(1_000);
        self.see(&ada, "complaint answered", &own, &[&typed]).await;
        self.officer_sees("complaint answered, to officers", &theirs, &[&typed]).await;
        self.officer_sees("queue", "/support/objections", &[]).await;
    }

    /// Takes every mail out of the outbox, in the order in which they were written.
    async fn mails(&mut self) {
        loop {
            let (mut tx, now) = (self.site.app.db.begin().await.unwrap(), self.site.app.clock.now());
            let Some(mail) = outbox::claim(tx.conn(), now).await.unwrap() else { break };
            outbox::sent(tx.conn(), mail.id, now).await.unwrap();
            tx.commit().await.unwrap();
            self.found.mails.push(mail);
        }
    }
}

async fn another(site: &TestApp) -> TestApp {
    match site.app.db {
        Db::Sqlite { .. } => TestApp::sqlite().await,
        Db::Postgres { .. } => TestApp::postgres().await,
    }
}

/// Compares what was found with harm and with letters, page by page.
fn compare(harm: &Found, letters: &Found) {
    assert_eq!(harm.pages.len(), letters.pages.len());
    for ((name, page, says), (_, other, _)) in harm.pages.iter().zip(&letters.pages) {
        assert_eq!(dangers(page), Vec::<String>::new(), "{name}");
        let (one, two) = (shape(page), shape(other));
        let differs = one.iter().zip(&two).position(|(a, b)| a != b).unwrap_or(one.len().min(two.len()));
        assert!(
            one == two,
            "{name}: typed text changed the page at {:?}, which is {:?} with letters",
            one.get(differs),
            two.get(differs)
        );
        let read = said(page);
        for words in says {
            assert!(read.contains(words), "{name} does not say {words:?}:\n{read}");
        }
    }
}

/// Compares the mails, each as a parser of RFC 5322 and MIME reads it, with what was to be sent.
fn compare_mails(harm: &[Mail], letters: &[Mail]) {
    const HEADERS: [&str; 8] =
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];
    const ENDING: &str =
        "\n\nPlease do not reply to this e-mail, because nobody reads the replies. To\nreach us, go to sayso.example.";
    let sender = Sender::parse("Sayso <privacy@sayso.example>", "sayso.example").unwrap();
    assert_eq!(harm.len(), letters.len());
    for (mail, other) in harm.iter().zip(letters) {
        let bytes = message(&sender, mail).unwrap().formatted();
        let read = MessageParser::default().parse(&bytes).unwrap();
        let names: Vec<&str> = read.headers().iter().map(|header| header.name.as_str()).collect();
        assert_eq!(names, HEADERS, "{}", String::from_utf8_lossy(&bytes));
        let to: Vec<&str> = read.to().unwrap().iter().filter_map(|to| to.address()).collect();
        assert_eq!(to, [mail.to.as_str()]);
        assert_eq!(read.from().unwrap().first().unwrap().address(), Some("privacy@sayso.example"));
        assert_eq!(read.subject(), Some(mail.subject.as_str()));
        // Two parts in one whole, and nothing else: no boundary was typed.
        assert_eq!((read.parts.len(), read.attachment_count()), (3, 0));
        let kinds: Vec<_> = read
            .parts
            .iter()
            .map(|part| part.content_type().and_then(|kind| kind.subtype()).unwrap_or_default())
            .collect();
        assert_eq!(kinds, ["alternative", "plain", "html"]);
        let lines = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
        let text = lines(&read.body_text(0).unwrap());
        assert_eq!(text.strip_suffix(ENDING), Some(&*lines(&mail.plain)), "{text}");
        let html = read.body_html(0).unwrap().replace("\r\n", "\n");
        let (begin, end) = html.split_once("<hr>\n<p>Please do not reply to this e-mail,").unwrap();
        let html = format!("{begin}{}", end.split_once("</p>\n").unwrap().1);
        assert_eq!(lines(&html), lines(&mail.html));
        assert_eq!(shape(&html), shape(&other.html), "{html}");
        let mut dangers = dangers(&html);
        // Links of letters have the whole address of this site.
        dangers.retain(|found| !found.starts_with("<a href=\"http://127.0.0.1:3000/"));
        assert_eq!(dangers, Vec::<String>::new());
        assert!(
            !bytes.windows(2).any(|two| two[0] == b'\r' && two[1] != b'\n' || two[0] != b'\r' && two[1] == b'\n'),
            "a bare line end"
        );
    }
}

/// Every cell of a file, as a reader of RFC 4180 has it; none is a formula, nor is what a program
/// finds that takes `;` or a tab for the end of a cell. Only an id or an address may begin with a
/// sign, as some do: if it calls nothing and names no other file, sheet or cell by it.
fn cells(file: &str) -> Vec<String> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
    let rows: Vec<Vec<String>> =
        csv.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    let formula = |text: &str| {
        text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c))
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    };
    for row in &rows {
        for (name, cell) in rows[0].iter().zip(row) {
            let key = ["id", "email"].contains(&name.as_str())
                && !cell.starts_with(['=', '＝'])
                && !cell.contains(['(', ')', '[', '!', '|', '"', '\'', '\\', ',', '$', '{', '&', '<', '%', '*']);
            assert!(!cell.starts_with(['\t', '\r', '\n']), "{cell:?} begins with the end of a cell");
            assert!(key || !formula(cell), "{cell:?} is a formula");
            assert!(key || !cell.split([';', '\t']).any(formula), "{cell:?} has a formula behind a semicolon");
        }
    }
    rows.into_iter().flatten().collect()
}

/// The file of what was refused, and beside it the reasons.
struct Kept {
    reasons: Vec<String>,
    file: Rejects<tempfile::NamedTempFile>,
}

impl Report for Kept {
    fn refused(&mut self, refused: Refused<'_>) -> io::Result<()> {
        self.reasons.push(refused.reason.to_owned());
        self.file.put(&refused)
    }

    fn reached(&mut self, _: Tally, _: u64) {}
}

async fn nothing_a_member_types_becomes_part_of_a_page(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        for (n, harm) in CORPUS.iter().enumerate() {
            story.member(n, harm).await;
        }
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
}

async fn nothing_the_staff_write_as_a_reason_acts_at_the_auditors(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        site.staff("auditor@example.org", Role::Auditor).await;
        site.staff("support@example.org", Role::Support).await;
        site.member("zoe@example.org", "IE").await;
        let (staff, member) = (by_email(site, "support@example.org").await, by_email(site, "zoe@example.org").await);
        for harm in CORPUS {
            site.pass(31 * 60_000);
            let why = access_reason::parse("", "asked", &with.text(harm)).unwrap();
            looks::look(&site.app.db, &staff, &member, &why, site.app.clock.now()).await.unwrap();
        }
        site.signed_in_as("auditor@example.org", Role::Auditor).await
    };
    let [auditor, theirs] = [live(&site, With::Harm).await, live(&other, With::Letters).await];
    let [log, letters] = [auditor.get("/audit").await.body, theirs.get("/audit").await.body];
    assert_eq!(shape(&log), shape(&letters));
    assert_eq!(dangers(&log), Vec::<String>::new());
    assert!(said(&log).contains(&plain("x\n=1+1")), "{log}");
    let typed = crate::test_app::encode(CORPUS[2]);
    for path in ["/audit", "/audit/ledger"] {
        let query = format!(
            "{path}?subject={typed}&from={typed}&role={typed}&shown={typed}&kind={typed}&purpose={typed}&after={typed}"
        );
        let wrong = auditor.get(&query).await.body;
        assert_eq!(dangers(&wrong), Vec::<String>::new());
        assert!(said(&wrong).contains(CORPUS[2]));
    }
    let file = auditor.get("/audit/log.csv").await.body;
    let cells = cells(&file);
    for begin in ["'=HYPERLINK(", "'=cmd|", "'+1", "'-2", "'＝1", "x;'=1+1", "<script>"] {
        assert!(cells.iter().any(|cell| cell.starts_with(begin)), "{begin} in {file}");
    }
    let lines = auditor.get("/audit/log.ndjson").await.body;
    let texts: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts.len(), CORPUS.len());
    assert!(texts.contains(&CORPUS[0].to_owned()));
}

async fn nothing_an_applicant_types_becomes_part_of_a_page_or_a_mail(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        for (n, harm) in CORPUS.iter().enumerate() {
            story.applicant(n, harm).await;
        }
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
    assert!(harm.mails.len() >= 2 * CORPUS.len());
}

async fn nothing_anybody_writes_into_a_case_becomes_part_of_a_page_or_a_mail(site: TestApp) {
    let other = another(&site).await;
    let live = async |site: &TestApp, with: With| {
        let mut story = Story::begin(site, with).await;
        story.case().await;
        story.mails().await;
        story.found
    };
    let (harm, letters) = tokio::join!(live(&site, With::Harm), live(&other, With::Letters));
    compare(&harm, &letters);
    compare_mails(&harm.mails, &letters.mails);
    assert!(harm.mails.len() >= 5, "received, extended, decided, complained, answered");
    site.pass(UtcMillis::DAY);
    let officer = site.another_officer().await;
    for file in [
        "/support/figures/open-cases.csv",
        "/support/figures/answers.csv",
        "/support/figures/standing.csv",
        "/transparency.csv",
    ] {
        let file = officer.get(file).await.body;
        assert!(cells(&file).len() >= 5 && !file.contains("pwned"), "{file}");
    }
    let auditor = {
        site.staff("auditor@example.org", Role::Auditor).await;
        site.signed_in_as("auditor@example.org", Role::Auditor).await
    };
    for (path, answer) in everything_of(&auditor).await {
        if answer.header("content-type").starts_with("text/html") {
            assert_eq!(dangers(&answer.body), Vec::<String>::new(), "{path}");
        }
        assert!(!answer.body.contains("pwned"), "{path}");
    }
}

async fn what_a_file_brings_in_is_text_in_every_file_and_page_that_comes_out(site: TestApp) {
    let mut csv_file = csv::Writer::from_writer(Vec::new());
    csv_file.write_record(["id", "email", "name", "country", "joined"]).unwrap();
    let mut ndjson = String::new();
    let mut taken = Vec::new();
    for (n, harm) in CORPUS.iter().enumerate() {
        let short: String = harm.chars().take(90).collect();
        let (by_csv, by_json) = (With::Harm.email(harm, n, "csv"), With::Harm.email(harm, n, "ndjson"));
        // An id that a spreadsheet would run does not come in; then the name does by another.
        let id = |by| {
            Some(format!("{short}{by}{n}")).filter(|id| check_id(id).is_ok()).unwrap_or_else(|| format!("{by}{n}"))
        };
        csv_file.write_record([&id("c"), &by_csv, &short, "IE", "2019-05-01"]).unwrap();
        let (id, joined) = (id("j"), "2019-05-01");
        let line = serde_json::json!({ "id": id, "email": by_json, "name": short, "country": "IE", "joined": joined });
        ndjson += &format!("{line}\n");
        // And a line that is wrong in everything.
        csv_file.write_record([harm, harm, harm, harm, harm]).unwrap();
        if let Ok(name) = parse_name(&short) {
            taken.extend([(by_csv, name.clone()), (by_json, name)]);
        }
    }
    let app = &site.app;
    let csv_file = csv_file.into_inner().unwrap();
    let rejects = tempfile::NamedTempFile::new().unwrap();
    let path = rejects.path().to_owned();
    let mut kept = Kept { reasons: Vec::new(), file: Rejects::new(rejects).unwrap() };
    for (format, bytes) in [(Format::Csv, &csv_file[..]), (Format::Ndjson, ndjson.as_bytes())] {
        let work =
            Import { db: &app.db, rules: &app.rules, clock: &app.clock, instead: None, update: false, origin: "" };
        work.run(&mut Lines::open(bytes, format).unwrap(), &mut kept).await.unwrap();
    }
    assert!(kept.reasons.len() >= CORPUS.len());
    // The reasons are ours: what was typed stands in the text beside them only.
    for reason in &kept.reasons {
        assert!(!reason.contains("pwned") && !reason.contains("evil"), "{reason}");
    }
    kept.file.flush().unwrap();
    let refused = cells(&std::fs::read_to_string(path).unwrap());
    assert_eq!(refused.len(), 8 * (kept.reasons.len() + 1));
    assert!(refused.iter().any(|cell| cell.contains("cmd|' /C calc'!A0")), "{refused:?}");
    let export = async |format: Format| {
        let mut out = Vec::new();
        let work = Export {
            db: &app.db,
            rules: &app.rules,
            window_days: 30,
            now: app.present().at,
            doubt: app.present().doubt.is_some(),
            demo: false,
        };
        work.run(format, &mut out, |_| {}).await.unwrap();
        String::from_utf8(out).unwrap()
    };
    let cells = cells(&export(Format::Csv).await);
    let lines = export(Format::Ndjson).await;
    let names: Vec<(String, String)> = lines
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            (value["email"].as_str().unwrap().to_owned(), value["name"].as_str().unwrap().to_owned())
        })
        .collect();
    site.staff("support@example.org", Role::Support).await;
    let support = site.signed_in_as("support@example.org", Role::Support).await;
    let came = taken.iter().filter(|(email, _)| names.iter().any(|(there, _)| there == email));
    let mut shapes = Vec::new();
    for (email, name) in came.clone() {
        assert!(names.contains(&(email.clone(), name.clone())), "{name:?} comes out as it came in");
        assert!(cells.contains(&sayso::csv_safe::neutralise_formula(name).into_owned()), "{name:?}");
        let id = by_email(&site, email).await.id;
        let found = support.get(&format!("/support?q={id}")).await;
        assert_eq!(dangers(&found.body), Vec::<String>::new());
        assert!(said(&found.body).contains(&plain(name)), "{name:?}");
        shapes.push(shape(&found.body));
    }
    assert!(shapes.len() > CORPUS.len(), "{} of {}", shapes.len(), taken.len());
    assert!(shapes.iter().all(|shape| *shape == shapes[0]));
}
