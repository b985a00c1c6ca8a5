//! The page of a pack that is read by people: on its own, without a script, a picture or a request.

use super::cases::Told;
use super::wanted::Wanted;
use crate::account::model::{Member, readable};
use crate::account::staff_action::Access;
use crate::audit::wording as audit;
use crate::consent::entry_wording::{Changed, row};
use crate::consent::wording::Voice;
use crate::ledger::Entry;
use crate::objection::wording as objection;
use crate::time::UtcMillis;
use std::collections::VecDeque;

/// So many entries are told in words, the newest; all of them are in the pack.
const MOST: usize = 5_000;

const STYLE: &str = ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:auto;\
padding:1rem;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;\
padding:.25rem .5rem .25rem 0;border-bottom:1px solid}th{overflow-wrap:normal}@media(max-width:40rem){thead{position:absolute;\
clip-path:inset(50%)}tr,td{display:block}td{border:0;padding:0}tr{border-bottom:1px solid;padding:.5rem 0}}dt{font-weight:bold}dd{margin:0 0 .5rem}pre{white-space:pre-wrap;\
font:inherit}@media print{body{max-width:none}tr{break-inside:avoid}}";

/// What the page tells, as it is gathered.
#[derive(Default)]
pub struct Page {
    rows: VecDeque<String>,
    told: usize,
}

impl Page {
    /// Tells an entry, which stands in this folder.
    pub fn entry(&mut self, wanted: &Wanted, entry: &Entry, folder: &str, waits: bool) {
        let (what, by) = match wanted {
            Wanted::Own(_) => in_words(entry, Voice::Member),
            Wanted::Case(_) => in_words(entry, Voice::Staff),
            Wanted::History(_) | Wanted::CaseEntries(_) => (audit::what(entry), audit::by(entry).to_owned()),
        };
        let waits = if waits { " (not in the public log yet)" } else { "" };
        self.rows.push_front(format!(
            "<tr><td>{}</td><td>{}{waits}</td><td>{}</td><td><a href=\"{folder}/entry.json\">{}</a></td></tr>\n",
            escaped(&entry.at.long()),
            escaped(&what),
            escaped(&by),
            escaped(&entry.id.receipt()),
        ));
        self.rows.truncate(MOST);
        self.told += 1;
    }

    /// The whole page.
    pub fn html(self, wanted: &Wanted, cases: &[Told], notices: &[String], made: UtcMillis) -> String {
        let (title, lead) = title(wanted);
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
             <p>{lead}Made on {}. The file README.txt says how to check it.</p>\n",
            escaped(&made.long())
        );
        if let Wanted::Own(member) = wanted {
            page += &account(member);
        }
        let whole = matches!(wanted, Wanted::Own(_) | Wanted::History(_));
        page += match wanted {
            Wanted::Own(_) => "<h2>Your history</h2>\n<p>It includes who looked, and why. Newest first.</p>\n",
            Wanted::History(_) => "<h2>The history</h2>\n<p>Newest first.</p>\n",
            Wanted::Case(_) | Wanted::CaseEntries(_) => "<h2>The steps</h2>\n<p>Newest first.</p>\n",
        };
        let shown = self.rows.len();
        if shown < self.told {
            page += &format!(
                "<p>These are the newest {shown} of {} entries. The folder “entries” has all of them.</p>\n",
                self.told
            );
        }
        page += "<table>\n<thead><tr><th scope=\"col\">When</th><th scope=\"col\">What</th>\
                 <th scope=\"col\">By</th><th scope=\"col\">Receipt</th></tr></thead>\n<tbody>\n";
        page.extend(self.rows);
        page += "</tbody>\n</table>\n";
        if let Wanted::Own(_) = wanted {
            page += "<h2>Your objections</h2>\n";
            page += if cases.is_empty() { "<p>You have none.</p>\n" } else { "" };
        }
        page.extend(cases.iter().map(told));
        if whole || !notices.is_empty() {
            let heading = match wanted {
                Wanted::Own(_) => "Notices that we showed you",
                _ => "Notices that were shown",
            };
            page += &format!("<h2>{heading}</h2>\n");
            page += if notices.is_empty() { "<p>There are none.</p>\n" } else { "" };
            let file = |file: &String| format!("<li><a href=\"{0}\">{0}</a></li>\n", escaped(file));
            page += &format!("<ul>\n{}</ul>\n", notices.iter().map(file).collect::<String>());
        }
        page + "</main>\n</body>\n</html>\n"
    }
}

