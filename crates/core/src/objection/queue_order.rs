//! How officers look at the queue: the columns, and the order. Pure.

use crate::string_enum;

string_enum! {
    /// What the queue is sorted by.
    pub enum SortBy {
        /// When something is due next.
        Due = "due",
        /// When the case came in.
        Received = "received",
        /// The name of whoever filed it.
        Name = "name",
    }

    /// A column of the queue. The number of the case is always there.
    pub enum Column {
        /// The day on which something is due next.
        Due = "due",
        /// The days until then.
        Left = "left",
        /// The day on which it came in.
        Received = "received",
        /// Who filed it.
        Name = "name",
        /// The purposes.
        About = "about",
        /// Where it is in an officer's day.
        State = "state",
        /// Where the person lives.
        Country = "country",
        /// Whose it is.
        Officer = "officer",
    }
}

impl Column {
    /// The words over it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Due => "Due",
            Self::Left => "Days left",
            Self::Received => "Received",
            Self::Name => "Name",
            Self::About => "About",
            Self::State => "State",
            Self::Country => "Country",
            Self::Officer => "Officer",
        }
    }

    /// What the queue is sorted by where it is sorted by this column.
    pub const fn sorts_by(self) -> Option<SortBy> {
        match self {
            Self::Due | Self::Left => Some(SortBy::Due),
            Self::Received => Some(SortBy::Received),
            Self::Name => Some(SortBy::Name),
            _ => None,
        }
    }
}

/// An order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Whether what is latest, or last in the alphabet, comes first.
    pub descending: bool,
}

impl Sort {
    /// Reads it as an address has it: `name`, or `-name` the other way round.
    pub fn parse(text: &str) -> Option<Self> {
        let by = text.strip_prefix('-');
        Some(Self { by: SortBy::parse(by.unwrap_or(text))?, descending: by.is_some() })
    }

    /// As an address has it.
    pub fn word(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.by)
    }
}

/// The columns that an address names, each once; none where they are the `usual` ones.
pub fn columns(text: &str, usual: &[Column]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for column in text.split(',').filter_map(Column::parse) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    if columns == usual { Vec::new() } else { columns }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_order_are_read_as_they_are_written() {
        for text in ["name", "-received", "due", "-due"] {
            assert_eq!(Sort::parse(text).unwrap().word(), text);
        }
        assert_eq!(Sort::parse("--name"), None);
        let columns = |text| columns(text, &[Column::Due, Column::About]);
        assert_eq!(columns("name,left,name,x"), [Column::Name, Column::Left]);
        assert!(columns("due,about").is_empty() && columns("").is_empty());
    }
}
