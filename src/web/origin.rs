//! Origins: scheme, host and port, as browsers write them. URLs and hosts are compared here, and
//! nowhere as text.
//!
//! `https://Privacy.example:443` and `https://privacy.example` are one origin, and so are a name
//! and its ASCII form (RFC 6454, 4 to 6; URL Standard, 4.7).

use http::{HeaderMap, Uri, header};
use std::net::{IpAddr, SocketAddr};
use std::{fmt, ops::Deref, str::FromStr};
use url::{Host, Url};

/// What is accepted where an origin is set.
pub const ACCEPTED: &str =
    "accepted: http://HOST or https://HOST, with or without a port, without a path, a query or a user";

/// An origin of the web. It reads as text, the way a browser writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host: String,
    https: bool,
}

impl Origin {
    /// The origin of a page or a request, if it has one on the web: `null`, a file and a path have
    /// none.
    pub fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        Some(Self { text: url.origin().ascii_serialization(), host: url.host()?.to_string(), https })
    }

    /// The origin under which a server at this address is reached without a name.
    pub fn of_address(addr: SocketAddr) -> Self {
        let host: Host<String> = match addr.ip() {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        };
        let text = url::Origin::Tuple("http".into(), host.clone(), addr.port()).ascii_serialization();
        Self { text, host: host.to_string(), https: false }
    }

    /// The origin that a request without TLS was sent to: by its `Host`, or in HTTP/2 by its
    /// authority.
    pub fn asked_for(headers: &HeaderMap, uri: &Uri) -> Option<Self> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| uri.authority().map(http::uri::Authority::as_str))?;
        format!("http://{host}").parse().ok()
    }

    /// The host alone: in ASCII, without its port.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether it leads to this machine and to no other (RFC 6761, 6.3).
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.ends_with(".localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    /// Takes an origin and nothing else. The parser of URLs is more forgiving than a setting should
    /// be: it leaves out what it cannot use, such as a line end, so that this looks at the text
    /// first.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or(ACCEPTED)?;
        let known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let odd = |c: char| c.is_control() || c.is_whitespace() || "/\\?#@*".contains(c);
        if !known || authority.contains(odd) {
            return Err(ACCEPTED);
        }
        // An empty label is no name (RFC 1034, 3.1); the dot of the root at the end is none.
        let named =
            |origin: &Self| !origin.host.strip_suffix('.').unwrap_or(&origin.host).split('.').any(str::is_empty);
        Self::of(text).filter(named).ok_or(ACCEPTED)
    }
}

impl Deref for Origin {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (typed, written, host) in [
            ("https://privacy.example", "https://privacy.example", "privacy.example"),
            ("https://privacy.example:443", "https://privacy.example", "privacy.example"),
            ("https://privacy.example:443/", "https://privacy.example", "privacy.example"),
            ("HTTPS://Privacy.EXAMPLE:0443", "https://privacy.example", "privacy.example"),
            ("https://privacy.example:", "https://privacy.example", "privacy.example"),
            ("https://privacy.example:80", "https://privacy.example:80", "privacy.example"),
            ("http://privacy.example:80", "http://privacy.example", "privacy.example"),
            ("http://privacy.example:443", "http://privacy.example:443", "privacy.example"),
            ("http://localhost:3000/", "http://localhost:3000", "localhost"),
            ("https://M\u{dc}LLER.example", "https://xn--mller-kva.example", "xn--mller-kva.example"),
            ("https://xn--mller-kva.example", "https://xn--mller-kva.example", "xn--mller-kva.example"),
            ("https://privacy.example.", "https://privacy.example.", "privacy.example."),
            ("http://127.1:3000", "http://127.0.0.1:3000", "127.0.0.1"),
            ("http://[::1]:80", "http://[::1]", "[::1]"),
            ("http://[2001:DB8:0:0::1]:3000", "http://[2001:db8::1]:3000", "[2001:db8::1]"),
        ] {
            let origin: Origin = typed.parse().unwrap_or_else(|_| panic!("{typed}"));
            assert_eq!((&*origin, origin.host()), (written, host), "{typed}");
            assert_eq!(origin.is_https(), written.starts_with("https"), "{typed}");
        }
    }

    #[test]
    fn what_is_no_origin_is_none() {
        for bad in [
            "",
            "null",
            "privacy.example",
            "https://privacy..example",
            "https://.privacy.example",
            "https://privacy.example..",
            "//privacy.example",
            "https:",
            "https:privacy.example",
            "https:/privacy.example",
            "https://",
            "https://:443",
            "https:///privacy.example",
            "https:\\\\privacy.example",
            "https://privacy.example/sayso",
            "https://privacy.example//",
            "https://privacy.example/.",
            "https://privacy.example?",
            "https://privacy.example#",
            "https://privacy.example/?a=b",
            "https://ada@privacy.example",
            "https://@privacy.example",
            "https://ada:secret@privacy.example",
            "https://privacy.example:port",
            "https://privacy.example:65536",
            "https://privacy example",
            "https://privacy.example\n",
            " https://privacy.example",
            "https://[::1",
            "https://999.1.1.1",
            "ftp://privacy.example",
            "ws://privacy.example",
            "file:///etc",
            "data:text/html,x",
            "blob:https://privacy.example/1",
            "javascript:alert(1)",
            "https://*",
            "https://*.example",
            "https://<host>",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad:?} is {:?}", bad.parse::<Origin>());
        }
    }

    #[test]
    fn a_page_has_the_origin_of_its_address() {
        let own: Origin = "https://privacy.example".parse().unwrap();
        for page in ["https://privacy.example/a?b#c", "https://PRIVACY.example:443/", "https://ada@privacy.example/"] {
            assert_eq!(Origin::of(page).as_ref(), Some(&own), "{page}");
        }
        for other in
            ["http://privacy.example/", "https://privacy.example:8443/", "https://privacy.example.evil.example/"]
        {
            assert_ne!(Origin::of(other).as_ref(), Some(&own), "{other}");
        }
        for none in ["null", "about:blank", "file:///tmp/x", "/settings/privacy", "https://"] {
            assert_eq!(Origin::of(none), None, "{none}");
        }
    }

    #[test]
    fn the_origin_of_an_address_is_that_of_its_url() {
        for addr in ["127.0.0.1:3000", "0.0.0.0:80", "[::1]:3000", "[::ffff:1.2.3.4]:80", "[fe80::1%2]:3000"] {
            let addr: SocketAddr = addr.parse().unwrap();
            let plain = SocketAddr::new(addr.ip(), addr.port());
            assert_eq!(Origin::of_address(addr), format!("http://{plain}").parse().unwrap());
        }
    }

    #[test]
    fn whoever_asks_says_which_name_of_the_machine_is_meant() {
        let asked = |host: Option<&'static str>, uri: &'static str| {
            let mut headers = HeaderMap::new();
            if let Some(host) = host {
                headers.insert(header::HOST, host.parse().unwrap());
            }
            Origin::asked_for(&headers, &Uri::from_static(uri)).map(|origin| origin.to_string())
        };
        for host in ["localhost", "LocalHost:80", "localhost:080"] {
            assert_eq!(asked(Some(host), "/").as_deref(), Some("http://localhost"), "{host}");
        }
        assert_eq!(asked(None, "http://Sayso.local:3000/x").as_deref(), Some("http://sayso.local:3000"));
        for none in [None, Some(""), Some("a b"), Some("a/b"), Some("ada@host")] {
            assert_eq!(asked(none, "/x"), None, "{none:?}");
        }
    }
}