/// The heading, and the sentence below it.
fn title(wanted: &Wanted) -> (String, &'static str) {
    const RECORD: &str = "It has no name, no address and no text that anybody wrote: of those only hashes. ";
    match wanted {
        Wanted::Own(_) => ("Everything we have about you".into(), ""),
        Wanted::History(subject) => (format!("The record of {}", escaped(subject)), RECORD),
        Wanted::Case(case) => {
            (format!("Objection {}", escaped(&case.number)), "It has what was written in this case, and the answers. ")
        }
        Wanted::CaseEntries(number) => (format!("The record of objection {}", escaped(number)), RECORD),
    }
}

/// What is on record, in a sentence about the member, and by whom.
fn in_words(entry: &Entry, voice: Voice) -> (String, String) {
    let row = row(entry, &Changed::default(), voice);
    (row.what, row.by)
}

fn account(member: &Member) -> String {
    let facts = [
        ("Name", member.name.clone()),
        ("E-mail address", readable(&member.email)),
        ("Country", member.country.name().to_owned()),
        ("Member since", member.joined_at.day()),
    ];
    format!("<h2>Your account</h2>\n{}", list(facts.iter().map(|(name, value)| (*name, value.clone()))))
}

/// A list of facts.
fn list<'a>(facts: impl Iterator<Item = (&'a str, String)>) -> String {
    let facts = facts.map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(&value)));
    format!("<dl>\n{}</dl>\n", facts.collect::<String>())
}

/// A case, with what was written in it as whoever gets the pack may read it.
fn told(told: &Told) -> String {
    let Told { case, accesses, for_officers } = told;
    let mut page = if *for_officers {
        list(officers_facts(told).into_iter())
    } else {
        let dates = [("Received", case.received.long()), ("Answer due", case.due.day())];
        format!("<h3>Objection {}</h3>\n{}", escaped(&case.number), list(dates.into_iter()))
    };
    page += if *for_officers { "<h2>What was written</h2>\n<ol>\n" } else { "<ol>\n" };
    for done in &case.steps {
        let what = if *for_officers { objection::step_for_officers(done, case) } else { objection::step(done, case) };
        page += &format!("<li>{}: {}", escaped(&done.at.long()), escaped(&what));
        if let Some(text) = done.text.as_ref().filter(|_| told.has_text(done)) {
            page += &format!("<pre>{}</pre>", escaped(text));
        }
        page += "</li>\n";
    }
    page += "</ol>\n";
    let (our_answer, looked) =
        if *for_officers { ("h3", "<h2>Who looked</h2>\n") } else { ("h4", "<h4>Who looked</h4>\n") };
    for (_, letter) in told.letters() {
        page += &format!("<{our_answer}>Our answer</{our_answer}>\n<pre>{}</pre>\n", escaped(&letter));
    }
    if !accesses.is_empty() {
        let line =
            |access: &Access| format!("<li>{} on {}.</li>\n", objection::looked(access), escaped(&access.at.long()));
        page += &format!("{looked}<ul>\n{}</ul>\n", accesses.iter().map(line).collect::<String>());
    }
    page
}

/// Who filed it, and its dates.
fn officers_facts(told: &Told) -> Vec<(&'static str, String)> {
    let case = &told.case;
    let mut facts = vec![
        ("Name", case.name.clone()),
        ("E-mail address", readable(&case.email)),
        ("Received", case.received.long()),
        ("Answer due", case.due.day()),
    ];
    facts.extend(case.decided.map(|at| ("Decided", at.long())));
    facts
}

/// A text between tags, or in quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
