//! Addresses that mail can be sent to.

use lettre::Address;

/// The address that mail for `text` goes to, its domain in ASCII (RFC 5890); `None` where mail
/// cannot be sent there. Whoever lets an address in can ask this first.
pub fn address(text: &str) -> Option<Address> {
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || "<>\"".contains(c)) {
        return None;
    }
    // An encoded word (RFC 2047) is no part of an address, and yet some programs read one there: to
    // them it is another address.
    if text.contains("=?") {
        return None;
    }
    let address: Address = text.parse().ok()?;
    if address.domain().is_ascii() {
        // A host's name (RFC 1123, 2.1), which DNS can be asked for; or an address in brackets (RFC
        // 5321, 4.1.3).
        let name = address.domain().bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        return (name || address.domain().starts_with('[')).then_some(address);
    }
    match url::Host::parse(address.domain()).ok()? {
        url::Host::Domain(domain) => Address::new(address.user(), domain).ok(),
        _ => None,
    }
}
