//! Charts as SVG, in strings. Pure.
//!
//! Across, everything is in percent, so that a chart is as wide as its place and its text stays as
//! large as it is; downwards it is in CSS pixels. Colours are classes, for `style/figures.css`;
//! nothing is told by colour alone, but by place, pattern and label too.

mod due;
mod scale;
mod shares;
mod weeks;

pub use due::due;
pub use shares::shares;
pub use weeks::weeks;

use crate::html::escape;
use std::fmt::{Display, Write};

/// Writes elements that are closed in order, with everything escaped.
pub struct Svg {
    out: String,
    open: Vec<&'static str>,
}

/// An attribute.
type Attribute<'a> = (&'static str, &'a dyn Display);

impl Svg {
    /// Begins a picture that is read out as `title`, which is what it is, and `said`, which is what
    /// there is to see. `id` is for this picture alone.
    pub fn new(id: &str, class: &str, height: u32, title: &str, said: &str) -> Self {
        let mut svg = Self { out: String::new(), open: Vec::new() };
        let names = format!("{id}-title {id}-said");
        svg.begin(
            "svg",
            &[
                ("class", &class),
                ("role", &"img"),
                ("width", &"100%"),
                ("height", &height),
                ("aria-labelledby", &names),
            ],
        );
        svg.words("title", &[("id", &format_args!("{id}-title"))], title);
        svg.words("desc", &[("id", &format_args!("{id}-said"))], said);
        svg
    }

    fn tag(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"{}\"", escaped(&value.to_string()));
        }
    }

    /// Opens an element.
    pub fn begin(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(name, attributes);
        self.out.push('>');
        self.open.push(name);
    }

    /// Closes the element that was opened last.
    pub fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            let _ = write!(self.out, "</{name}>");
        }
    }

    /// An element without anything in it.
    pub fn put(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        self.begin(name, attributes);
        self.end();
    }

    /// An element with text in it.
    pub fn words(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.begin(name, attributes);
        self.out.push_str(&escaped(text));
        self.end();
    }

    /// The patterns that tell areas apart without colours, each as `{id}-{name}`: slanted lines for
    /// a part, level lines for what is not offered.
    pub fn patterns(&mut self, id: &str) {
        self.begin("defs", &[]);
        let part = format!("{id}-part");
        self.begin(
            "pattern",
            &[
                ("id", &part),
                ("width", &6),
                ("height", &6),
                ("patternUnits", &"userSpaceOnUse"),
                ("patternTransform", &"rotate(45)"),
            ],
        );
        self.put("rect", &[("class", &"ground"), ("width", &6), ("height", &6)]);
        self.put("rect", &[("class", &"yes"), ("width", &3), ("height", &6)]);
        self.end();
        self.end();
    }

    /// Ends the picture.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }
}

/// As it may stand in an element and in an attribute (XML 1.0, 2.4); characters that XML does not
/// have are left out.
fn escaped(text: &str) -> String {
    let known = |c: &char| !(*c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{fffe}' | '\u{ffff}'));
    escape(&text.chars().filter(known).collect::<String>())
}

#[cfg(test)]
pub mod xml {
    //! Just enough of XML to tell whether a picture is well formed.

    /// Its name, and its attributes.
    pub type Element = (String, Vec<(String, String)>);

    /// The elements of `text`, and the text in them; panics where it is not well formed.
    pub fn read(text: &str) -> (Vec<Element>, String) {
        let (mut elements, mut words, mut open, mut rest) = (Vec::new(), String::new(), Vec::new(), text);
        while let Some((before, tag)) = rest.split_once('<') {
            assert!(!before.contains('>'), "a bare > in {before:?}");
            words += &plain(before);
            let (tag, after) = tag.split_once('>').expect("a tag that ends");
            rest = after;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "closed in order");
                continue;
            }
            let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            assert!(name.bytes().all(|b| b.is_ascii_alphabetic()), "{name:?} is a name");
            let mut all = Vec::<(String, String)>::new();
            while !attributes.is_empty() {
                let (name, value) = attributes.split_once("=\"").expect("a value in quotes");
                let (value, after) = value.split_once('"').expect("a value that ends");
                assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{name:?} is a name");
                assert!(all.iter().all(|(known, _)| known != name), "{name} twice");
                all.push((name.into(), plain(value)));
                attributes = after.strip_prefix(' ').unwrap_or(after);
            }
            open.push(name.to_owned());
            elements.push((name.to_owned(), all));
        }
        assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest:?}");
        (elements, words)
    }

    fn plain(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('&') {
            let (entity, after) = after.split_once(';').expect("an entity that ends");
            out += before;
            out += match entity {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "#39" => "'",
                other => panic!("an unknown entity {other:?}"),
            };
            rest = after;
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_said_comes_out_as_it_was(title in "\\PC*", said in "[ -~<>&\"']*") {
            let mut svg = Svg::new("x", "chart", 10, &title, &said);
            svg.put("rect", &[("class", &said)]);
            let (elements, words) = xml::read(&svg.finish());
            prop_assert_eq!(words, format!("{title}{said}"));
            prop_assert_eq!(&elements[3].1[0].1, &said);
        }
    }

    #[test]
    fn what_xml_cannot_say_is_left_out() {
        assert_eq!(escaped("a\0b\u{1}c\u{ffff}\td"), "abc\td");
    }

    #[test]
    fn whatever_is_open_is_closed() {
        let mut svg = Svg::new("x", "chart", 10, "a", "b");
        svg.begin("g", &[]);
        svg.begin("g", &[]);
        assert!(svg.finish().ends_with("</g></g></svg>"));
    }
}
