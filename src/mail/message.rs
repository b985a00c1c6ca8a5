//! How a letter travels: as a message by RFC 5322 and MIME, the same bytes at every attempt. Pure.

use super::address::address;
use super::letter;
use super::store::Mail;
use crate::text::unseen;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use std::time::{Duration, UNIX_EPOCH};

/// Whom mail comes from.
#[derive(Clone, Debug)]
pub struct Sender {
    pub from: Mailbox,
    /// The host that browsers see; the right half of every `Message-ID`.
    pub host: String,
    /// Where answers are read; `None` where nobody reads them.
    pub reply_to: Option<Mailbox>,
    /// Where to reach us instead: what the platform says, or the site.
    pub site: String,
    /// The platform's name, where it is known.
    pub platform: Option<String>,
}

impl Sender {
    /// Takes an address, or a name and an address, as `Sayso <privacy@sayso.example>`. `None` where
    /// that cannot be a sender.
    pub fn parse(from: &str, host: &str) -> Option<Self> {
        Some(Self { from: mailbox(from)?, host: host.into(), reply_to: None, site: host.into(), platform: None })
    }

    /// Said at the end of every letter: whom it is from, and whether answers are read.
    fn says(&self) -> String {
        let from = self.platform.as_ref().map(|name| format!("This e-mail is from {name}. ")).unwrap_or_default();
        let reach = match self.site.strip_prefix("mailto:") {
            Some(address) => format!("write to {address}"),
            None => format!("go to {}", self.site),
        };
        match &self.reply_to {
            Some(_) => format!("{from}You can reply to this e-mail. A person will read it."),
            None => format!(
                "{from}Please do not reply to this e-mail, because nobody reads the replies. To reach us, {reach}."
            ),
        }
    }
}

/// One mailbox of ours, by an address, or a name and an address.
pub fn mailbox(text: &str) -> Option<Mailbox> {
    if text.contains(char::is_control) || unseen(text).is_some() {
        return None;
    }
    let Mailbox { name, email } = text.trim().parse().ok()?;
    // Whether a server takes other letters before the @ is only known once one talks to it, mail by
    // mail.
    let email = address(email.as_ref()).filter(|email| email.user().is_ascii())?;
    Some(Mailbox::new(name, email))
}

