//! What came back: a page as its reader has it, and as a browser takes it apart.

use http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};
use std::sync::OnceLock;

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The same where it is no text.
    pub bytes: Vec<u8>,
    /// See `text`.
    text: OnceLock<String>,
}

impl Answer {
    pub const fn new(status: StatusCode, headers: HeaderMap, body: String) -> Self {
        Self { status, headers, body, bytes: Vec::new(), text: OnceLock::new() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads. In a browser that had no cookie yet, the page that looks whether it was kept
    /// is on the way, and leads on there (told in cookies.rs).
    pub fn location(&self) -> String {
        let to = self.header("location");
        to.strip_prefix("/cookie?next=").map_or_else(|| to.to_owned(), decode)
    }

    /// The number of the case that was filed without an account.
    #[track_caller]
    pub fn filed_number(&self) -> String {
        let to = self.location();
        let rest = to.strip_prefix("/objection/code?case=").unwrap_or_else(|| panic!("{to}:\n{}", self.lines()));
        rest.split_once("&filed=").expect("it has the mark").0.to_owned()
    }

    /// Asserts that the form was refused, and that this is its page: with its title, which begins
    /// with that, what is wrong, and what was typed.
    #[track_caller]
    pub fn refused(&self, title: &str) -> &Self {
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}\n{}", self.location(), self.lines());
        assert_eq!(self.location(), "");
        self.is_page(title);
        let named = self.text_of("head title");
        assert!(named.starts_with("Error: "), "the title is {named:?}");
        assert_eq!(self.texts_of(".problems h2")[0], "There is a problem");
        self
    }

    /// Asserts that this is the page with this title.
    #[track_caller]
    pub fn is_page(&self, title: &str) -> &Self {
        let is = self.texts_of("h1").iter().any(|h1| h1.starts_with(title));
        assert!(is, "this is not {title:?}:\n{}", self.lines());
        self
    }

    /// Asserts that the page says `text`.
    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.read().contains(text), "the page does not say {text:?}:\n{}", self.lines());
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) {
        assert!(!self.read().contains(text), "the page says {text:?}:\n{}", self.lines());
    }

    /// What a person reads: no tags, no scripts, single blanks.
    pub fn text(&self) -> String {
        self.read().to_owned()
    }

    fn read(&self) -> &str {
        self.text.get_or_init(|| self.texts().concat().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The same for a message: each text on a line of its own.
    pub fn lines(&self) -> String {
        let line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<_> = self.texts().iter().map(line).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }

    /// The same, piece by piece: elements that stand beside each other are apart.
    pub fn texts(&self) -> Vec<String> {
        let read = |element: ElementRef<'_>| {
            let texts = element.descendants().filter_map(|node| {
                let script = node.parent().and_then(ElementRef::wrap).is_some_and(|e| e.value().name() == "script");
                node.value().as_text().filter(|_| !script).map(|text| text.to_string())
            });
            texts.collect::<Vec<_>>()
        };
        self.each("body", |body| Some(read(body))).concat()
    }

    /// Whether there is such an element.
    pub fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    pub fn count(&self, selector: &str) -> usize {
        self.each(selector, |_| Some(())).len()
    }

    /// The text of the only such element, as it stands in the page.
    #[track_caller]
    pub fn text_of(&self, selector: &str) -> String {
        self.only(selector, self.texts_of(selector))
    }

    pub fn texts_of(&self, selector: &str) -> Vec<String> {
        self.each(selector, |element| Some(element.text().collect()))
    }

    /// What stands within each such element: its elements, their attributes, and its text.
    pub fn html_of(&self, selector: &str) -> Vec<String> {
        self.each(selector, |element| Some(element.inner_html()))
    }

    /// This attribute of the only such element.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        self.only(selector, self.attributes(selector, name))
    }

    /// This attribute of each such element that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.each(selector, |element| element.attr(name).map(str::to_owned))
    }

    /// What the browser would send of the fields with this name, which is the same in each form.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let mut values = self.fields(name);
        values.dedup();
        self.only(name, values)
    }

    /// What the browser would send of each field with this name.
    pub fn fields(&self, name: &str) -> Vec<String> {
        self.each(&format!("[name={name:?}]"), sent)
    }

    /// Where all links lead that begin so.
    pub fn links(&self, begin: &str) -> Vec<String> {
        self.attributes(&format!("[href^={begin:?}]"), "href")
    }

    /// Where the link leads that is the `next` or the `prev` of this page, if there is one.
    pub fn link_to(&self, rel: &str) -> Option<String> {
        let links = self.attributes(&format!("a[rel={rel:?}]"), "href");
        assert!(links.len() <= 1, "{links:?}");
        links.into_iter().next()
    }

    /// The newest choice that the page's forms were loaded with.
    #[track_caller]
    pub fn seen(&self) -> String {
        self.field("seen")
    }

    #[track_caller]
    pub fn is_on(&self) -> bool {
        self.attribute("[role=switch]", "aria-checked") == "true"
    }

    /// The key that the page shows for an authenticator.
    #[track_caller]
    pub fn authenticator_key(&self) -> String {
        self.text_of("code.secret").replace(' ', "")
    }

    /// The recovery codes that the page shows.
    pub fn recovery_codes(&self) -> Vec<String> {
        self.texts_of("ol.codes code")
    }

    fn each<T>(&self, selector: &str, of: impl Fn(ElementRef<'_>) -> Option<T>) -> Vec<T> {
        let selector = Selector::parse(selector).unwrap_or_else(|e| panic!("{selector}: {e}"));
        Html::parse_document(&self.body).select(&selector).filter_map(of).collect()
    }

    #[track_caller]
    fn only(&self, what: &str, found: Vec<String>) -> String {
        let [one] = <[String; 1]>::try_from(found)
            .unwrap_or_else(|found| panic!("{what} is there {} times, not once:\n{}", found.len(), self.body));
        one
    }
}

/// What a browser sends of a field; nothing of a box that is not ticked, and of a button.
fn sent(field: ElementRef<'_>) -> Option<String> {
    let value = |element: ElementRef<'_>| element.attr("value").unwrap_or_default().to_owned();
    match field.value().name() {
        "textarea" => Some(field.text().collect()),
        "select" => {
            let options: Vec<_> = field.child_elements().collect();
            let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first())?;
            Some(value(*chosen))
        }
        "input" if matches!(field.attr("type"), Some("checkbox" | "radio")) => {
            field.attr("checked").map(|_| value(field))
        }
        "input" => Some(value(field)),
        _ => None,
    }
}

/// What a query says.
pub fn decode(text: &str) -> String {
    let pair = format!("x={text}");
    url::form_urlencoded::parse(pair.as_bytes()).next().unwrap().1.into_owned()
}
