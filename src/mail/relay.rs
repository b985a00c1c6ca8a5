//! The dialogue with a mail server (RFC 5321), over TLS where its URL says so.
//!
//! It is led command by command, and not with lettre's transport, because what a refusal means
//! depends on what it answers: a 5yz to a recipient is about that mail, to a password or a sender
//! it is about the server, and must not end every mail there is. One connection is kept for as long
//! as there is mail, and one that was cut off is never used again.

use super::store::{Failure, FailureKind};
use crate::db::is_this_machine;
use crate::error::chain;
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use std::{future::Future, net::IpAddr, time::Duration};
use url::Url;

/// What the URL of a mail server may be.
pub const ACCEPTED: &str = "accepted: smtps://HOST, smtp://HOST?tls=required, smtp://HOST?tls=opportunistic or smtp://HOST (unencrypted); \
     USER:PASSWORD@ (percent-encoded) may come before HOST, and :PORT and /NAME (for EHLO) after it";

/// For connecting, TLS and the password together.
const CONNECT: Duration = Duration::from_mins(1);
/// For the answer to one command.
const COMMAND: Duration = Duration::from_secs(30);
/// For the answer to a whole message. RFC 5321, 4.5.3.2.6: whoever gives up earlier gets mail
/// delivered twice.
const CONTENT: Duration = Duration::from_mins(10);

/// A mail server to hand mail to.
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    hello: ClientId,
    open: Option<AsyncSmtpConnection>,
}

impl Relay {
    /// Takes a URL in the form of [`ACCEPTED`]; `own_name` is what we introduce ourselves by where
    /// the URL says nothing else. The roots trusted are those of the machine, or of the file that
    /// `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// What is wrong with it, without what it says: it may hold a password.
    pub fn parse(url: &str, own_name: &str) -> Result<Self, &'static str> {
        let url = Url::parse(url).map_err(|_| "this is not a URL")?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("the host is missing")?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let parameters = || TlsParameters::new(host.clone()).map_err(|_| "the host cannot be one for TLS");
        let (tls, port) = match (url.scheme(), url.query()) {
            ("smtps", None | Some("tls=required")) => (Tls::Wrapper(parameters()?), 465),
            ("smtp", Some("tls=required")) => (Tls::Required(parameters()?), 587),
            ("smtp", Some("tls=opportunistic")) => (Tls::Opportunistic(parameters()?), 587),
            ("smtp", None) => (Tls::None, 25),
            ("smtp" | "smtps", _) => return Err("the option after ? is not known"),
            _ => return Err("the scheme is not known"),
        };
        let decode = |text: &str| percent_decode(text).ok_or("the user or password is not UTF-8");
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some(Credentials::new(decode(user)?, decode(password)?)),
            _ => return Err("a user needs a password"),
        };
        let name = Some(url.path().trim_matches('/')).filter(|name| !name.is_empty()).unwrap_or(own_name);
        let hello = hello(name).ok_or("the name to introduce ourselves by is not a host name")?;
        Ok(Self { host, port: url.port().unwrap_or(port), tls, credentials, hello, open: None })
    }

    /// Where mail goes, for people; nothing secret.
    pub fn destination(&self) -> String {
        let how = match self.tls {
            Tls::None => "unencrypted",
            Tls::Opportunistic(_) => "encrypted where the server offers it",
            _ => "encrypted",
        };
        format!("{} port {}, {how}", self.host, self.port)
    }

    /// What an attacker on the way to the mail server could do, if the way is a weak one. What goes
    /// to this machine goes on no way.
    pub fn weak_way(&self) -> Option<&'static str> {
        match self.tls {
            _ if is_this_machine(&self.host) => None,
            Tls::None => Some("links, codes and the password can be read on the way"),
            Tls::Opportunistic(_) => Some("somebody on the way can prevent the encryption"),
            _ => None,
        }
    }

    /// Hands one message over. Success means that the server answers for it from now on.
    pub async fn send(&mut self, message: &Message) -> Result<(), Failure> {
        let mut kept = self.open.take();
        if let Some(connection) = &mut kept
            && within(COMMAND, async { Ok(connection.test_connected().await) }).await != Ok(true)
        {
            kept = None;
        }
        let mut connection = match kept {
            Some(connection) => connection,
            None => within(CONNECT, self.connect()).await?,
        };
        let outcome = hand_over(&mut connection, message).await;
        // After a refusal the dialogue goes on with the next mail; after anything else nobody knows
        // where it stands.
        let goes_on = match &outcome {
            Ok(()) => true,
            Err(Failure { kind: FailureKind::Server, .. }) => false,
            Err(_) => within(COMMAND, answer(connection.command(Rset), about_server)).await.is_ok(),
        };
        if goes_on {
            self.open = Some(connection);
        }
        outcome
    }

    /// Says goodbye, where there is a connection.
    pub async fn rest(&mut self) {
        if let Some(mut connection) = self.open.take() {
            // Whatever is answered, everything has been sent.
            let _ = within(Duration::from_secs(5), answer(connection.quit(), about_server)).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let at_once = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let address = (self.host.as_str(), self.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, at_once, None);
        let mut connection = connecting.await.map_err(|e| unusable("unreachable", &e))?;
        let upgrade = match &self.tls {
            Tls::Required(parameters) => Some(parameters),
            Tls::Opportunistic(parameters) => Some(parameters).filter(|_| connection.can_starttls()),
            Tls::None | Tls::Wrapper(_) => None,
        };
        if let Some(parameters) = upgrade {
            connection.starttls(parameters.clone(), &self.hello).await.map_err(|e| unusable("tls", &e))?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|e| unusable("auth", &e))?;
        }
        Ok(connection)
    }
}