/// The message of `mail`; `None` where its address is none.
pub fn message(sender: &Sender, mail: &Mail) -> Option<Message> {
    let to = address(&mail.to)?;
    // RFC 3834, 5: so that nobody's absence is told to us.
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    // The boundary is the mail's id: nobody who writes into a letter knows it beforehand.
    let id = mail.id.to_string();
    let both = MultiPart::alternative()
        .boundary(&id)
        .singlepart(SinglePart::plain(letter::plain_ending(&mail.plain, &sender.says())))
        .singlepart(SinglePart::html(letter::html_ending(&mail.html, &sender.says())));
    let message = match &sender.reply_to {
        Some(reply_to) => Message::builder().reply_to(reply_to.clone()),
        None => Message::builder(),
    };
    message
        // RFC 5322, 3.6.4. The same at every attempt, so that whoever gets two can tell.
        .message_id(Some(format!("<{id}@{}>", sender.host)))
        .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.created_at.0).unwrap_or(0)))
        .from(sender.from.clone())
        .to(to.into())
        .subject(mail.subject.clone())
        .raw_header(automatic)
        .multipart(both)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Block, Letter, store::MailId};
    use crate::time::UtcMillis;

    fn sent(to: &str, subject: &str) -> Option<String> {
        let words = "Grüße an alle.\n.\n.hidden\nFrom here on".to_owned();
        let letter = Letter { to: to.into(), subject: subject.into(), blocks: vec![Block::Quote(words)] };
        let at = UtcMillis(1_795_459_000_000);
        let mail = Mail {
            id: MailId::at(at),
            to: letter.to.clone(),
            subject: letter.subject_line(),
            plain: letter.plain(),
            html: letter.html(),
            attempts: 1,
            created_at: at,
            claimed_until: at,
        };
        let sender = Sender::parse("Sayso <privacy@sayso.example>", "sayso.example").unwrap();
        let bytes = message(&sender, &mail)?.formatted();
        assert_eq!(message(&sender, &mail).unwrap().formatted(), bytes, "another attempt says something else");
        Some(String::from_utf8(bytes).unwrap())
    }

    /// The header's names, in order.
    fn names(message: &str) -> Vec<&str> {
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        head.split("\r\n").filter(|l| !l.starts_with([' ', '\t'])).map(|l| l.split(':').next().unwrap()).collect()
    }

    const NAMES: [&str; 8] =
        ["Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"];

    #[test]
    fn a_message_has_its_headers_and_both_forms() {
        let text = sent("ada@example.org", "Your objection").unwrap();
        assert_eq!(names(&text), NAMES);
        for line in [
            "Date: Mon, 23 Nov 2026 18:36:40 +0000",
            "From: Sayso <privacy@sayso.example>",
            "To: ada@example.org",
            "Subject: Your objection",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is missing:\n{text}");
        }
        assert!(text.contains("@sayso.example>\r\n"));
        let parts: Vec<_> = text.lines().filter(|l| l.starts_with("Content-Type: ")).collect();
        let parts: Vec<_> = parts.iter().map(|l| l.split(';').next().unwrap()).collect();
        let said = ["Content-Type: multipart/alternative", "Content-Type: text/plain", "Content-Type: text/html"];
        assert_eq!(parts, said);
    }

    #[test]
    fn a_letter_says_whether_answers_are_read() {
        let at = UtcMillis(1_795_459_000_000);
        let letter =
            Letter { to: "ada@example.org".into(), subject: "S".into(), blocks: vec![Block::Text("T".into())] };
        let mail = Mail {
            id: MailId::at(at),
            to: letter.to.clone(),
            subject: letter.subject_line(),
            plain: letter.plain(),
            html: letter.html(),
            attempts: 1,
            created_at: at,
            claimed_until: at,
        };
        let sender = Sender::parse("Sayso <privacy@sayso.example>", "sayso.example").unwrap();
        let sender = Sender { site: "https://sayso.example".into(), ..sender };
        let unread = String::from_utf8(message(&sender, &mail).unwrap().formatted()).unwrap();
        assert!(!unread.contains("Reply-To"), "{unread}");
        let said = "T\r\n\r\nPlease do not reply to this e-mail, because nobody reads the replies. To\r\nreach us, go to https://sayso.example.\r\n";
        assert!(unread.contains(said), "{unread}");
        let html = "<hr>\r\n<p>Please do not reply to this e-mail, because nobody reads the replies. To=\r\n reach us, go to https://sayso.example.</p>\r\n</body>";
        assert!(unread.contains(html), "{unread}");
        let sender = Sender { platform: Some("Acme".into()), site: "mailto:privacy@acme.example".into(), ..sender };
        let named = String::from_utf8(message(&sender, &mail).unwrap().formatted()).unwrap();
        let flat = named.replace("=\r\n", "").split_whitespace().collect::<Vec<_>>().join(" ");
        let said = "This e-mail is from Acme. Please do not reply to this e-mail, because nobody reads the replies. To reach us, write to privacy@acme.example.";
        assert_eq!(flat.matches(said).count(), 2, "{named}");
        let sender = Sender { reply_to: mailbox("Privacy team <team@sayso.example>"), ..sender };
        let read = String::from_utf8(message(&sender, &mail).unwrap().formatted()).unwrap();
        assert!(read.contains("Reply-To: \"Privacy team\" <team@sayso.example>\r\n"), "{read}");
        let flat = read.replace("=\r\n", "").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(flat.matches("You can reply to this e-mail. A person will read it.").count(), 2, "{read}");
        assert!(!read.contains("nobody reads"), "{read}");
    }

    #[test]
    fn no_subject_begins_another_header() {
        for break_ in
            ["\r\n", "\n", "\r", "\n\r", "\r\n ", "\0", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\r\n\r\n"]
        {
            for begin in ["Case", "Fälle", ""] {
                for second in ["Bcc: eve@example.org", "Content-Type: text/html", "\tX: y", "<script>"] {
                    let subject = format!("{begin}{break_}{second}");
                    let text = sent("ada@example.org", &subject).unwrap();
                    assert_eq!(names(&text), NAMES, "{subject:?}");
                    assert!(text.bytes().all(|b| b.is_ascii() && (b >= b' ' || b"\r\n\t".contains(&b))), "{subject:?}");
                    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "a bare line break with {subject:?}");
                }
            }
        }
        let long = sent("ada@example.org", &"Fälle und Wörter ".repeat(50)).unwrap();
        assert!(long.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
        assert_eq!(names(&long), NAMES);
    }

    #[test]
    fn no_address_begins_another_header_or_recipient() {
        for to in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@example.org\nBcc: eve@example.org",
            "ada\r@example.org",
            "ada@example.org\0",
            "ada@example.org, eve@example.org",
            "ada@example.org eve@example.org",
            "Ada <ada@example.org>",
            "<ada@example.org>",
            "ada@example.org>\r\nRCPT TO:<eve@example.org",
            "ada@example.org> SIZE=1",
            "\"ada\r\nBcc: x\"@example.org",
            "\"a b\"@example.org",
            "ada@example.org\u{2028}x",
            "ada@exa mple.org",
        ] {
            assert_eq!(sent(to, "Your objection"), None, "{to:?}");
        }
        let text = sent("o'neil+x.y-z_1@sub.example.org", "Your objection").unwrap();
        assert_eq!(names(&text), NAMES);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_the_header_is_ours(subject in "(?s).{0,300}", name in "(?s)\\PC{0,80}", words in "(?s).{0,300}") {
            let text = sent("ada@example.org", &format!("{subject}\n{words}")).unwrap();
            proptest::prop_assert_eq!(names(&text), NAMES);
            // An address made of anything is refused, or is one address.
            if let Some(text) = sent(&format!("{name}@example.org"), &subject) {
                proptest::prop_assert_eq!(names(&text), NAMES);
            }
        }
    }

    #[test]
    fn a_domain_in_other_letters_is_written_as_mail_servers_know_it() {
        assert_eq!(address("ada@müller.example").unwrap().to_string(), "ada@xn--mller-kva.example");
        assert_eq!(address("ädä@müller.example").unwrap().to_string(), "ädä@xn--mller-kva.example");
    }

    #[test]
    fn a_sender_is_one_address_with_or_without_a_name() {
        for good in
            ["privacy@sayso.example", "Sayso <privacy@sayso.example>", "\"Sayso, Inc.\" <privacy@sayso.example>"]
        {
            assert!(Sender::parse(good, "h").is_some(), "{good}");
        }
        for bad in
            ["", "Sayso", "Sayso <privacy>", "a@b.example, c@d.example", "S\r\nBcc: x <a@b.example>", "ä@b.example"]
        {
            assert!(Sender::parse(bad, "h").is_none(), "{bad:?}");
        }
    }
}
