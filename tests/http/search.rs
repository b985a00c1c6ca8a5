//! Staff find members, by the beginnings of words, an address or an id.

use crate::stories;
use crate::support::{join, support};
use crate::test_app::{Answer, TestApp};
use http::StatusCode;
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::store;
use sayso::time::UtcMillis;

stories![
    a_member_is_found_by_the_beginnings_of_words_and_their_address_is_masked,
    somebody_is_found_whoever_else_has_words_like_theirs,
    an_address_is_found_as_a_whole_and_its_domain_not_letter_by_letter,
    results_come_in_pages_each_member_once,
    words_so_common_that_few_are_looked_through_are_said_to_be,
    who_has_no_words_yet_gets_them,
];

/// The names of the members on a page of results.
pub fn names(page: &Answer) -> Vec<String> {
    let names = page.texts_of("a[href^=\"/support/members/\"] bdi");
    assert_eq!(names.len(), page.links("/support/members/").len(), "each link has a name: {}", page.body);
    names
}

async fn a_member_is_found_by_the_beginnings_of_words_and_their_address_is_masked(site: TestApp) {
    let zoe = join(&site, "Zoë Müller-Lüdenscheidt", "zoe.m@example.org").await;
    join(&site, "Zoe Adams", "z.adams@example.org").await;
    join(&site, "Anna Zoellner", "anna@example.org").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    // In the order of the words; two who have the same word follow each other as they came.
    let mut all = search("zoe").await;
    assert_eq!(all.pop().as_deref(), Some("Anna Zoellner"));
    all.sort_unstable();
    assert_eq!(all, ["Zoe Adams", "Zoë Müller-Lüdenscheidt"]);
    for typed in
        ["ZO%C3%8B+m%C3%BC", "muller+zoe", "lud+mul", "zoe.m%40example.org", "mu+lu+zo", &zoe, &zoe.to_uppercase()]
    {
        assert_eq!(search(typed).await, ["Zoë Müller-Lüdenscheidt"], "{typed}");
    }
    // Staff are no members; and nothing that is typed is anything but letters to look for.
    for typed in
        ["staff", "support%40", "nobody", "%25", "%2A", "zoe%00x", "%22+OR+1%3D1", "%F0%9F%A6%A6", "a%FFb", "%40%00"]
    {
        assert_eq!(search(typed).await, Vec::<String>::new(), "{typed}");
    }
    let page = support.get("/support?q=zoe").await;
    page.says("z…@e…e.org");
    page.says("Ireland");
    page.does_not_say("zoe.m");
    let long = support.get(&format!("/support?q={}", "x".repeat(101))).await;
    long.says("Please search with at most 100 characters.");
    let typed = support.get("/support?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!typed.body.contains("<script>alert"));
    let empty = support.get("/support?q=+").await;
    empty.does_not_say("found");
    assert_eq!(empty.status, StatusCode::OK);
}

async fn somebody_is_found_whoever_else_has_words_like_theirs(site: TestApp) {
    join(&site, "Zanna Zsmith", "one@example.org").await;
    join(&site, "Zann Zsmithers", "two@example.org").await;
    join(&site, "Zsmi", "zann.three@example.org").await;
    let six = "Juan Carlos Alfonso Victor Borbon Dos";
    join(&site, six, "jc@example.org").await;
    join(&site, "Juan Carlos Victoria", "jcv@example.org").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    for typed in ["zann+zsmi", "zsmi+zann", "zan+zs"] {
        let mut all = search(typed).await;
        all.sort_unstable();
        assert_eq!(all, ["Zann Zsmithers", "Zanna Zsmith", "Zsmi"], "{typed}");
    }
    assert_eq!(search("zanna+zsmi").await, ["Zanna Zsmith"]);
    assert_eq!(search("zann+zsmithe").await, ["Zann Zsmithers"]);
    for typed in
        ["Juan+Carlos+Alfonso+Victor+Borbon+Dos", "alfonso", "victor+alf", "bor+vic+dos", "al+vi", "dos+carlos"]
    {
        assert_eq!(search(typed).await, [six], "{typed}");
    }
    assert_eq!(search("carlos+victor").await, [six, "Juan Carlos Victoria"]);
}

async fn an_address_is_found_as_a_whole_and_its_domain_not_letter_by_letter(site: TestApp) {
    join(&site, "Ada", "ada.l@example.org").await;
    join(&site, "Lena Adair", "elsewhere@mail.example").await;
    let support = support(&site).await;
    let search = async |typed: &str| names(&support.get(&format!("/support?q={typed}")).await);
    for domain in ["", "e", "exam", "example.or", "m", "mail.example", "x", "example.org.x"] {
        assert_eq!(search(&format!("ada.l%40{domain}")).await, ["Ada", "Lena Adair"], "{domain}");
    }
    for whole in ["ada.l%40example.org", "ADA.L%40Example.org", "ad+ada.l%40example.org"] {
        assert_eq!(search(whole).await, ["Ada"], "{whole}");
    }
    // Somebody of the staff has this one, which is as if nobody had it.
    join(&site, "Supporta", "elsewhere@example.org").await;
    assert_eq!(search("support%40example.org").await, ["Supporta"]);
    for other in [
        "%40example.org",
        "example.org",
        "lena+ada.l%40example.org",
        "nobody%40example.org",
        "-%40example.org",
        "_%40x",
    ] {
        assert_eq!(search(other).await, Vec::<String>::new(), "{other}");
    }
}

async fn results_come_in_pages_each_member_once(site: TestApp) {
    for i in 0..45 {
        join(&site, &format!("Ada Lovelace Ada{i:02}"), &format!("ada{i:02}@example.org")).await;
    }
    // Those who have very many words stand elsewhere, and come after the others.
    for i in 0..50 {
        let before = if i < 25 { "" } else { "B C D E F G H I " };
        join(&site, &format!("{before}Zada Zlove{i:02}"), &format!("y{i:02}@example.org")).await;
    }
    let support = support(&site).await;
    let pages = async |typed: &str| {
        let (mut all, mut next) = (Vec::new(), format!("/support?q={typed}"));
        loop {
            let page = support.get(&next).await;
            let found = names(&page);
            assert!(found.len() <= 20);
            all.extend(found);
            let Some(link) = page.link_to("next") else { break all };
            next = link;
        }
    };
    let expected: Vec<String> = (0..45).map(|i| format!("Ada Lovelace Ada{i:02}")).collect();
    assert_eq!(pages("ada").await, expected);
    assert_eq!(pages("love+ada").await, expected);
    let found = pages("zlove+zada").await;
    assert!(found[..25].iter().all(|name| name.starts_with("Zada")), "{found:?}");
    let each: std::collections::BTreeSet<_> = found.iter().collect();
    assert_eq!((found.len(), each.len()), (50, 50));
    // Addresses that are the same without their accents are found together.
    for (i, a) in "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậ".chars().enumerate() {
        join(&site, &format!("Twin {i}"), &format!("{a}@twins.example")).await;
    }
    let each: std::collections::BTreeSet<_> = pages("a%40twins.example").await.into_iter().collect();
    assert_eq!((each.len(), pages("a%40twins.example").await.len()), (25, 25));
    // A page behind somebody who is not there, or who is not meant, is the first one.
    for after in ["x", "%00", "01a205b3-d000-748f-b26b-c87fa5cb1408"] {
        assert_eq!(names(&support.get(&format!("/support?q=ada+lovelace&after={after}")).await).len(), 20);
    }
}

async fn words_so_common_that_few_are_looked_through_are_said_to_be(site: TestApp) {
    // Each word alone is common, no two of them go together, and none is there in full.
    let mut tx = site.app.db.begin().await.unwrap();
    for i in 0..2_100 {
        let name = if i % 2 == 0 { format!("Anna{i} Berg") } else { format!("Ida{i} Smith") };
        let (email, country) = (format!("m{i}@example.org"), Country::parse("IE").unwrap());
        let new = NewMember {
            name,
            email,
            country,
            role: Role::Member,
            password_hash: String::new(),
            demo: false,
            address_proved: true,
        };
        store::insert(tx.conn(), new, UtcMillis(i)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let support = support(&site).await;
    let page = support.get("/support?q=ann+smit").await;
    page.says("No members match.");
    page.does_not_say("we did not search through all of them");
    let page = support.get("/support?q=m+bx").await;
    page.says("No members match.");
    page.does_not_say("did not search through all of them");
    let page = support.get("/support?q=m+m").await;
    page.says("20 members, more on the next page");
    for i in 0..1_200 {
        join(&site, &format!("Anna{i} Sander"), &format!("s{i}@example.org")).await;
        join(&site, &format!("Smilla{i} Olsen"), &format!("o{i}@example.org")).await;
    }
    support.get("/support?q=ann+smi").await.says("No members match.");
    let page = support.get("/support?q=an+sm").await;
    page.says("Too many members to search through");
    page.says("we did not search through all of them. Please type more letters, or search by address or ID.");
    page.does_not_say("No members match");
    // Whose whole name it is, however short, is found all the same.
    join(&site, "An Sm", "x@example.org").await;
    for typed in ["an+sm", "sm+an"] {
        let page = support.get(&format!("/support?q={typed}")).await;
        assert_eq!(names(&page), ["An Sm"]);
        page.says("One member, possibly more");
    }
    support.get("/support?q=%25").await.says("No members match.");
}

async fn who_has_no_words_yet_gets_them(site: TestApp) {
    let ada = join(&site, "Ada", "ada@example.org").await;
    site.tamper("delete from member_words").await.unwrap();
    site.tamper("update members set searchable = false, words_in_pairs = false, short_words_paired = false, name_parted = false")
        .await
        .unwrap();
    let support = support(&site).await;
    assert!(names(&support.get("/support?q=ada").await).is_empty());
    assert_eq!(names(&support.get(&format!("/support?q={ada}")).await), ["Ada"]);
    assert_eq!(store::fill_words(&site.app.db).await.unwrap(), 1);
    assert_eq!(store::fill_words(&site.app.db).await.unwrap(), 0);
    assert_eq!(names(&support.get("/support?q=ada").await), ["Ada"]);
}
