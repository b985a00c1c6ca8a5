//! What was found with harm beside what was found with letters, and files cell by cell.

use super::story::Found;
use crate::tree::{dangers, said, shape};
use mail_parser::{MessageParser, MimeHeaders};
use sayso::account::model::is_unseen;
use sayso::mail::message::{Sender, message};
use sayso::mail::store::Mail;

/// Compares what was found with harm and with letters, page by page.
pub fn compare(harm: &Found, letters: &Found) {
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
pub fn compare_mails(harm: &[Mail], letters: &[Mail]) {
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
        // Links of letters have the whole address of this site, and one style is of ours.
        const STYLED: &str = "<body style=\"overflow-wrap:anywhere\">";
        dangers.retain(|found| !found.starts_with("<a href=\"http://127.0.0.1:3000/") && found != STYLED);
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
pub fn cells(file: &str) -> Vec<String> {
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
