use super::*;

#[test]
fn everything_wrong_is_said_at_once_and_in_the_order_of_the_form() {
    let errors = parse_sign_up(&PasswordRules::default(), "", "nobody", "XX", "short").unwrap_err();
    let fields: Vec<_> = errors.iter().map(|(f, _)| f.as_str()).collect();
    assert_eq!(fields, ["name", "email", "country", "password"]);
}

#[test]
fn addresses_are_compared_without_regard_to_case() {
    assert_eq!(parse_email(" Ada@Example.ORG ").as_deref(), Some("ada@example.org"));
    for same in [
        "ada@m\u{fc}ller.example",
        "Ada@MU\u{308}LLER.example",
        "ada@xn--mller-kva.example",
        "a\u{200b}da@\u{feff}xn--mller-kva.example",
    ] {
        assert_eq!(parse_email(same).as_deref(), Some("ada@xn--mller-kva.example"), "{same:?}");
    }
    assert_eq!(parse_email("A\u{308}DA@example.org"), parse_email("\u{e4}da@example.org"));
    assert_ne!(parse_email("ada@example.org"), parse_email("\u{e4}da@example.org"));
    assert_eq!(readable("ada@xn--mller-kva.example"), "ada@m\u{fc}ller.example");
    assert_eq!(readable("ada@example.org"), "ada@example.org");
    // Cyrillic alone can be read; one such letter in a Latin name is not shown as one.
    assert_eq!(readable("ada@xn--e1afmkfd.example"), "ada@\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.example");
    assert_eq!(readable("ada@xn--syso-63d.example"), "ada@xn--syso-63d.example");
    for pasted in
        ["\u{200b}ada@example.org", "ada\u{ad}@exam\u{2060}ple.org\u{feff}", " \u{200e} Ada@example.org\u{202c} "]
    {
        assert_eq!(parse_email(pasted).as_deref(), Some("ada@example.org"), "{pasted:?}");
    }
    for bad in [
        "",
        "\u{200b}@\u{200b}.org",
        "a",
        "a@b",
        "@b.c",
        "a@b..c",
        "a b@c.d",
        "a@b.c\nBcc: x@y.z",
        "<a@b.c>",
        "a@b@c.d",
        "a..b@c.d",
        "a@b%c.d",
        "=?utf-8?q?eve=40evil.example=3e?=@b.c",
    ] {
        assert_eq!(parse_email(bad), None, "{bad:?}");
    }
}

#[test]
fn a_name_can_be_read() {
    assert_eq!(parse_name("  Ada \n Lovelace ").as_deref(), Ok("Ada Lovelace"));
    for bad in ["", " ", "\u{200b}", "\u{feff}\u{ad}", "Ada\0", "M\u{fffd}ller"] {
        assert!(parse_name(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn countries_are_those_of_iso_3166() {
    assert_eq!(Country::parse("DE").map(Country::name), Some("Germany"));
    assert_eq!(Country::parse("XX"), None);
    assert_eq!(Country::parse("Germany"), None);
    assert!(Country::all().len() > 240);
}
