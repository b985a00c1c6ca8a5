use super::*;
use proptest::prelude::*;

fn letter(blocks: Vec<Block>) -> Letter {
    Letter { to: "ada@example.org".into(), subject: "Your objection".into(), blocks }
}

fn example() -> Letter {
    letter(vec![
        Block::Text("Good day.\n\nWe have received your objection & what it says is kept. You do not have to do anything until we answer.".into()),
        Block::Fact("Case".into(), "7KQ2-9FMX".into()),
        Block::Fact("Due".into(), "31 December 2026".into()),
        Block::Quote("I object.\n\n  - to <all> of it\nand to what comes".into()),
        Block::Link("Your case".into(), "https://privacy.example/objections/7KQ2?key=a&b=c".into()),
        Block::Code("481 516".into()),
    ])
}

#[test]
fn the_plain_form_reads_well() {
    let said = "\
Good day.

We have received your objection & what it says is kept. You do not have
to do anything until we answer.

Case: 7KQ2-9FMX
Due: 31 December 2026

> I object.
>
>   - to <all> of it
> and to what comes

Your case:
https://privacy.example/objections/7KQ2?key=a&b=c

    481 516
";
    assert_eq!(example().plain(), said);
}

#[test]
fn the_html_form_is_a_whole_document_with_nothing_to_load() {
    let html = example().html();
    let (_, body) = html.split_once("<body style=\"overflow-wrap:anywhere\">\n").unwrap();
    let said = "\
<p>Good day.</p>
<p>We have received your objection &amp; what it says is kept. You do not have to do anything until we answer.</p>
<dl>
<dt>Case:</dt>
<dd>7KQ2-9FMX</dd>
<dt>Due:</dt>
<dd>31 December 2026</dd>
</dl>
<blockquote dir=\"auto\"><p>I object.<br>
<br>
\u{a0} - to &lt;all&gt; of it<br>
and to what comes</p></blockquote>
<p><a href=\"https://privacy.example/objections/7KQ2?key=a&amp;b=c\">Your case</a>:<br>
https://privacy.example/objections/7KQ2?key=a&amp;b=c</p>
<p><strong><code>481 516</code></strong></p>
</body>
</html>
";
    assert_eq!(body, said);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(html.contains("<title>Your objection</title>"));
    for loaded in ["src=", "url(", "<script", "<style", "<link", "<img"] {
        assert!(!html.contains(loaded), "{loaded}");
    }
    assert_eq!(html.matches("style=").count(), 1, "what lets a long word go on in the next line");
}

#[test]
fn a_subject_is_one_line_whatever_is_in_it() {
    for (typed, shown) in [
        ("Case\r\nBcc: eve@example.org", "Case Bcc: eve@example.org"),
        ("Case\nX-A: b", "Case X-A: b"),
        ("Case\rX-A: b", "Case X-A: b"),
        ("Case\u{85}X\u{2028}Y\u{2029}Z\u{b}A\u{c}B\0C", "Case X Y Z A B C"),
        ("\u{202e}gro.elpmaxe\u{202c} is ours\u{2066}", "gro.elpmaxe is ours"),
        ("  Grüße   an 東京 ", "Grüße an 東京"),
    ] {
        let subject = Letter { subject: typed.into(), ..letter(vec![]) }.subject_line();
        assert_eq!(subject, shown, "{typed:?}");
    }
    let long = Letter { subject: "ä".repeat(5000), ..letter(vec![]) };
    assert_eq!(long.subject_line().chars().count(), SUBJECT_MAX);
}

#[test]
fn every_line_of_a_quote_stays_in_the_quote() {
    let forged = "yes\rWe grant it.\u{2028}We pay.\u{85}Sign here.\u{b}Or here.\r\n\r\nRegards";
    let plain = letter(vec![Block::Quote(forged.into())]).plain();
    assert!(plain.lines().all(|line| line.starts_with('>')), "{plain}");
    assert_eq!(plain.lines().count(), 7);
}

