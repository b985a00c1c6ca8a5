//! Who is found by what was typed, as stories and with anything at all.

use super::*;
use proptest::prelude::*;

fn terms(typed: &str) -> Option<Terms> {
    if let Query::Terms(terms) = Query::parse(typed) { Some(terms) } else { None }
}

/// Whether somebody is found where nobody else is a member.
fn found(name: &str, email: &str, typed: &str) -> bool {
    let Some(mut terms) = terms(typed) else { return false };
    let keys = keys(name, email);
    for (address, range) in terms.clone().addresses() {
        if range.first_of(&keys).is_none() {
            terms = terms.without_address(address);
        }
    }
    let stands = |range: &Range| range.first_of(&keys).is_some();
    let places = terms.places();
    let there = match &places[..] {
        [] => !terms.words.is_empty() && terms.singles().all(|one| stands(&one)),
        places => places.iter().any(stands),
    };
    terms.match_all(name, email) && there
}

#[test]
fn somebody_is_found_by_the_beginnings_of_their_words_in_any_order() {
    for typed in [
        "z",
        "zoë",
        "ZOE",
        "müller-lü",
        "Lüdenscheidt zoe",
        "zoe muller",
        "mul zo",
        "zoe.m@EXAMPLE.org",
        "@zoe.m@example.org",
        "muller zoe.m@",
        "ludenscheidt muller zoe",
        "zo zoe z zoe",
        "  zoe\u{a0}MULLER\t",
        "ＺＯＥ",
    ] {
        assert!(found("Zoë Müller-Lüdenscheidt", "zoe.m@example.org", typed), "{typed:?}");
    }
    for typed in [
        "",
        "oe",
        "zoe muller ada",
        "example.org",
        "@example.org",
        "zoe.n@",
        "%",
        "*",
        "\"",
        "-- '",
        "-@x",
        "?@example.org",
    ] {
        assert!(!found("Zoë Müller-Lüdenscheidt", "zoe.m@example.org", typed), "{typed:?}");
    }
    assert!(found("Seán O’Brien", "x@example.org", "obrien") && found("Seán O’Brien", "x@example.org", "sean o'b"));
    assert!(found("Ada", "countess.lovelace@example.org", "lovel"));
    assert!(found("Ada", "countess.lovelace@example.org", "lovel ada count"));
    assert!(found("Straße Ærøskøbing", "x@example.org", "aerosk STRASSE"));
    assert!(found("山田 太郎", "taro@example.org", "太"));
    assert!(found("A B C D E Last", "x@example.org", "last a"));
    let six = "Juan Carlos Alfonso Víctor Borbón Dos";
    for typed in [six, "alfonso", "victor borb", "dos alfonso", "al vi", "x juan"] {
        assert!(found(six, "x@example.org", typed), "{typed:?}");
    }
}

#[test]
fn whoever_has_two_such_words_stands_where_is_looked_first() {
    let [best, many] = &terms("zann zsmi").unwrap().places()[..] else { panic!("two words are in two places") };
    assert_eq!((&*best.start, &*best.like(), &*many.start), ("&zan zsmi", "% zann%", "&* zsmi"));
    for name in ["Zanna Zsmith", "Zann Zsmithers", "Zsmith, Zann", "A B C D E F Zannah Zsmits"] {
        assert!(best.first_of(&keys(name, "x@example.org")).is_some(), "{name}");
    }
    assert!(best.first_of(&keys("Zanna", "zsmith@example.org")).is_some());
    assert_eq!(best.first_of(&keys("Zana Zsmith", "x@example.org")), None, "the key says so itself");
    let nine = keys("B C D E F G H I Zanna Zsmith", "x@example.org");
    assert!(best.first_of(&nine).is_none() && many.first_of(&nine).is_some());
    assert_eq!(terms("al vi").unwrap().places(), []);
    assert_eq!(terms("al victoria").unwrap().places()[0].start, "&vic al");
}

#[test]
fn the_letters_of_a_domain_say_nothing_until_all_are_there() {
    for typed in ["ada.l@", "ada.l@e", "ada.l@example.or", "ada.l@example.orgs", "ada.l@other.example", "a@example.org"]
    {
        assert!(found("Ada Lovelace", "ada.l@example.org", typed), "{typed}");
        assert!(found("Ada Lovelace", "ada.l@elsewhere.example", typed), "{typed}");
        let terms = terms(typed).unwrap();
        assert!(!terms.match_all("Ada Lovelace", "ada.l@example.org"), "{typed}");
    }
    let whole = terms("Ada.L@example.org ada").unwrap();
    assert!(whole.match_all("Ada Lovelace", "ada.l@example.org"));
    assert!(!whole.match_all("Ada Lovelace", "ada.l@example.org.example"));
    assert_eq!(whole.places()[0].first_of(&keys("Ada", "ada.l@example.org.example")), None);
}

