//! The list that an officer works through: a page of the queue, as its address has it. It goes with
//! the pages of its cases, so that after one the next can be opened.

use crate::objection::queue::Wanted;
use crate::paths::QUEUE;
use url::form_urlencoded::{Serializer, parse};

/// The query that asks for a list, from the beginning or after a case.
pub fn query(wanted: &Wanted, after: Option<(i64, &str)>) -> String {
    Serializer::new(String::new()).extend_pairs(wanted.query(after)).finish()
}

/// The query that asks for the very page of a list.
pub fn of_page(wanted: &Wanted) -> String {
    query(wanted, wanted.after.as_ref().map(|(time, number)| (*time, &**number)))
}

/// The queue's address with such a query.
pub fn address(query: &str) -> String {
    if query.is_empty() { QUEUE.into() } else { format!("{QUEUE}?{query}") }
}

/// Reads a list; what is none is the whole queue.
pub fn read(list: &str) -> Wanted {
    let pairs: Vec<(String, String)> = parse(list.as_bytes()).into_owned().collect();
    Wanted::parse(|key| joined(pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str())))
}

/// A field that may be there several times, such as a ticked column.
pub fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.collect::<Vec<_>>().join(",")
}

/// The list that a form names, if it names one.
pub fn named(list: &str) -> Option<&str> {
    (!list.is_empty()).then_some(list)
}

/// The page of a case, with the list that it was opened from, if it was.
pub fn case_page(number: &str, list: Option<&str>) -> String {
    // The whole queue has a name, too, so that there is something to say.
    let name = |list: &str| if list.is_empty() { "queue".to_owned() } else { list.to_owned() };
    let query = |list: &str| Serializer::new(String::new()).append_pair("list", &name(list)).finish();
    match list {
        None => format!("{QUEUE}/{number}"),
        Some(list) => format!("{QUEUE}/{number}?{}", query(list)),
    }
}
