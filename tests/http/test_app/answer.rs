//! What came back.

use http::{HeaderMap, StatusCode};

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads. In a browser that had no cookie yet, the page that looks whether it was kept
    /// is on the way, and leads on there (told in cookies.rs).
    pub fn location(&self) -> String {
        let to = self.header("location");
        to.strip_prefix("/cookie?next=").map_or_else(|| to.to_owned(), decode)
    }

    /// Asserts that the form was refused, and that this is its page: with its title, what is wrong,
    /// and what was typed.
    #[track_caller]
    pub fn refused(&self, title: &str) -> &Self {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {}", self.location(), self.body);
        assert_eq!(self.location(), "");
        self.is_page(title);
        self
    }

    /// Asserts that this is the page with this title.
    #[track_caller]
    pub fn is_page(&self, title: &str) -> &Self {
        assert!(self.body.contains(&format!("<h1>{title}")), "this is not {title:?}:\n{}", self.text());
        self
    }

    /// The number of the case that was filed without an account.
    #[track_caller]
    pub fn filed_number(&self) -> String {
        let to = self.location();
        let rest = to.strip_prefix("/objection/code?case=").unwrap_or_else(|| panic!("{to}: {}", self.body));
        rest.split_once("&filed=").expect("it has the mark").0.to_owned()
    }

    /// What stands in the page's source between these two.
    pub fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) = self.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.body));
        rest.split_once(after).unwrap().0.into()
    }

    /// The recovery codes that the page shows.
    pub fn codes(&self) -> Vec<String> {
        let Some((_, list)) = self.body.split_once("<ol class=\"codes\">") else { return Vec::new() };
        let items = list.split("</ol>").next().unwrap().split("<code>").skip(1);
        items.map(|item| item.split("</code>").next().unwrap().to_owned()).collect()
    }

    /// The newest choice that the page's form was loaded with.
    pub fn seen(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"seen\"").expect("the page has the form");
        let (_, value) = rest.split_once("value=\"").unwrap();
        value.split_once('"').unwrap().0.into()
    }

    pub fn is_on(&self) -> bool {
        assert!(self.body.contains("aria-checked="), "no switch on the page");
        self.body.contains("aria-checked=\"true\"")
    }

    /// Asserts that the page says `text`, without regard to leptos's hydration marks.
    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.text().contains(text), "the page does not say {text:?}:\n{}", self.text());
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) {
        assert!(!self.text().contains(text), "the page says {text:?}");
    }

    /// What a person reads: no tags, no scripts, single blanks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.body.split_once("<body").map_or(self.body.as_str(), |(_, b)| b);
        while let Some((before, tag)) = rest.split_once('<') {
            text.push_str(before);
            let close = if tag.starts_with("script") { "</script>" } else { ">" };
            rest = tag.split_once(close).map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What a query says.
pub fn decode(text: &str) -> String {
    let pair = format!("x={text}");
    url::form_urlencoded::parse(pair.as_bytes()).next().unwrap().1.into_owned()
}
