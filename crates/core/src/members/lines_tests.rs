//! Files as people have them.

use super::*;

fn all(format: Format, file: &[u8]) -> Vec<Line> {
    let mut lines = Lines::open(file, format).map_err(|e| e.to_string()).unwrap();
    std::iter::from_fn(|| lines.read().unwrap()).collect()
}

fn refused(file: &[u8]) -> String {
    Lines::open(file, Format::Csv).err().map(|e| e.to_string()).unwrap_or_default()
}

fn ids(lines: &[Line]) -> Vec<(u64, Result<&str, &str>)> {
    lines.iter().map(|l| (l.number, l.fields.as_ref().map(|f| f.id.as_str()).map_err(String::as_str))).collect()
}

#[test]
fn columns_stand_in_any_order_and_others_are_passed_over() {
    let file = b"\xef\xbb\xbfJoined, name ,\"E-Mail\",bio,COUNTRY,id\r\n2019-05-01,\"Lovelace, Ada\",ada@example.org,\"two\n\nlines\",GB,17\r\n";
    let lines = all(Format::Csv, file);
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].number, 2);
    let [id, email, name, country, joined] =
        ["17", "ada@example.org", "Lovelace, Ada", "GB", "2019-05-01"].map(str::to_owned);
    assert_eq!(lines[0].fields, Ok(Raw { id, email, name, country, joined }));
    assert!(lines[0].text.contains("two\n\nlines"));
}

