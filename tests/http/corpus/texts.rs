//! What is meant to do harm, and letters of the same shape.

use sayso::account::model::{is_unseen, parse_email};

pub const CORPUS: [&str; 62] = [
    // Markup, and what ends the element or the attribute around it.
    "<script>pwned=1</script>",
    "<img src=x onerror=pwned=1>",
    "\"><svg onload=pwned=1>",
    "'><b onmouseover='pwned=1'>",
    "\" autofocus onfocus=pwned=1 x=\"",
    "' style='background:url(//evil.example)' x='",
    "` onload=pwned=1 `",
    "x onclick=pwned=1",
    "</textarea><script>pwned=1</script>",
    "</title><script>pwned=1</script>",
    "</p></dd></dl></section></article></main><form action=//evil.example>",
    "</body></html><script>pwned=1</script>",
    "<iframe srcdoc='&lt;script&gt;parent.pwned=1&lt;/script&gt;'></iframe>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example>",
    "<template shadowrootmode=open><slot></slot></template>",
    "<leptos-island data-component=AiChoice data-props='{}'>",
    "<!-- --!> --> <!--",
    "<!>",
    "]]><![CDATA[<b>",
    "<?xml version='1.0'?><b>",
    "<plaintext>",
    // SVG and MathML.
    "<svg><animate onbegin=pwned=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:pwned=1><text y=9>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=pwned=1>'>",
    // Addresses.
    "javascript:pwned=1//",
    "JaVaScRiPt&colon;pwned=1",
    "java\tscript:pwned=1",
    "data:text/html,<script>pwned=1</script>",
    "//evil.example/x",
    "/\\evil.example",
    // Entities and templates.
    "&lt;script&gt;pwned=1&lt;/script&gt;",
    "&#60;b&#62;&#x202e;&NotEqualTilde;&amp;lt;",
    "{{constructor.constructor('pwned=1')()}}",
    "${pwned=1}<%= 7*7 %>#{7*7}{% raw %}",
    // Formulas.
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "x;=1+1",
    "x\",=1+1,\"",
    "x\n=1+1",
    // Headers of mails.
    "Ada\r\nBcc: eve@evil.example",
    "Ada\nContent-Type: text/html\n\n<script>pwned=1</script>",
    "Ada\u{2028}Bcc: eve@evil.example\u{85}X: y",
    "=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=",
    "=?utf-8?Q?=0D=0ABcc:_eve@evil.example?= <eve@evil.example>, (c) \"q\" \\",
    "\r\n.\r\nMAIL FROM:<eve@evil.example>",
    // What is not seen, turns the writing around, or has no end.
    "\u{202e}adA\u{202c} \u{2067}x\u{2069}",
    "عدا \u{200f}Ada לאה",
    "a\u{0}b\u{1b}[31mred",
    "\u{feff}Ada\u{200b}\u{ad}Lovelace",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "Z\u{338}\u{321}\u{360}\u{35c}\u{35e}a\u{338}\u{327}\u{321}\u{360}l",
];

/// Whether letters stand in its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum With {
    Harm,
    Letters,
}

impl With {
    /// The text, or one of the same shape: blanks, line ends and what is refused everywhere stay
    /// what they are.
    pub fn text(self, text: &str) -> String {
        let stays = |c: char| c.is_whitespace() || c.is_control() || is_unseen(c);
        match self {
            Self::Harm => text.to_owned(),
            Self::Letters => text.chars().map(|c| if stays(c) { c } else { 'x' }).collect(),
        }
    }

    /// An address with as much of the text before its @ as an address can have.
    pub fn email(self, harm: &str, n: usize, of: &str) -> String {
        let local: String = harm
            .chars()
            .filter(|c| !(c.is_whitespace() || c.is_control() || is_unseen(*c) || "<>,;:\"()[]\\@".contains(*c)))
            .take(40)
            .collect();
        let harmful = parse_email(&format!("{local}{n}@{of}.example"));
        match (self, harmful) {
            (_, None) => format!("m{n}@{of}.example"),
            (Self::Harm, Some(email)) => email,
            (Self::Letters, Some(_)) => format!("{}{n}@{of}.example", self.text(&local)),
        }
    }
}
