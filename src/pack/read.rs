//! The page of a pack that is read by people: on its own, without a script, a picture or a request.

use crate::account::model::{Member, readable};
use crate::consent::entry_wording::{Changed, row};
use crate::consent::wording::Voice;
use crate::ledger::{Entry, Step};
use crate::mail::Letter;
use crate::objection::model::{Case, PastStep};
use crate::objection::{answer_letter, step_wording};
use crate::time::UtcMillis;
use std::collections::VecDeque;

/// So many entries are told in words, the newest; all of them are in the pack.
const MOST: usize = 5_000;

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:auto;\
padding:1rem;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;\
padding:.25rem .5rem .25rem 0;border-bottom:1px solid}dt{font-weight:bold}dd{margin:0 0 .5rem}pre{white-space:pre-wrap;\
font:inherit}@media print{body{max-width:none}tr{break-inside:avoid}}";

/// What the page tells, as it is gathered.
#[derive(Default)]
pub struct Page {
    rows: VecDeque<String>,
    told: usize,
}

impl Page {
    /// Tells an entry, which stands in this folder.
    pub fn entry(&mut self, entry: &Entry, folder: &str, waits: bool) {
        let row = row(entry, &Changed::default(), Voice::Member);
        let waits = if waits { " (not in the public log yet)" } else { "" };
        self.rows.push_front(format!(
            "<tr><td>{}</td><td>{}{waits}</td><td>{}</td><td><a href=\"{folder}/entry.json\">{}</a></td></tr>\n",
            escaped(&entry.at.long()),
            escaped(&row.what),
            escaped(&row.by),
            escaped(&row.receipt),
        ));
        self.rows.truncate(MOST);
        self.told += 1;
    }

    /// The whole page.
    pub fn html(
        self,
        member: &Member,
        cases: &[(Case, Vec<UtcMillis>)],
        notices: &[String],
        made: UtcMillis,
    ) -> String {
        let facts = [
            ("Name", member.name.clone()),
            ("E-mail address", readable(&member.email)),
            ("Country", member.country.name().to_owned()),
            ("Member since", member.joined_at.day()),
        ];
        let facts: String = facts
            .iter()
            .map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value)))
            .collect::<Vec<_>>()
            .concat();
        let notices: String = notices
            .iter()
            .map(|file| format!("<li><a href=\"{0}\">{0}</a></li>\n", escaped(file)))
            .collect::<Vec<_>>()
            .concat();
        let cases: String = cases.iter().map(|(case, openings)| told(case, openings)).collect();
        let shown = self.rows.len();
        let more = if shown < self.told {
            format!(
                "<p>These are the newest {shown} of {} entries. The folder “entries” has all of them.</p>",
                self.told
            )
        } else {
            String::new()
        };
        let rows: String = self.rows.into_iter().collect();
        let none = |list: &str, said: &str| if list.is_empty() { format!("<p>{said}</p>") } else { String::new() };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>Everything we have about you</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Everything we have about you</h1>\n\
             <p>Made on {}. The file README.txt says how to check it.</p>\n\
             <h2>Your account</h2>\n<dl>\n{facts}</dl>\n\
             <h2>Your history</h2>\n{more}<p>It includes who looked, and why. Newest first.</p>\n<table>\n<thead><tr><th scope=\"col\">When</th>\
             <th scope=\"col\">What</th><th scope=\"col\">By</th><th scope=\"col\">Receipt</th></tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n\
             <h2>Your objections</h2>\n{}{cases}\
             <h2>Notices that we showed you</h2>\n{}<ul>\n{notices}</ul>\n</main>\n</body>\n</html>\n",
            escaped(&made.long()),
            none(&cases, "You have none."),
            none(&notices, "There are none."),
        )
    }
}

/// A case, with what was written in it as its page shows it.
fn told(case: &Case, openings: &[UtcMillis]) -> String {
    let mut told = format!("<h3>Objection {}</h3>\n<dl>\n", escaped(&case.number));
    for (name, value) in [("Received", case.received.long()), ("Answer due", case.due.day())] {
        told += &format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(&value));
    }
    for at in openings {
        told += &format!("<dt>A privacy officer opened it</dt><dd>{}</dd>\n", escaped(&at.long()));
    }
    told += "</dl>\n<ol>\n";
    for done in &case.steps {
        told += &format!("<li>{}: {}", escaped(&done.at.long()), escaped(&step_wording::step(done, case)));
        if let Some(text) = done.text.as_ref().filter(|_| is_theirs_to_read(case, done)) {
            told += &format!("<pre>{}</pre>", escaped(text));
        }
        told += "</li>\n";
    }
    told += "</ol>\n";
    for (_, letter) in letters(case) {
        told += &format!("<h4>Our answer</h4>\n<pre>{}</pre>\n", escaped(&letter));
    }
    told
}

/// The answers to a case as its page has them, newest first, each with when it was sent.
pub fn letters(case: &Case) -> Vec<(UtcMillis, String)> {
    let plain = |blocks| Letter { to: String::new(), subject: String::new(), blocks }.unbroken();
    let answer = |(_, done): (_, &PastStep)| {
        (done.at, plain(answer_letter::answer_on_page(case, &done.rulings, &done.said, None)))
    };
    case.answer_steps().map(answer).collect()
}

/// Whether the text of a step is shown to whoever filed the case: a draft that a second officer has
/// to agree to is not, nor what somebody else wrote before the address was confirmed.
pub fn is_theirs_to_read(case: &Case, done: &PastStep) -> bool {
    let inside = matches!(done.step, Step::Proposed | Step::Returned);
    !inside && !case.is_a_strangers(done)
}

/// A text between tags, or in quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
