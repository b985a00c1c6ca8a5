//! The network address of whoever asks, and the networks that it is counted under. Pure.

use http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// What the requests of one client are counted under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks {
    /// An IPv4 address, or the /64 of an IPv6 address: one line at home has as much (RFC 6177), and
    /// can ask from another address each time.
    pub narrow: String,
    /// The /48 of an IPv6 address, which one customer may have.
    pub wide: Option<String>,
}

/// The networks of this address.
pub fn networks(address: IpAddr) -> Networks {
    match address.to_canonical() {
        IpAddr::V4(v4) => Networks { narrow: v4.to_string(), wide: None },
        IpAddr::V6(v6) => Networks { narrow: prefix(v6, 64), wide: Some(prefix(v6, 48)) },
    }
}

fn prefix(address: Ipv6Addr, bits: u32) -> String {
    let kept = address.to_bits() & (u128::MAX << (128 - bits));
    format!("{}/{bits}", Ipv6Addr::from_bits(kept))
}

/// The address of the client behind so many proxies of ours, each of which has written at the end
/// of `X-Forwarded-For` whom it was asked by; that of the `peer` where there are none, or they say
/// nothing that is one.
pub fn client(headers: &HeaderMap, proxies: u32, peer: Option<IpAddr>) -> Option<IpAddr> {
    let forwarded = || {
        let all = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let list: Vec<&str> = all.flat_map(|value| value.split(',')).collect();
        let at = list.len().checked_sub(usize::try_from(proxies).ok()?)?;
        parse(list.get(at)?)
    };
    let forwarded = if proxies > 0 { forwarded() } else { None };
    forwarded.or(peer).map(|address| address.to_canonical())
}

/// An address as proxies write it: alone, with a port, or in brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_however_a_proxy_writes_it() {
        for (text, address) in [
            ("192.0.2.7", Some("192.0.2.7")),
            (" 192.0.2.7 ", Some("192.0.2.7")),
            ("192.0.2.7:4711", Some("192.0.2.7")),
            ("2001:db8::7", Some("2001:db8::7")),
            ("[2001:db8::7]", Some("2001:db8::7")),
            ("[2001:db8::7]:4711", Some("2001:db8::7")),
            ("\"[2001:db8::7]:4711\"", Some("2001:db8::7")),
            ("unknown", None),
            ("_hidden", None),
            ("", None),
            ("192.0.2.7:port", None),
            ("[192.0.2.7", None),
        ] {
            assert_eq!(parse(text).map(|a| a.to_string()).as_deref(), address, "{text}");
        }
    }

    #[test]
    fn the_client_is_whoever_the_outermost_proxy_of_ours_was_asked_by() {
        let peer = Some("10.0.0.1".parse().unwrap());
        let of = |lines: &[&str], proxies| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            client(&headers, proxies, peer).unwrap().to_string()
        };
        assert_eq!(of(&["198.51.100.9, 192.0.2.7:99"], 0), "10.0.0.1", "nobody has set that there is one");
        assert_eq!(of(&["198.51.100.9, 192.0.2.7:99"], 1), "192.0.2.7");
        assert_eq!(of(&["198.51.100.9, 192.0.2.7", "10.0.0.2"], 2), "192.0.2.7");
        assert_eq!(of(&["1.2.3.4, [::ffff:192.0.2.7]:5"], 1), "192.0.2.7", "IPv4 in the clothes of IPv6");
        for nothing in [&["nonsense"][..], &[], &["192.0.2.7, unknown"]] {
            assert_eq!(of(nothing, 1), "10.0.0.1");
        }
        assert_eq!(of(&["192.0.2.7"], 2), "10.0.0.1", "fewer than there are proxies");
    }

    #[test]
    fn one_line_is_one_network() {
        let of = |text: &str| networks(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), Networks { narrow: "192.0.2.7".into(), wide: None });
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        let (narrow, wide) = ("2001:db8:1:2::/64".to_owned(), Some("2001:db8:1::/48".to_owned()));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), Networks { narrow, wide });
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1").narrow, of("2001:db8:1:3::1").narrow);
        assert_eq!(of("2001:db8:1:2::1").wide, of("2001:db8:1:3::1").wide);
    }
}
