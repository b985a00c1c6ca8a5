//! Names of settings that are almost right. A slip of the pen in a name would go unnoticed, and the
//! server would run without the setting.

/// What the names of our settings begin with.
pub const PREFIX: &str = "SAYSO_";
/// How many letters may differ, be missing, be too many or have changed places, at most: of short
/// names fewer, or each would be near.
const SLIP: usize = 2;
/// The setting without our prefix: other programs have it as well.
pub const DATABASE: &str = "DATABASE_URL";

/// The setting among `known` that was probably meant by `name`, which is none of them: there was a
/// slip of the pen, or words are missing.
pub fn meant<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    slip(name, known).or_else(|| shortened(name, known))
}

/// What is almost spelled like `name`.
fn slip<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = stem(name);
    let near = known.iter().filter_map(|known| {
        let of_known = stem(known);
        let distance = strsim::damerau_levenshtein(&name, &of_known);
        let shorter = name.chars().count().min(of_known.chars().count());
        (distance <= SLIP.min(shorter / 3)).then_some((distance, known))
    });
    near.min().map(|(_, known)| known.as_str())
}

/// What begins or ends with the words of `name`; the shortest of several.
fn shortened<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let words = bare(name);
    let longer = known.iter().filter(|known| {
        let rest = bare(known).strip_prefix(words).filter(|rest| rest.starts_with('_'));
        rest.or_else(|| bare(known).strip_suffix(words).filter(|rest| rest.ends_with('_'))).is_some()
    });
    longer.min_by_key(|known| (bare(known).len(), known.as_str())).map(String::as_str)
}

/// Whether a name without our prefix is almost that of the one setting without it.
pub fn means_the_database(name: &str) -> bool {
    name != DATABASE && strsim::damerau_levenshtein(name, DATABASE) <= SLIP
}

fn bare(name: &str) -> &str {
    name.strip_prefix(PREFIX).unwrap_or(name)
}

/// Without our prefix, and in the singular.
fn stem(name: &str) -> String {
    let bare = bare(name);
    match bare.strip_suffix("IES") {
        Some(start) => format!("{start}Y"),
        None => bare.strip_suffix('S').unwrap_or(bare).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::config::Config;
    use clap::CommandFactory;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        _config: Config,
    }

    fn known() -> Vec<String> {
        let command = Line::command();
        let names = command.get_arguments().filter_map(|arg| arg.get_env());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_slip_of_the_pen_is_known_and_what_is_something_else_is_not() {
        let known = known();
        for (typed, wanted) in [
            ("SAYSO_PROXYS", "SAYSO_PROXIES"),
            ("SAYSO_RULE", "SAYSO_RULES"),
            ("SAYSO_BASEURL", "SAYSO_BASE_URL"),
            ("SAYSO_SMTP_ULR", "SAYSO_SMTP_URL"),
            ("SAYSO_SIGNUP", "SAYSO_SIGN_UP"),
            ("SAYSO_REGIME", "SAYSO_REGIMES"),
            ("SAYSO_DATE", "SAYSO_DATA"),
            ("SAYSO_PROXY", "SAYSO_PROXIES"),
            ("SAYSO_DATABASE_URL", "DATABASE_URL"),
            // Words are missing.
            ("SAYSO_NOTICE_WINDOW", "SAYSO_NOTICE_WINDOW_DAYS"),
            ("SAYSO_SMTP", "SAYSO_SMTP_URL"),
            ("SAYSO_URL", "SAYSO_BASE_URL"),
            ("SAYSO_DATABASE", "DATABASE_URL"),
        ] {
            assert_eq!(meant(typed, &known), Some(wanted), "{typed}");
        }
        // What our own scripts and tests have, and what an older version had.
        for other in [
            "SAYSO_TEST_POSTGRES",
            "SAYSO_POSTGRES_OPTIONS",
            "SAYSO_E2E_DATA",
            "SAYSO_E2E_PORT",
            "SAYSO_E2E_CHECKER",
            "SAYSO_SOAK_SECONDS",
            "SAYSO_CASES",
            "SAYSO_BENCH_FOLDER",
            "SAYSO_BENCH_MEMBERS",
            "SAYSO_BUILT",
            "SAYSO_YES",
            // Of short names every other letter counts.
            "SAYSO_FOO",
            "SAYSO_LOT_OF_IT",
        ] {
            assert_eq!(meant(other, &known), None, "{other}");
        }
    }

    #[test]
    fn no_setting_is_a_slip_of_another() {
        let known = known();
        for one in &known {
            let others: Vec<String> = known.iter().filter(|other| *other != one).cloned().collect();
            let near = slip(one, &others);
            assert!(near.is_none(), "{one} and {near:?}");
        }
    }

    #[test]
    fn the_setting_without_our_prefix_is_known_too() {
        for name in ["DATABSE_URL", "DATABASE_URI", "DATABASE_ULR", "DATABASEURL"] {
            assert!(means_the_database(name), "{name}");
        }
        for other in [DATABASE, "TEST_DATABASE_URL", "DATABASE", "DATABASE_PORT", "URL"] {
            assert!(!means_the_database(other), "{other}");
        }
    }
}