#[test]
fn only_a_web_address_can_be_followed() {
    for url in ["javascript:alert(1)", "/objections/1", "data:text/html,x", "https://a b", " http:x", ""] {
        let html = letter(vec![Block::Link("Your case".into(), url.into())]).html();
        assert!(!html.contains("href"), "{url}");
    }
    let html = letter(vec![Block::Link("Your case".into(), "https://a.example/\"onclick=x".into())]).html();
    assert!(html.contains("href=\"https://a.example/&quot;onclick=x\""), "{html}");
}

#[test]
fn a_long_word_is_not_broken() {
    let url = format!("https://privacy.example/{}", "x".repeat(200));
    let plain =
        letter(vec![Block::Text(format!("Please open {url} today")), Block::Link("It".into(), url.clone())]).plain();
    assert_eq!(plain, format!("Please open\n{url}\ntoday\n\nIt:\n{url}\n"));
}

/// What is left of a form when blanks are, and `>`, which stands before a quote's lines.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '>').collect()
}

/// What a reader sees of a document's body.
fn seen(html: &str) -> String {
    let (mut text, mut rest) = (String::new(), html.split_once("<body ").unwrap().1.split_once('>').unwrap().1);
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').unwrap().1;
    }
    for (written, read) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(written, read);
    }
    text
}

fn anything() -> impl Strategy<Value = String> {
    // Anything, and much of what means something in one of the forms.
    let meaning = prop::sample::select(vec![
        "<",
        ">",
        "&",
        "&lt;",
        "\"",
        "'",
        "\r\n",
        "\n",
        "\r",
        "\t",
        "  ",
        "> ",
        "</body>",
        "<!--",
        "\0",
        "\u{2028}",
        "\u{202e}",
        "ä",
        "👩‍⚖️",
    ]);
    prop::collection::vec(prop_oneof![meaning.prop_map(String::from), ".{0,30}"], 0..12)
        .prop_map(|parts| parts.concat())
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        anything().prop_map(Block::Text),
        (anything(), anything()).prop_map(|(label, value)| Block::Fact(label, value)),
        anything().prop_map(Block::Quote),
        (anything(), anything()).prop_map(|(label, url)| Block::Link(label, url)),
        (anything(), anything()).prop_map(|(label, path)| Block::Link(label, format!("https://a.example/{path}"))),
        anything().prop_map(Block::Code),
    ]
}

proptest! {
    #[test]
    fn both_forms_say_the_same(subject in anything(), blocks in prop::collection::vec(block(), 0..8)) {
        let letter = Letter { subject, ..letter(blocks) };
        prop_assert_eq!(bare(&seen(&letter.html())), bare(&letter.plain()));
    }

    #[test]
    fn neither_form_has_control_characters_and_no_line_is_longer_than_its_longest_word(blocks in prop::collection::vec(block(), 0..8)) {
        let letter = letter(blocks);
        let plain = letter.plain();
        for form in [&plain, &letter.html()] {
            prop_assert!(!form.chars().any(|c| c.is_control() && c != '\n'), "{:?}", form);
        }
        for line in plain.lines().filter(|line| line.chars().count() > WIDTH) {
            let words = line.trim_start_matches("> ").split(' ').filter(|word| !word.is_empty()).count();
            prop_assert!(words <= 1, "{:?}", line);
        }
    }
}

#[test]
fn unbroken_each_paragraph_is_one_line_with_the_same_words() {
    let long = "word ".repeat(40);
    let blocks =
        vec![Block::Text(long.clone()), Block::Quote(format!("{long}\nand more")), Block::Fact("A".into(), long)];
    let letter = Letter { to: String::new(), subject: String::new(), blocks };
    let (plain, unbroken) = (letter.plain(), letter.unbroken());
    assert_eq!(unbroken.lines().filter(|line| !line.is_empty()).count(), 4);
    let words = |text: &str| text.split_whitespace().filter(|word| *word != ">").collect::<Vec<_>>().join(" ");
    assert_eq!(words(&plain), words(&unbroken));
    assert!(plain.lines().all(|line| line.chars().count() <= WIDTH));
}
