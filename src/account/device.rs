//! In a few plain words, which device somebody uses: "Firefox on Linux". For the owner of a
//! session, who has to tell one from another. The words are ours, so what a stranger's browser
//! calls itself is never shown. Pure, but for [`here`].

use http::{header, request::Parts};
use leptos::prelude::use_context;

/// Said where neither browser nor system can be told.
pub const UNKNOWN: &str = "An unknown device";

/// What stands in a `User-Agent` and what it stands for. The first that is there counts: browsers
/// call themselves by the names of those that they are made from, too.
const BROWSERS: [(&str, &str); 19] = [
    ("EdgiOS/", "Edge"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Epiphany/", "GNOME Web"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Version/", "Safari"),
    ("ELinks/", "ELinks"),
    ("Links (", "Links"),
    ("Lynx/", "Lynx"),
    ("w3m/", "w3m"),
];

const SYSTEMS: [(&str, &str); 13] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Mac OS X", "Mac"),
    ("KAIOS", "KaiOS"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
    ("linux", "Linux"),
    ("X11", "Linux"),
];

/// Of the browser that sent this `User-Agent` (RFC 9110, 10.1.5).
pub fn words(user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.into(),
        (None, Some(system)) => format!("An unknown browser on {system}"),
        (None, None) => UNKNOWN.into(),
    }
}

/// Of the browser that asks.
pub fn here() -> String {
    let agent =
        use_context::<Parts>().and_then(|parts| Some(parts.headers.get(header::USER_AGENT)?.to_str().ok()?.to_owned()));
    words(&agent.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_though_they_call_themselves_by_many_names() {
        for (agent, said) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on Mac",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPad",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("ELinks/0.16.1.1 (textmode; Linux 6.12.0-amd64 x86_64; 80x24-2)", "ELinks on Linux"),
            ("Lynx/2.9.2 libwww-FM/2.14", "Lynx"),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15", "An unknown browser on Linux"),
        ] {
            assert_eq!(words(agent), said, "{agent}");
        }
    }

    #[test]
    fn nothing_that_a_browser_calls_itself_is_repeated() {
        for agent in ["", "curl/8.14.1", "<b>Your bank</b> https://evil.example", &"x".repeat(70_000)] {
            assert_eq!(words(agent), UNKNOWN);
        }
        assert_eq!(words("Call +1 555 0100 now Firefox/1 Linux"), "Firefox on Linux");
    }
}
