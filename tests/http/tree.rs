//! Pages as a browser takes them apart: which elements there are and which attributes they have,
//! and what is text.

use scraper::{Html, Node};

const REGIMES: &str = include_str!("../../crates/core/src/objection/regimes.toml");

/// A page's elements in order: how deep each stands, its name, and the names of its attributes.
pub type Shape = Vec<(usize, String, Vec<String>)>;

pub fn shape(html: &str) -> Shape {
    let page = Html::parse_document(html);
    let elements = page.tree.root().descendants().filter_map(|node| {
        let element = node.value().as_element()?;
        let mut attributes: Vec<String> = element.attrs().map(|(name, _)| name.to_owned()).collect();
        attributes.sort_unstable();
        Some((node.ancestors().count(), element.name().to_owned(), attributes))
    });
    elements.collect()
}

/// Everything that a page says, and what stands in its fields: blanks in a row are one.
pub fn said(html: &str) -> String {
    let page = Html::parse_document(html);
    let mut said = String::new();
    for node in page.tree.root().descendants() {
        let within = node.parent().and_then(|parent| parent.value().as_element().map(|e| e.name().to_owned()));
        match node.value() {
            // What belongs together is not taken apart by the elements around it.
            Node::Text(text) if within.as_deref() != Some("script") => said.push_str(text),
            Node::Element(element) => {
                for attribute in ["value", "title"] {
                    if let Some(value) = element.attr(attribute) {
                        said.push_str(&format!(" {value} "));
                    }
                }
                if !["b", "span"].contains(&element.name()) {
                    said.push(' ');
                }
            }
            _ => {}
        }
    }
    plain(&said)
}

/// A text as a page has it: blanks in a row are one, and U+0000 is U+FFFD (HTML, 13.2.5).
pub fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What no page of ours has, whatever is typed: handlers, styles, frames, scripts but our own, and
/// links to anywhere but here.
pub fn dangers(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let mut found = Vec::new();
    for node in page.tree.root().descendants() {
        let Some(element) = node.value().as_element() else { continue };
        let name = element.name();
        if [
            "iframe", "frame", "object", "embed", "base", "style", "img", "image", "video", "audio", "math", "animate",
            "template",
        ]
        .contains(&name)
        {
            found.push(format!("<{name}>"));
        }
        if name == "script" && element.attr("nonce").is_none() {
            found.push("<script> without our nonce".into());
        }
        for (attribute, value) in element.attrs() {
            let leads =
                ["href", "src", "action", "formaction", "srcdoc", "xlink:href", "ping", "data"].contains(&attribute);
            // The websites of the authorities are ours to name; they stand in a file that is built
            // in.
            let authority = name == "a" && attribute == "href" && REGIMES.contains(&format!("website = {value:?}"));
            let here = authority
                || value.starts_with('#')
                || value.starts_with('/') && !value.starts_with("//") && !value.starts_with("/\\");
            if attribute.starts_with("on") || attribute == "style" || leads && !here {
                found.push(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }
    found
}

#[test]
fn what_a_page_must_not_have_is_found() {
    let page =
        "<p onclick=x style=y><a href='javascript:x'>a</a><a href=//evil.example>b</a><script>x</script><img src=/x>";
    assert_eq!(dangers(page).len(), 6, "{:?}", dangers(page));
    assert!(dangers("<p class=x><a href=/support#a>a</a><script nonce=n src=/pkg/x.js></script>").is_empty());
    assert_ne!(shape("<p>a<b>b</b>"), shape("<p>a&lt;b>b"));
    assert_ne!(shape("<p title=a>"), shape("<p title=a b=c>"));
    assert_eq!(shape("<p title=a>b<i>c</i>"), shape("<p title='x y'>z<i></i>"));
    assert_eq!(said("<p>a<span>b</span> &lt;c&gt;<input value='d'><script>e</script>"), "ab <c> d");
}
