//! Text in HTML and XML. Leptos escapes what pages show; this is for what is written by hand: the
//! HTML of an e-mail, the picture of a chart, and the inside of a text area.

/// `text` so that HTML and XML read it as text, between tags and inside a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_markup_is_text() {
        assert_eq!(escape("<a b='c' d=\"e\">&amp;</a>"), "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;&lt;/a&gt;");
        assert_eq!(escape("Grüße\r\n"), "Grüße\r\n");
    }
}
