//! What about a start is not as it has to be in production, and what to do about each. A start with
//! such settings is allowed, so that one can try things out, and says so in the log.

use crate::db::weak_way;
use crate::mail::relay::Relay;
use crate::web::App;
use crate::web::config::{Config, MAIL_FROM, SECURITY_CONTACT};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// One sentence or two for each setting that is not one of production.
pub fn warnings(config: &Config) -> Vec<String> {
    let origin = config.origin();
    let others_reach = !origin.is_loopback() || !config.addr.ip().to_canonical().is_loopback();
    let mut all = Vec::new();
    let mut warn = |is_so: bool, said: String| all.extend(is_so.then_some(said));
    warn(
        config.demo,
        "SAYSO_DEMO is on: everybody knows the passwords of its accounts. Turn it off if there are real members".into(),
    );
    warn(
        config.smtp().is_none(),
        format!(
            "SAYSO_SMTP_URL is not set: e-mails are put into {} and reach nobody. Set it to your mail server",
            config.data.join("mail").display()
        ),
    );
    warn(
        config.base_url.is_none(),
        format!("SAYSO_BASE_URL is not set: links in e-mails lead to {origin}. Set it to what browsers see"),
    );
    warn(
        others_reach && !origin.is_https(),
        "SAYSO_BASE_URL is not https, and others reach this site: passwords and sessions can be read on the way. Put a \
         proxy with TLS in front, and set SAYSO_BASE_URL to its https address"
            .into(),
    );
    warn(
        config.base_url.is_some() && !origin.is_loopback() && config.proxies == 0,
        "SAYSO_PROXIES is 0: behind a proxy, all visitors seem to have the proxy's address, so one who guesses passwords \
         slows everybody down. Set it to the number of your proxies"
            .into(),
    );
    warn(
        others_reach && config.security_contact == SECURITY_CONTACT,
        "SAYSO_SECURITY_CONTACT is not set: /.well-known/security.txt names an address that nobody reads. Set it to yours"
            .into(),
    );
    warn(
        config.smtp().is_some() && config.mail_from == MAIL_FROM,
        "SAYSO_MAIL_FROM is not set: e-mails come from an address that does not exist. Set it to one of yours".into(),
    );
    warn(
        config.password_blocklist.is_none(),
        "SAYSO_PASSWORD_BLOCKLIST is not set: people can choose passwords that were stolen from other sites. Set it to a \
         file of them; docs/accounts.md says which"
            .into(),
    );
    for (setting, what) in config.platform.missing().filter(|_| others_reach) {
        warn(true, format!("{setting} is not set: no page says {what}. Set it, if the law asks you for it"));
    }
    if let Some(lack) = config.platform.receipts_lack().filter(|_| others_reach) {
        all.push(format!("receipts have {lack}. docs/log.md says what these are"));
    }
    let relay = config.smtp().and_then(|(_, url)| Relay::parse(url, "localhost").ok());
    if let Some(how) = relay.as_ref().and_then(Relay::weak_way) {
        all.push(format!("SAYSO_SMTP_URL: {how}. Use smtps://… or ?tls=required"));
    }
    if let Some(how) = weak_way(config.database.url()) {
        all.push(format!("DATABASE_URL: {how}. Use sslmode=verify-full, unless the network itself is safe"));
    }
    for (setting, file) in config.open_secrets() {
        all.push(format!(
            "{setting}: every user of this machine can read {file}, and a password may stand in it. Run: chmod 600 {file}"
        ));
    }
    all
}

/// What is said where a database has accounts of a demonstration that is off.
pub fn demonstration_left(accounts: i64) -> String {
    format!(
        "this database has {accounts} demonstration accounts. Nobody can sign in to them while SAYSO_DEMO is off, but they \
         count in figures and searches. Begin production with an empty database"
    )
}

/// What is said of a variable that looks like a setting and is none.
pub fn unknown_setting(name: &str) -> String {
    format!("{name} is set, and no setting has this name, so it has no effect")
}

/// Logs each of the warnings.
pub fn say(warnings: impl IntoIterator<Item = String>) {
    for warning in warnings {
        tracing::warn!("not a production start: {warning}");
    }
}

/// Looks at requests for what settings alone do not tell, and says each thing once.
#[derive(Clone, Default)]
pub struct Noticed(Arc<[AtomicBool; 2]>);

