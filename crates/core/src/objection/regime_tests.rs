//! What the built-in regimes say about countries, and what a wrong file is told.

use super::*;

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

#[test]
fn every_country_has_an_authority_and_a_court() {
    Regimes::parse(BUILT_IN).unwrap();
    for country in Country::all() {
        let regime = for_region(country.into());
        assert!(regime.complain().starts_with("You can complain to the "), "{}", country.name());
        assert!(regime.court.starts_with(|c: char| c.is_ascii_uppercase()) && regime.court.ends_with('.'));
        assert_eq!(regime.answer, Answer::OneMonth, "{}", country.name());
    }
}

/// Where the GDPR holds, parts of a country have its authority.
#[test]
fn every_country_of_the_gdpr_has_its_own_authority_and_article_79() {
    let mut names = BTreeMap::<String, BTreeSet<&str>>::new();
    let (_, countries) = regions::built_in().expand("EEA").unwrap();
    for country in countries {
        let regime = for_region(country.into());
        assert!(regime.court.contains("(GDPR, Article 79)"), "{country}");
        assert!(regime.authorities.iter().any(|a| a.website.is_some()), "{country}");
        names.entry(regime.complain()).or_default().insert(country.alpha2());
    }
    assert_eq!(names.len(), 30);
    let several: Vec<Vec<&str>> =
        names.into_values().filter(|of| of.len() > 1).map(|of| of.into_iter().collect()).collect();
    assert_eq!(several.len(), 2, "{several:?}");
    assert!(several.contains(&vec!["AX", "FI"]), "{several:?}");
    assert!(several.contains(&vec!["FR", "GF", "GP", "MF", "MQ", "RE", "YT"]), "{several:?}");
}

/// Rules and regimes name the same groups, and so agree for every country on whether it is in
/// the EEA.
#[test]
fn rules_and_regimes_agree_on_where_the_gdpr_holds() {
    use crate::consent::rules;
    use crate::ledger::Purpose::GenerativeAiTraining;
    let rules = rules::Rules::parse(rules::BUILT_IN).unwrap();
    let at = crate::time::UtcMillis::from_date("2024-09-18").unwrap();
    let switzerland = Country::parse("CH").unwrap();
    let mut there = 0;
    for country in Country::all() {
        let by_rules = rules.at(GenerativeAiTraining, country, at).unwrap().id == "gai-2024-09-18-eea-ch";
        let by_regimes = for_region(country.into()).court.contains("(GDPR, Article 79)");
        assert_eq!(by_rules && country != switzerland, by_regimes, "{country}");
        there += usize::from(by_regimes);
    }
    assert_eq!(there, 37);
}

#[test]
fn french_law_has_its_authority_outside_of_the_union_too() {
    let regime = for_region(region("NC"));
    assert_eq!(regime.complain(), for_region(region("FR")).complain());
    assert!(regime.court.contains("Law 78-17"));
}

#[test]
fn greenland_and_svalbard_have_the_authority_that_supervises_there() {
    for (code, of) in [("GL", "DK"), ("SJ", "NO")] {
        assert_eq!(for_region(region(code)).complain(), for_region(region(of)).complain());
        assert_ne!(for_region(region(code)).court, for_region(region(of)).court, "the GDPR does not hold there");
    }
}

#[test]
fn those_with_an_authority_of_their_own_are_not_told_to_look_for_it() {
    for code in "GB CH CA HK BR JP KR AU NZ IN ZA SG IL AR MX TR PH TH MY US US-CA".split(' ') {
        let regime = for_region(region(code));
        assert_eq!(regime.id, code.to_lowercase());
        assert!(regime.authorities.iter().any(|a| a.website.is_some()), "{code}");
    }
    assert_eq!(for_region(region("IE")).complain(), "You can complain to the Irish Data Protection Commission.");
    let websites: Vec<_> = for_region(region("IE")).websites().collect();
    let (name, website) = ("The Irish Data Protection Commission", "https://www.dataprotection.ie");
    assert_eq!(websites, [(name.to_owned(), website.to_owned())]);
    assert_eq!(
        for_region(region("KE")).complain(),
        "You can complain to the data protection or consumer protection authority where you live."
    );
}