#[test]
fn a_header_without_a_column_is_refused_by_its_name() {
    assert!(refused(b"id,email,name,country\n").contains("no column joined"));
    assert!(refused(b"id|email|name|country|joined\n").contains("no column id"));
    assert!(refused(b"id;email;name;country\n").contains("no column joined"));
    assert!(refused(b"id,email,e-mail,name,country,joined\n").contains("email twice"));
    assert!(refused(b"\"id,email\n").contains("must name the columns"));
    assert!(refused(b"\n \r\n").contains("empty"));
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_line_only() {
    let open = "a quote is opened and not closed";
    let file =
        b"id,email,name,country,joined\n1,a,n,c,j\n2,a,\"n,c,j\n3,a,n,c,j\n\n4,a,\"n\",c,j\n5,a,\"n,c,j\n6,a,n,c,j";
    let lines = all(Format::Csv, file);
    assert_eq!(ids(&lines), [(2, Ok("1")), (3, Err(open)), (4, Ok("3")), (6, Ok("4")), (7, Err(open)), (8, Ok("6"))]);
    assert_eq!(lines[1].text, "2,a,\"n,c,j");
}

#[test]
fn a_record_may_have_several_lines_and_the_next_has_its_own_number() {
    let file = b"id,email,name,country,joined,bio\n1,a,n,c,j,\"one\n\n\"\"two\"\", three\"\n2,a,\"n \"\"m\"\"\",c,j,\n";
    let lines = all(Format::Csv, file);
    assert_eq!(ids(&lines), [(2, Ok("1")), (5, Ok("2"))]);
    assert_eq!(lines[1].fields.as_ref().unwrap().name, "n \"m\"");
}

#[test]
fn lines_that_an_open_quote_would_join_to_a_record_of_the_right_length_are_read_each_for_itself() {
    let open = "a quote is opened and not closed";
    // Closed by the next opening quote, in a column of no interest; by a stray quote at the end of
    // a field; by the file's end.
    for file in [
        "id,email,name,country,joined,bio\n1,a,n,c,j,\"b\n2,a,n,c,j,\"b\"\n3,a,n,c,j,b\n",
        "id,email,name,country,joined,bio\n1,a,\"n,c,j,b\n2,a,n\",c,j,b\n3,a,n,c,j,b\n",
        "id,email,name,country,joined,bio\n1,a,n,c,j,\"b\n2,a,n,c,j,b\n3,a,n,c,j,b",
    ] {
        let lines = all(Format::Csv, file.as_bytes());
        assert_eq!(ids(&lines), [(2, Err(open)), (3, Ok("2")), (4, Ok("3"))], "{file}");
    }
}

#[test]
fn what_cannot_be_read_is_passed_over_in_bounded_memory() {
    let mut file = b"id,email,name,country,joined\n1,a,n,c\n2,a,n,c,j,k\n3,a,\xff,c,j\n".to_vec();
    file.extend_from_slice(format!("4,a,{},c,j\n", "n".repeat(5 * LINE_MAX)).as_bytes());
    file.extend_from_slice(format!("5,a,\"{}\n{}\",c,j\n", "n".repeat(LINE_MAX / 2), "m".repeat(LINE_MAX)).as_bytes());
    file.extend_from_slice(",".repeat(COLUMNS_MAX + 1).as_bytes());
    file.extend_from_slice(b"\n6,a,n,c,j\n");
    let lines = all(Format::Csv, &file);
    let said: Vec<String> = lines.iter().map(|l| format!("{} {:?}", l.number, l.fields.as_ref().err())).collect();
    assert_eq!(
        said,
        [
            "2 Some(\"has 4 fields, but the header has 5, separated by commas\")",
            "3 Some(\"has 6 fields, but the header has 5, separated by commas\")",
            "4 Some(\"not UTF-8: save the file as UTF-8 (in Excel: \\\"CSV UTF-8\\\")\")",
            "5 Some(\"longer than 65536 bytes\")",
            "6 Some(\"a quote is opened and not closed\")",
            "7 Some(\"longer than 65536 bytes\")",
            "8 Some(\"has more than 256 fields\")",
            "9 None",
        ]
    );
    assert!(lines.iter().all(|l| l.text.len() <= LINE_MAX + 2));
}

#[test]
fn objects_have_their_fields_by_name_and_an_id_may_be_a_number() {
    let numbers = all(Format::Ndjson, b"{\"id\":-5}\n{\"id\":18446744073709551615}");
    assert_eq!(ids(&numbers), [(1, Ok("-5")), (2, Ok("18446744073709551615"))]);
    let file = b"{\"id\":17,\"e-mail\":\"a\",\"name\":\"n\",\"country\":null,\"more\":{\"x\":[1]}}\n\n{\"id\":\"x\"}\n[1]\n{\"id\":1.5}\n{\"name\":3}\n\xff\n{\"id\":1,\"id\":2}";
    let lines = all(Format::Ndjson, file);
    assert_eq!(
        lines[0].fields.as_ref().map(|f| (f.id.as_str(), f.email.as_str(), f.country.as_str())),
        Ok(("17", "a", ""))
    );
    let numbers: Vec<(u64, bool)> = lines.iter().map(|l| (l.number, l.fields.is_ok())).collect();
    assert_eq!(numbers, [(1, true), (3, true), (4, false), (5, false), (6, false), (7, false), (8, false)]);
}

#[test]
fn a_file_as_a_spreadsheet_saves_it_is_read() {
    // Germany and France; another place; what Excel calls text; and with what it writes before the
    // header itself.
    for (before, delimiter) in [("", ";"), ("", ","), ("", "\t"), ("sep=;\r\n", ";"), ("\"SEP=\t\"\r\n", "\t")] {
        let rows = [
            "id|email|name|country|joined|",
            "1|a|\"Müller; A,\tB\"|DE|2024-03-01|",
            "|||||",
            "||",
            "",
            "2|b|n|c|j|",
            "3|c|n|c|j",
            "4|d|n|c|j||  |",
            "|||||",
            "\"\"|||||",
        ];
        let file = format!("\u{feff}{before}{}\r\n", rows.join("\r\n").replace('|', delimiter));
        let lines = all(Format::Csv, file.as_bytes());
        let n = 1 + u64::from(!before.is_empty());
        assert_eq!(
            ids(&lines),
            [(n + 1, Ok("1")), (n + 5, Ok("2")), (n + 6, Ok("3")), (n + 7, Ok("4"))],
            "{delimiter:?}"
        );
        assert_eq!(lines[0].fields.as_ref().unwrap().name, "Müller; A,\tB");
    }
}

#[test]
fn a_line_of_another_kind_is_told_with_what_was_expected() {
    let lines = all(Format::Csv, b"id;email;name;country;joined\n1,a,n,c,j\n2;a;n;c\n3;M\xfcller;n;c;j\n4;a;n;c;j;k\n");
    let said: Vec<_> = lines.iter().map(|l| (l.number, l.fields.as_ref().unwrap_err().as_str())).collect();
    assert_eq!(
        said,
        [
            (2, "has 1 field, but the header has 5, separated by semicolons"),
            (3, "has 4 fields, but the header has 5, separated by semicolons"),
            (4, "not UTF-8: save the file as UTF-8 (in Excel: \"CSV UTF-8\")"),
            (5, "has 6 fields, but the header has 5, separated by semicolons"),
        ]
    );
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_to_do() {
    let utf_16: Vec<u8> = "\u{feff}id;email\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused(&utf_16).contains("UTF-16") && refused(&utf_16).contains("CSV UTF-8"));
    assert!(refused(&utf_16[2..]).contains("UTF-16"));
    assert!(refused(b"PK\x03\x04\x14\0").contains("spreadsheet's own file"));
    assert!(refused(b"id,email,name,country,joined\r1,a,n,c,j\r").contains("CR alone"));
    let array = Lines::open(&b"[{\"id\":1},\n{\"id\":2}]"[..], Format::Ndjson).err().unwrap();
    assert!(array.to_string().contains("one object a line"));
}

#[test]
fn what_a_file_has_for_a_spreadsheet_is_as_it_was_but_an_id_is_never_made_another() {
    let file = b"id,email,name,country,joined\n'@ada,'=a|b@example.org,'=Ada,GB,'-j\n@ada,-a@example.org,'tis,GB,j\n";
    let lines = all(Format::Csv, file);
    let [first, second] = [0, 1].map(|i| lines[i].fields.clone().unwrap());
    let raw = |fields: [&str; 5]| {
        let [id, email, name, country, joined] = fields.map(str::to_owned);
        Raw { id, email, name, country, joined }
    };
    assert_eq!(first, raw(["'@ada", "=a|b@example.org", "=Ada", "GB", "-j"]));
    assert_eq!(second, raw(["@ada", "-a@example.org", "'tis", "GB", "j"]));
}