/// What a request shows about the settings: whether it came through a proxy that nobody has told
/// of, and whether it came by TLS to a site that does not know.
fn shown(headers: &HeaderMap, config: &Config) -> [bool; 2] {
    let has = |name: &str, value: &str| {
        headers.get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.to_ascii_lowercase().contains(value))
    };
    let tls = has("x-forwarded-proto", "https") || has("forwarded", "proto=https");
    [config.proxies == 0 && headers.contains_key("x-forwarded-for"), !config.is_https() && tls]
}

const SHOWN: [&str; 2] = [
    "a request came with X-Forwarded-For while SAYSO_PROXIES is 0, so the header counts for nothing. If a proxy of yours \
     sent it, set SAYSO_PROXIES to the number of your proxies",
    "a request says that it came by https (X-Forwarded-Proto) while SAYSO_BASE_URL is not https, so cookies lack Secure. \
     If a proxy of yours sent it, set SAYSO_BASE_URL to the https address that browsers see",
];

/// The layer.
pub async fn notice(State((app, noticed)): State<(App, Noticed)>, request: Request, next: Next) -> Response {
    let shown = shown(request.headers(), &app.config);
    for ((is_so, said), what) in shown.into_iter().zip(&*noticed.0).zip(SHOWN) {
        if is_so && !said.swap(true, Relaxed) {
            tracing::warn!("not a production start: {what}");
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: Config,
    }

    fn with(flags: &[&str]) -> Config {
        Line::parse_from(["test"].iter().chain(flags)).config
    }

    /// The settings that are warned of, in order.
    fn named(flags: &[&str]) -> Vec<String> {
        let first = |said: &String| said.split([' ', ':']).next().unwrap_or_default().to_owned();
        warnings(&with(flags)).iter().map(first).collect()
    }

    const PRODUCTION: [&str; 26] = [
        "--base-url",
        "https://privacy.example",
        "--proxies",
        "1",
        "--smtp-url",
        "smtps://mail.example",
        "--security-contact",
        "mailto:security@privacy.example",
        "--mail-from",
        "privacy@privacy.example",
        "--password-blocklist",
        "stolen.txt",
        "--platform",
        "Example",
        "--privacy-policy-url",
        "https://example.org/privacy",
        "--imprint-url",
        "https://example.org/imprint",
        "--contact",
        "privacy@example.org",
        "--accessibility-url",
        "https://example.org/accessibility",
        "--postal-address",
        "1 Example Street, Dublin",
        "--phone",
        "+353 1 555 0100",
    ];

    /// Those of production, with one changed.
    fn but(flag: &str, value: &str) -> Vec<String> {
        let mut flags = PRODUCTION;
        let at = flags.iter().position(|known| *known == flag).unwrap();
        flags[at + 1] = value;
        named(&flags)
    }

    #[test]
    fn each_setting_that_is_not_of_production_is_named_and_nothing_else() {
        assert_eq!(named(&PRODUCTION), [""; 0]);
        assert_eq!(named(&[&PRODUCTION[..], &["--addr", "0.0.0.0:3000"]].concat()), [""; 0]);
        assert_eq!(but("--base-url", "http://privacy.example"), ["SAYSO_BASE_URL"]);
        assert_eq!(but("--proxies", "0"), ["SAYSO_PROXIES"]);
        assert_eq!(but("--smtp-url", ""), ["SAYSO_SMTP_URL"]);
        for weak in ["smtp://mail.example", "smtp://mail.example?tls=opportunistic"] {
            assert_eq!(but("--smtp-url", weak), ["SAYSO_SMTP_URL"], "{weak}");
        }
        for strong in ["smtp://mail.example?tls=required", "smtp://localhost", "smtp://127.0.0.1:2525"] {
            assert_eq!(but("--smtp-url", strong), [""; 0], "{strong}");
        }
        let database = |mode: &str| {
            let url = format!("postgres://sayso@db.example/sayso?sslmode={mode}");
            named(&[&PRODUCTION[..], &["--database-url", &url]].concat())
        };
        assert_eq!(database("prefer"), ["DATABASE_URL"]);
        assert_eq!(database("verify-full"), [""; 0]);
        assert_eq!(but("--security-contact", SECURITY_CONTACT), ["SAYSO_SECURITY_CONTACT"]);
        assert_eq!(but("--mail-from", MAIL_FROM), ["SAYSO_MAIL_FROM"]);
        let (smtp, base, list) = ("SAYSO_SMTP_URL", "SAYSO_BASE_URL", "SAYSO_PASSWORD_BLOCKLIST");
        assert_eq!(named(&["--base-url", "http://localhost:3000", "--smtp-url", ""]), [smtp, list]);
        assert_eq!(named(&[]), [smtp, base, list]);
        assert_eq!(named(&["--demo"]), ["SAYSO_DEMO", smtp, base, list]);
        let foot = [
            "SAYSO_PLATFORM",
            "SAYSO_PRIVACY_POLICY_URL",
            "SAYSO_IMPRINT_URL",
            "SAYSO_CONTACT",
            "SAYSO_ACCESSIBILITY_URL",
            "receipts",
        ];
        let open = [smtp, base, base, "SAYSO_SECURITY_CONTACT", list];
        assert_eq!(named(&["--addr", "0.0.0.0:3000"]), [&open[..], &foot].concat());
        assert_eq!(named(&PRODUCTION[..10]), [&[list][..], &foot].concat());
        assert_eq!(named(&PRODUCTION[..12]), foot);
    }

    #[test]
    fn what_receipts_lack_is_named_with_the_settings() {
        let lack = |flags: &[&str]| {
            let said = warnings(&with(flags));
            said.into_iter().find(|said| said.starts_with("receipts have no "))
        };
        assert_eq!(lack(&PRODUCTION), None);
        let both = "receipts have no consent record by ISO/IEC TS 27560 and no Kantara receipt: ";
        let without = lack(&PRODUCTION[..22]).unwrap();
        assert!(without.starts_with(&format!("{both}SAYSO_POSTAL_ADDRESS, SAYSO_PHONE are not set.")), "{without}");
        let without = lack(&PRODUCTION[..24]).unwrap();
        assert!(without.starts_with("receipts have no Kantara receipt: SAYSO_PHONE is not set."), "{without}");
        let mut page = PRODUCTION;
        page[19] = "https://example.org/contact";
        let without = lack(&page).unwrap();
        assert!(without.contains("no Kantara receipt: SAYSO_CONTACT is no e-mail address"), "{without}");
        assert_eq!(with(&["--demo"]).platform.or_examples().receipts_lack(), None);
    }

    #[test]
    fn requests_show_a_proxy_and_tls_that_the_settings_do_not_know_of() {
        let headers = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
        };
        let nothing = with(&[]);
        assert_eq!(shown(&HeaderMap::new(), &nothing), [false, false]);
        assert_eq!(shown(&headers("x-forwarded-for", "192.0.2.1"), &nothing), [true, false]);
        assert_eq!(shown(&headers("x-forwarded-proto", "https"), &nothing), [false, true]);
        assert_eq!(shown(&headers("x-forwarded-proto", "http"), &nothing), [false, false]);
        assert_eq!(shown(&headers("forwarded", "for=192.0.2.1;Proto=https"), &nothing), [false, true]);
        let set = with(&PRODUCTION);
        assert_eq!(shown(&headers("x-forwarded-for", "192.0.2.1"), &set), [false, false]);
        assert_eq!(shown(&headers("x-forwarded-proto", "https"), &set), [false, false]);
    }

    #[test]
    fn a_file_with_a_password_that_others_can_read_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        let path = file.to_str().unwrap();
        let with_mode = |flag: &str, text: &str, mode: u32| {
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let said = warnings(&with(&[flag, path]));
            said.into_iter().find(|said| said.contains("every user of this machine"))
        };
        for (flag, variable, text) in [
            ("--database-url-file", "DATABASE_URL_FILE: ", "sqlite://x"),
            ("--smtp-url-file", "SAYSO_SMTP_URL_FILE: ", "smtps://ada:hunter2@mail.example"),
        ] {
            let said = with_mode(flag, text, 0o644).unwrap();
            assert!(said.starts_with(variable) && said.contains(&format!("chmod 600 {path}")), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
            for closed in [0o600, 0o400, 0o440] {
                assert_eq!(with_mode(flag, text, closed), None, "{closed:o}");
            }
        }
    }
}