#[test]
fn california_is_in_the_united_states_and_answers_in_business_days() {
    let us = Country::parse("US").unwrap();
    assert_eq!(for_region(Region::new(us, true)).answer, Answer::BusinessDays(15));
    assert_eq!(for_region(Region::new(us, false)).answer, Answer::OneMonth);
    assert_eq!(Region::new(Country::parse("DE").unwrap(), true), region("DE"));
    assert_eq!(Region::new(us, true).name(), "California");
}

#[test]
fn a_region_is_read_as_it_is_written() {
    for country in Country::all() {
        assert_eq!(Region::parse(&Region::from(country).to_string()), Some(country.into()));
    }
    assert_eq!(region("US-CA").to_string(), "US-CA");
    for bad in ["", "us", "XX", "DE-CA", "US-NY", "US-CA-CA", "-CA", "USA"] {
        assert_eq!(Region::parse(bad), None, "{bad:?}");
    }
}

const COURTS: &str = "[courts]\nany = \"A court.\"\n";

fn regime(id: &str, regions: &str) -> String {
    format!(
        "[[regime]]\nid = {id:?}\nregions = {regions}\nanswer = \"one-month\"\nauthorities = [{{ name = \"the authority\" }}]\ncourt = \"any\"\n"
    )
}

#[test]
fn what_is_wrong_is_named() {
    let everybody = regions::built_in().everybody();
    let general = regime("general", &everybody);
    let refused = |text: &str| Regimes::parse(&format!("{COURTS}{text}")).unwrap_err().to_string();
    let with = |text: &str| refused(&format!("{general}{text}"));
    assert!(with(&regime("a", "[\"Atlantis\"]")).contains("regime a: unknown region \"Atlantis\""));
    assert!(with(&regime("a", "[\"DE-CA\"]")).contains("regime a: unknown region \"DE-CA\""));
    assert!(with(&regime("a", "[\"RE\"]")).contains("regime a: Réunion (RE) is not a region by itself"));
    assert!(with(&regime("a", "[\"*\"]")).contains("regime a: \"*\" is not a region"));
    assert!(with(&regime("a", "[]")).contains("regime a names no region"));
    assert!(with(&regime("general", "[\"DE\"]")).contains("two regimes are called general"));
    assert!(with(&regime("a", "[\"DE\", \"DE\"]")).contains("regimes a and a both cover DE"));
    let twice = regime("a", "[\"DE\"]") + &regime("b", "[\"DE\"]");
    assert!(with(&twice).contains("regimes a and b both cover DE"));
    assert!(with(&regime("a", "[\"Canada\"]")).contains("regimes general and a both cover CA"));
    let gap = refused(&regime("a", &everybody.replace("\"Gibraltar\", ", "")));
    assert_eq!(gap, "there is a gap: no regime covers Gibraltar (GI)");
    let court = general.replace("court = \"any\"", "court = \"none\"");
    assert!(refused(&court).contains("regime general: no court is called \"none\""));
    assert!(refused(&general.replace("{ name = \"the authority\" }", "")).contains("general names no authority"));
    let http = general.replace("the authority\"", "the authority\", website = \"http://a.b\"");
    assert!(refused(&http).contains("regime general: \"http://a.b\" is not a website"));
    assert!(refused(&general.replace("one-month", "soon")).contains("TOML"));
    assert!(refused(&general.replace("court =", "phone = \"1\"\ncourt =")).contains("unknown field `phone`"));
    let unended = Regimes::parse(&format!("[courts]\nany = \"A court\"\n{general}")).unwrap_err().to_string();
    assert!(unended.contains("court any is not one sentence"));
    let unused = Regimes::parse(&format!("{COURTS}other = \"Another.\"\n{general}")).unwrap_err().to_string();
    assert!(unused.contains("court other is used by no regime"));
}