async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failure> {
    let envelope = message.envelope();
    let mut parameters = Vec::new();
    if envelope.to().iter().any(|to| !to.user().is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(failure("smtputf8", FailureKind::Never));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let from = Mail::new(envelope.from().cloned(), parameters);
    within(COMMAND, answer(connection.command(from), about_server)).await?;
    for to in envelope.to() {
        within(COMMAND, answer(connection.command(Rcpt::new(to.clone(), Vec::new())), about_mail)).await?;
    }
    within(COMMAND, answer(connection.command(Data), about_mail)).await?;
    within(CONTENT, answer(connection.message(&message.formatted()), about_mail)).await
}

async fn within<T>(time: Duration, run: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(time, run).await.unwrap_or_else(|_| Err(failure("timeout", FailureKind::Server)))
}

async fn answer<T>(run: impl Future<Output = Result<T, Error>>, meaning: fn(&Error) -> Failure) -> Result<(), Failure> {
    run.await.map(drop).map_err(|error| meaning(&error))
}

fn failure(reason: impl Into<String>, kind: FailureKind) -> Failure {
    Failure { reason: reason.into(), kind }
}

/// A connection that came to nothing. Its cause is logged: no mail has been named yet, so that it
/// names nobody.
fn unusable(stage: &str, error: &Error) -> Failure {
    if error.status().is_some() {
        return about_server(error);
    }
    tracing::warn!(cause = %chain(error), stage, "the mail server cannot be used");
    let mut cause = std::error::Error::source(error);
    let mut tls = false;
    while let Some(error) = cause {
        // So rustls reports what it refuses, such as a certificate that nobody known has signed.
        tls |= error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::InvalidData);
        cause = error.source();
    }
    failure(if tls { "tls" } else { stage }, FailureKind::Server)
}

fn about_server(error: &Error) -> Failure {
    let reason = error.status().map_or_else(|| "broken".to_owned(), |code| code.to_string());
    failure(reason, FailureKind::Server)
}

/// The answer to a recipient or a message: 5yz is for good, 4yz for now (RFC 5321, 4.2.1), 421 and
/// a broken connection are about the server.
fn about_mail(error: &Error) -> Failure {
    match error.status().map(|code| (u16::from(code), code)) {
        None | Some((421, _)) => about_server(error),
        Some((500.., code)) => failure(code.to_string(), FailureKind::Never),
        Some((_, code)) => failure(code.to_string(), FailureKind::Later),
    }
}

fn hello(name: &str) -> Option<ClientId> {
    match name.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(ip)) => Some(ClientId::Ipv4(ip)),
        Ok(IpAddr::V6(ip)) => Some(ClientId::Ipv6(ip)),
        Err(_) => {
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
            plain.then(|| ClientId::Domain(name.to_owned()))
        }
    }
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |b: Option<u8>| char::from(b?).to_digit(16);
            bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Relay, &'static str> {
        Relay::parse(url, "sayso.example")
    }

    #[test]
    fn a_url_says_where_and_how() {
        for (url, destination) in [
            ("smtp://mail.example", "mail.example port 25, unencrypted"),
            ("smtp://mail.example:2525", "mail.example port 2525, unencrypted"),
            ("smtp://u:p@mail.example?tls=required", "mail.example port 587, encrypted"),
            (
                "smtp://mail.example/own.example?tls=opportunistic",
                "mail.example port 587, encrypted where the server offers it",
            ),
            ("smtps://u:p@mail.example", "mail.example port 465, encrypted"),
            ("smtps://[::1]:4650", "::1 port 4650, encrypted"),
        ] {
            assert_eq!(parse(url).map(|r| r.destination()).as_deref(), Ok(destination), "{url}");
        }
    }

    #[test]
    fn what_cannot_be_a_mail_server_is_refused_without_repeating_it() {
        for url in [
            "",
            "mail.example",
            "https://mail.example",
            "smtp://",
            "smtp://mail.example?tls=maybe",
            "smtps://mail.example?tls=opportunistic",
            "smtp://ada@mail.example",
            "smtp://:secret@mail.example",
            "smtp://a:%ff@mail.example",
            "smtp://a:%4@mail.example",
            "smtp://mail.example/a%0d%0ab",
            "smtp://mail.example:99999",
        ] {
            let refused = parse(url).err().unwrap_or_else(|| panic!("{url} is taken"));
            assert!(!refused.contains("secret") && !refused.contains("example"), "{refused}");
        }
    }

    #[test]
    fn a_name_is_a_domain_or_an_address_literal() {
        for (name, said) in [("a.example", "a.example"), ("127.0.0.1", "[127.0.0.1]"), ("[::1]", "[IPv6:::1]")] {
            assert_eq!(hello(name).map(|h| h.to_string()).as_deref(), Some(said));
        }
        assert_eq!(hello("a b"), None);
    }

    #[test]
    fn a_password_may_have_any_characters() {
        assert_eq!(percent_decode("p%40ss%3aw%C3%B6rd%25").as_deref(), Some("p@ss:wörd%"));
    }
}
