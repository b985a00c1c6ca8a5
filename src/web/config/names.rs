//! Names of settings that are almost right. A slip of the pen in a name would go unnoticed, and the
//! server would run without the setting.

/// What the names of our settings begin with.
pub const PREFIX: &str = "SAYSO_";
/// How many letters may differ, be missing, be too many or have changed places.
const SLIP: usize = 2;

/// The setting among `known` that was probably meant by `name`, which is none of them.
pub fn meant<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let by_distance = known.iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    by_distance.filter(|(distance, _)| *distance <= SLIP).min().map(|(_, known)| known.as_str())
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
            "SAYSO_DATABASE",
        ] {
            assert_eq!(meant(other, &known), None, "{other}");
        }
    }

    #[test]
    fn no_setting_is_a_slip_of_another() {
        let known = known();
        for one in &known {
            let others: Vec<String> = known.iter().filter(|other| *other != one).cloned().collect();
            let near = meant(one, &others);
            assert!(near.is_none(), "{one} and {near:?}");
        }
    }
}
