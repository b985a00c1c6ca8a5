//! Has the log go on that a witness stopped, once every witness agrees with it again.

use super::seen::{Seen, SeenError};
use super::store::{self, State};
use super::witness::{Opinion, said_by};
use crate::db::{self, Db, Tx};

/// The state in which the log was stopped, if it was.
pub async fn stopped(db: &Db) -> db::Result<Option<State>> {
    let state = store::state(db.reader().await?.conn()).await?;
    Ok(state.filter(|state| !state.stopped.is_empty()))
}

/// Why the log cannot go on after these opinions, a line for each reason. `without` is whether the
/// operator does without the witness that stopped it.
pub fn refusals(stopped: &str, opinions: &[(String, Opinion)], without: bool) -> Vec<String> {
    let mut refusals: Vec<String> = opinions.iter().filter_map(|(name, opinion)| refusal(name, opinion)).collect();
    if !without && !opinions.iter().any(|(name, _)| stopped.starts_with(&said_by(name))) {
        refusals.push(
            "the witness that stopped it is not in SAYSO_WITNESSES, so it was not asked. Put it there, or add \
             --without-witness if you do without it from now on"
                .into(),
        );
    }
    refusals
}

fn refusal(name: &str, opinion: &Opinion) -> Option<String> {
    let who = said_by(name);
    match opinion {
        Opinion::Agrees(_) => None,
        Opinion::Contradicts(why) => Some(format!("{who}{why}")),
        Opinion::Silent(cause) => Some(format!(
            "{who}does not answer ({cause}). Run this again once it does, or take it out of SAYSO_WITNESSES"
        )),
        Opinion::Later => Some(format!("{who}was shown another state meanwhile. Run this again")),
    }
}

/// Has the log go on, as part of `tx`. False where it is in another state by now, and then nothing
/// is changed.
///
/// # Errors
/// Also if the database is behind what this node has seen.
pub async fn resume(tx: &mut Tx, seen: &Seen, state: &State) -> Result<bool, SeenError> {
    let going_on = State { stopped: String::new(), ..state.clone() };
    seen.compare(tx.conn(), Some(&going_on)).await?;
    Ok(store::resume(tx.conn(), state).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_only_if_nobody_contradicts_and_who_stopped_it_was_asked() {
        let stopped = "the witness w.example/1 has seen another history";
        let with = |opinion: Opinion| {
            let agrees = ("w.example/2".to_owned(), Opinion::Agrees(String::new()));
            refusals(stopped, &[("w.example/1".into(), opinion), agrees], false)
        };
        assert!(with(Opinion::Agrees("x".into())).is_empty());
        assert_eq!(with(Opinion::Contradicts("has seen another history".into())), [stopped]);
        assert!(with(Opinion::Silent("refused".into()))[0].contains("w.example/1 does not answer (refused)"));
        assert_eq!(with(Opinion::Later).len(), 1);
        // Whoever stopped it is not left out by mistake.
        let left_out = refusals(stopped, &[], false);
        assert!(left_out[0].contains("--without-witness"), "{left_out:?}");
        assert!(refusals(stopped, &[], true).is_empty());
        assert_eq!(refusals(stopped, &[("w.example/10".into(), Opinion::Agrees(String::new()))], false).len(), 1);
    }
}
