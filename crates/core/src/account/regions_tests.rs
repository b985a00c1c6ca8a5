//! Every country is in exactly one group, and what is wrong with a list is named.

use super::*;

/// ISO 3166-1 alpha-2, by itself: neither the list of countries nor the groups are asked.
const ISO: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS \
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI \
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM \
    MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

fn means(region: &str) -> Vec<&'static str> {
    let mut codes: Vec<_> = built_in().expand(region).unwrap().1.into_iter().map(Country::alpha2).collect();
    codes.sort_unstable();
    codes
}

/// Each code with the group it is written in, without what [`Regions`] makes of it.
fn as_written() -> Vec<(String, String)> {
    let file: File = toml::from_str(BUILT_IN).unwrap();
    let mut all = Vec::new();
    for group in file.group {
        let codes = group.countries.into_iter().chain(group.parts.into_values().flatten());
        all.extend(codes.map(|code| (code, group.name.clone())));
    }
    all
}

#[test]
fn every_code_of_iso_3166_1_stands_in_exactly_one_group() {
    let iso: BTreeSet<&str> = ISO.split(' ').collect();
    assert_eq!(iso.len(), 249);
    let written = as_written();
    let groups = |code: &str| written.iter().filter(|(c, _)| c == code).map(|(_, g)| g).collect::<Vec<_>>();
    let missing: Vec<_> = iso.iter().filter(|code| groups(code).is_empty()).collect();
    assert!(missing.is_empty(), "in no group: {missing:?}");
    let twice: Vec<_> = written.iter().filter(|(code, _)| groups(code).len() > 1).collect();
    assert!(twice.is_empty(), "in more than one group, or twice in one: {twice:?}");
    let more: Vec<_> = written.iter().filter(|(code, _)| !iso.contains(code.as_str())).collect();
    assert_eq!(more, [&("XK".to_owned(), "user-assigned".to_owned())], "not of ISO 3166-1");
}

#[test]
fn the_countries_that_a_form_offers_are_those_of_iso_3166_1_and_kosovo() {
    let offered: BTreeSet<&str> = Country::all().into_iter().map(Country::alpha2).collect();
    assert_eq!(offered, ISO.split(' ').chain(["XK"]).collect());
}

#[test]
fn the_list_that_is_built_in_is_read_as_it_is_written() {
    let regions = Regions::parse(BUILT_IN).unwrap();
    for (code, group) in as_written() {
        assert_eq!(regions.group_of(country(&code)), group, "{code}");
    }
}

#[test]
fn territories_are_where_the_treaties_have_them() {
    for (code, group) in [
        ("RE", "EU"),
        ("YT", "EU"),
        ("MF", "EU"),
        ("AX", "EU"),
        ("CY", "EU"),
        ("BL", "French-territories"),
        ("NC", "French-territories"),
        ("GL", "Danish-territories"),
        ("SX", "Dutch-territories"),
        ("SJ", "Norwegian-territories"),
        ("LI", "EEA-EFTA"),
        ("CH", "Switzerland"),
        ("GB", "United-Kingdom"),
        ("JE", "Crown-dependencies"),
        ("GI", "Gibraltar"),
        ("BM", "UK-overseas-territories"),
        ("MC", "European-microstates"),
        ("VA", "European-microstates"),
        ("MO", "elsewhere"),
        ("PR", "elsewhere"),
        ("RS", "elsewhere"),
    ] {
        assert_eq!(built_in().group_of(country(code)), group, "{code}");
    }
    assert_eq!(means("EU").len(), 34);
    assert_eq!(means("EEA").len(), 37);
}

#[test]
fn a_country_that_is_named_is_named_with_its_parts() {
    assert_eq!(means("FR"), ["FR", "GF", "GP", "MF", "MQ", "RE", "YT"]);
    assert_eq!(means("FI"), ["AX", "FI"]);
    assert_eq!(means("DE"), ["DE"]);
    assert_eq!(built_in().expand("FR").unwrap().0, Width::Code);
    assert_eq!(built_in().expand("EEA").unwrap().0, Width::Group);
    assert!(Width::Code > Width::Group);
}

#[test]
fn a_region_that_cannot_be_named_says_what_to_write_instead() {
    let refused = |region: &str| built_in().expand(region).unwrap_err().to_string();
    assert!(refused("RE").starts_with("Réunion (RE) is not a region by itself"), "{}", refused("RE"));
    assert!(refused("RE").ends_with("write \"FR\""), "{}", refused("RE"));
    let everybody = refused("*");
    for group in &built_in().groups {
        assert!(everybody.contains(&format!("{group:?}")), "{everybody}");
    }
    for unknown in ["Atlantis", "", "fr", "XX", "UK", "eea"] {
        assert!(refused(unknown).starts_with(&format!("unknown region {unknown:?}")), "{unknown}");
    }
    assert!(refused("UK").contains("United-Kingdom"));
}

fn changed(from: &str, to: &str) -> RegionsError {
    assert!(BUILT_IN.contains(from), "{from}");
    Regions::parse(&BUILT_IN.replacen(from, to, 1)).unwrap_err()
}

#[test]
fn what_is_wrong_with_a_list_is_named() {
    assert_eq!(changed("\"RE\", ", "").to_string(), "Réunion (RE) is in no group");
    assert_eq!(
        changed("\"XK\"", "\"KE\"").to_string(),
        "Kenya (KE) is listed twice, in user-assigned and in elsewhere"
    );
    let own = changed("\"GI\"", "\"GI\", \"GI\"").to_string();
    assert_eq!(own, "Gibraltar (GI) is listed twice, in Gibraltar and in Gibraltar");
    assert_eq!(changed("\"GI\"", "\"UK\"").to_string(), "group Gibraltar: \"UK\" is not a country's code");
    assert_eq!(changed("\"GI\"", "\"gi\"").to_string(), "group Gibraltar: \"gi\" is not a country's code");
    assert_eq!(changed("{ FI =", "{ NO =").to_string(), "group EU: Norway (NO) has parts and is not in it");
    assert!(matches!(changed("name = \"Gibraltar\"", "name = \"Canada\""), RegionsError::TwoOfAName(_)));
    assert!(matches!(changed("name = \"Gibraltar\"", "name = \"GI\""), RegionsError::TwoOfAName(_)));
    assert!(matches!(changed("name = \"EEA\"", "name = \"EU\""), RegionsError::TwoOfAName(_)));
    assert!(matches!(changed("[\"EU\", \"EEA-EFTA\"]", "[\"EU\", \"EFTA\"]"), RegionsError::UnknownGroup { .. }));
    assert!(matches!(changed("[\"EU\", \"EEA-EFTA\"]", "[]"), RegionsError::Unexplained(_)));
    assert!(matches!(changed("source = \"TFEU, Annex II\"", "source = \" \""), RegionsError::Unexplained(_)));
    assert!(matches!(changed("source = ", "sources = "), RegionsError::Syntax(_)));
}
