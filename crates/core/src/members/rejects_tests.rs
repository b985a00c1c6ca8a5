//! What comes out of a file of refused lines when it is brought in.

use super::*;
use crate::members::lines::Lines;
use crate::members::model::{Format, parse};
use crate::time::UtcMillis;
use proptest::prelude::*;

fn now() -> UtcMillis {
    UtcMillis::from_date("2026-11-23").unwrap()
}

/// The file of these refused lines.
fn file(lines: &[(Option<&Raw>, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rejects = Rejects::new(&mut bytes).unwrap();
    for (line, (fields, text)) in (2..).zip(lines) {
        rejects.put(&Refused { line, reason: "=why", fields: *fields, text }).unwrap();
    }
    rejects.flush().unwrap();
    drop(rejects);
    bytes
}

fn read(file: &[u8]) -> Vec<Result<Raw, String>> {
    let mut lines = Lines::open(file, Format::Csv).map_err(|e| e.to_string()).unwrap();
    std::iter::from_fn(|| lines.read().unwrap()).map(|line| line.fields).collect()
}

fn raw(fields: [&str; 5]) -> Raw {
    let [id, email, name, country, joined] = fields.map(str::to_owned);
    Raw { id, email, name, country, joined }
}

#[test]
fn a_file_of_refused_lines_is_mended_and_brought_in() {
    let wrong = raw(["-LkJ3", "ada@example.org", "Ada", "United Kingdom", "2024-03-01"]);
    let text = String::from_utf8(file(&[(Some(&wrong), "-LkJ3;ada@example.org;…"), (None, "17;\"Bob\n")])).unwrap();
    let expected = "line,reason,id,email,name,country,joined,text\n\
         2,'=why,-LkJ3,ada@example.org,Ada,United Kingdom,2024-03-01,'-LkJ3;ada@example.org;…\n\
         3,'=why,,,,,,\"17;\"\"Bob⏎\"\n";
    assert_eq!(text, expected.replace('\n', "\r\n"));
    let mended = read(text.replace("United Kingdom", "GB").as_bytes());
    assert_eq!(parse(mended[0].as_ref().unwrap(), now()).unwrap().id, "-LkJ3");
    assert!(parse(mended[1].as_ref().unwrap(), now()).unwrap_err().starts_with("id: missing"));
}

#[test]
fn nothing_that_somebody_wrote_into_a_field_becomes_a_line() {
    let forged = "x\n9,r,99,eve@example.org,Eve,GB,2019-05-01,t\r\n\"";
    let wrong = raw(["17", "nobody", forged, "GB", "2019-05-01"]);
    let long = format!("{}\n9,r,99,eve@example.org,Eve,GB,2019-05-01,t\n", "\"".repeat(65_000));
    let lines = read(&file(&[(Some(&wrong), forged), (None, &long), (Some(&wrong), "")]));
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().flatten().all(|raw| parse(raw, now()).is_err()), "{lines:?}");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["([=+@＝'; \t,\"a1(|!-]|\\PC){0,8}", "[ -~]{0,12}", "['@=+-]{0,2}[a-z0-9_-]{1,8}", any::<String>()]
}

proptest! {
    /// What a refused line says is the same once it has gone through the file, but that an id that
    /// a spreadsheet would run has an apostrophe, and is refused under either form.
    #[test]
    fn what_was_refused_comes_back_as_it_was(id in any_text(), email in any_text(), name in any_text(), joined in any_text()) {
        let before = raw([&id, &email, &name, "GB", &joined]);
        let after = read(&file(&[(Some(&before), &name)])).remove(0).unwrap();
        if [&id, &email, &name, &joined].iter().any(|field| field.contains(ENDS)) {
            prop_assert_eq!(after, Raw::default());
        } else if crate::csv_safe::runs(&id) {
            prop_assert_eq!(&after, &Raw { id: crate::csv_safe::neutralise_formula(&id).into_owned(), ..before.clone() });
            for raw in [after, before] {
                prop_assert!(parse(&raw, now()).unwrap_err().starts_with("id: "));
            }
        } else {
            prop_assert_eq!(after, before);
        }
    }
}
