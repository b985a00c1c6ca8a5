use super::*;
use crate::receipt::testing::Signing;

fn witness(seed: u8) -> Key {
    Signing::new(&format!("w{seed}.example"), Signs::TextAndTime, seed).key
}

fn written() -> String {
    let log = Signing::new("a.example/log", Signs::Text, 1).key;
    let [a, b, c, d] = [2, 3, 4, 5].map(witness);
    format!(
        "# who we trust\nlog {log} https://a.example/log/\n\n\twitness a {a} https://w2.example/\nwitness b {b}\n\
         witness c {c}\nwitness d  {d}\ngroup first 2 a b c\ngroup all-of-them all first d\nquorum all-of-them\n"
    )
}

#[test]
fn a_policy_says_who_is_enough() {
    let policy = Policy::parse(&written()).unwrap();
    let [a, b, c, d] = [2, 3, 4, 5].map(witness);
    assert_eq!((policy.logs.len(), policy.witnesses.len(), policy.least()), (1, 4, 3));
    assert!(policy.is_met(&[a.clone(), c.clone(), d.clone()]));
    assert!(policy.is_met(&[a.clone(), b.clone(), c.clone(), d.clone()]));
    assert!(!policy.is_met(&[a.clone(), b, c]));
    assert!(!policy.is_met(&[a.clone(), d]));
    assert!(!policy.is_met(&[a.clone(), a]), "twice the same one is one");
    let nobody = Policy::parse("quorum none").unwrap();
    assert!(nobody.is_met(&[]) && nobody.logs.is_empty() && nobody.least() == 0);
}

#[test]
fn what_is_wrong_with_a_policy_is_said_with_its_line() {
    let log = Signing::new("a.example/log", Signs::Text, 1).key;
    let w = witness(2);
    for (text, line) in [
        (String::new(), 1),
        ("quorum none\nquorum none\n".into(), 2),
        ("quorum later\nwitness later x\n".into(), 1),
        (format!("log {w}\nquorum none\n"), 1),
        (format!("log {log}\nlog {log}\nquorum none\n"), 2),
        (format!("witness w {log}\nquorum none\n"), 1),
        (format!("witness w {w}\nwitness v {w}\nquorum none\n"), 2),
        (format!("witness none {w}\nquorum none\n"), 1),
        (format!("witness w {w}\ngroup g 2 w\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g 0 w\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g 01 w\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g any\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g any none\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g any g\nquorum g\n"), 2),
        (format!("witness w {w}\ngroup g any w\ngroup h any w\nquorum h\n"), 3),
        (format!("witness w {w}\ngroup g any w w\nquorum g\n"), 2),
        ("quorum none\r\n".into(), 1),
        ("trust everybody\n".into(), 1),
    ] {
        assert_eq!(Policy::parse(&text).map_err(|bad| bad.line).err(), Some(line), "{text}");
    }
}