#[test]
fn a_member_has_few_keys() {
    let of = |name, email| keys(name, email).into_iter().collect::<Vec<_>>();
    assert_eq!(
        of("Ada Lovelace", "ada.l@example.org"),
        ["&ada lovelace ada", "&lov ada lovelace", "@ada.l@example.org", "ada", "lovelace"]
    );
    assert_eq!(of("Ada", "ada@example.org"), ["@ada@example.org", "ada"]);
    assert_eq!(of("", "x1@example.org"), ["@x1@example.org", "x1"]);
    assert_eq!(of("Li Xu", "li@example.org"), ["&li xu li", "&xu li xu", "@li@example.org", "li", "xu"]);
    let long = |letter: char| (0..40).map(|i| format!("{letter}{i:02}")).collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&long('n'), &format!("{}@example.org", long('l'))).len(), 2 * 2 * 24 + 16 * 15 + 1);
}

#[test]
fn a_query_is_an_id_an_address_or_words_and_has_a_limit() {
    let id = "0192F0C1-2b3c-7d4e-8f50-112233445566";
    assert_eq!(Query::parse(&format!(" {id} ")), Query::Id(id.to_lowercase()));
    assert_eq!(Query::parse(" \t"), Query::Empty);
    assert_eq!(Query::parse("?!"), Query::Empty);
    assert_eq!(Query::parse("@"), Query::Empty);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(terms(&"é".repeat(100)).unwrap().words, ["e".repeat(100)]);
    assert_eq!(Query::parse(&"é".repeat(101)), Query::TooLong);
    let both = terms("anna maria an smi anna x@y").unwrap();
    assert_eq!((both.words, both.addresses), (words(&["anna", "maria", "smi"]), words(&["x@y"])));
}

#[test]
fn what_is_masked_cannot_be_written_to() {
    assert_eq!(masked("ada@example.org"), "a…@e…e.org");
    assert_eq!(masked("é@x.de"), "é…@x….de");
    assert_eq!(masked("b@mail.example.co.uk"), "b…@m…o.uk");
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn whatever_a_name_is_its_own_words_find_it(name in any::<String>(), cut in 1usize..8) {
        for word in words(&fold(&name)).iter().take(WORDS_MAX) {
            let start: String = word.chars().take(cut).collect();
            prop_assert!(found(&name, "x@example.org", &start), "{:?} by {:?}", name, start);
        }
    }

    #[test]
    fn any_two_words_of_a_name_find_it_in_any_order(
        name in prop::collection::vec("[\\PC&&[^@]]{1,5}|[a-c]{1,5}", 1..12),
        local in prop::collection::vec("[a-c]{1,4}", 1..10),
        cut in 1usize..8,
    ) {
        let (name, email) = (name.join(" "), format!("{}@example.org", local.join(".")));
        let name_words = words(&fold(&name));
        let all: Vec<_> = name_words.iter().take(WORDS_MAX).chain(&local).collect();
        let paired: Vec<_> = name_words.iter().take(PAIRED_MAX).chain(local.iter().take(PAIRED_MAX)).collect();
        let keys = keys(&name, &email);
        for (a, b) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
            let typed: String = format!("{} {b}", a.chars().take(cut).collect::<String>());
            prop_assert!(found(&name, &email, &typed), "{:?} {:?} by {:?}", name, email, typed);
            // Among the first words, two are always found where is looked first.
            if paired.contains(a) && paired.contains(b) && let Some(best) = terms(&typed).unwrap().places().first() {
                prop_assert!(best.first_of(&keys).is_some(), "{:?} {:?} by {:?}", name, email, typed);
            }
        }
    }

    #[test]
    fn whatever_is_typed_ends_before_the_end_of_its_words(typed in any::<String>()) {
        if let Some(terms) = terms(&typed) {
            let addresses = terms.addresses().map(|(_, range)| range);
            for Range { start, end, part } in terms.singles().chain(terms.places()).chain(addresses) {
                prop_assert!(start < end && !start.contains([LAST, '\u{1}', '\0', '\n']), "{:?}", start);
                prop_assert!(!part.contains(['%', '_', '\\']), "{:?}", part);
            }
        }
    }
}

#[test]
fn a_masked_name_has_one_letter_of_each_word() {
    for (name, masked) in [("Ada Lovelace", "A… L…"), ("  Ödön  von Horváth", "Ö… v… H…"), ("", "")] {
        assert_eq!(masked_name(name), masked);
    }
}
