//! Pages of the queue in another order than the usual one: by when a case came in, or by the name.
//! Each stage is a walk along an index of its own; what is in several is merged of a page of each.

use super::queue_row::{COLUMNS, PAGE, QueueRow};
use crate::db::{self, Conn, built, on};
use crate::objection::queue::{Stage, Wanted, Whose};
use crate::objection::queue_order::SortBy;

/// The stages that one is made of.
fn parts(stage: &Stage) -> &[Stage] {
    const WAITING: [Stage; 4] = [Stage::New, Stage::UnderReview, Stage::SecondOfficer, Stage::Complaint];
    if *stage == Stage::Waiting { &WAITING } else { std::slice::from_ref(stage) }
}

/// What else makes a case one of a stage.
const fn also(stage: Stage) -> &'static str {
    match stage {
        Stage::Ended => concat!(" and (state = 'duplicate' or ", taken_up!("cases"), ")"),
        _ => "",
    }
}

/// The statement for a page: after the case with the key $1 and the number $2, at most $3. An
/// officer is $4; of those who are officers no more, each is another one.
pub(super) fn statement(wanted: &Wanted, gone: usize) -> String {
    let order = wanted.order();
    let key = if order.by == SortBy::Name { "name_key" } else { "received_at" };
    // A name is in no address: the place of the last case is read again.
    let sort = if order.by == SortBy::Name { "cast(0 as bigint)" } else { key };
    let (after, direction) = if order.descending { ("<", "desc") } else { (">", "asc") };
    let officers: Vec<String> = match &wanted.whose {
        Whose::Anybody => vec![String::new()],
        Whose::One(_) => vec![" and officer_id = $4".into()],
        Whose::Nobody => {
            let gone = (4..4 + gone).map(|n| format!(" and officer_id = ${n}"));
            [" and officer_id is null".to_owned()].into_iter().chain(gone).collect()
        }
    };
    let walks: Vec<String> = parts(&wanted.stage)
        .iter()
        .flat_map(|stage| officers.iter().map(move |officer| (stage, officer)))
        .enumerate()
        .map(|(n, (stage, officer))| {
            format!(
                "select * from (select number, state, {sort} as sort, {key} as key, {COLUMNS} from cases
                   where queue_stage = '{stage}'{officer}{} and ({key}, number) {after} ($1, $2)
                   order by {key} {direction}, number {direction} limit $3) w{n}",
                also(*stage)
            )
        })
        .collect();
    let all = walks.join(" union all ");
    format!("select * from ({all}) n order by key {direction}, number {direction} limit $3")
}

/// A page, and one row more if there is one.
pub(super) async fn rows(mut conn: Conn<'_>, wanted: &Wanted, gone: &[String]) -> db::Result<Vec<QueueRow>> {
    const KEY: &str = "select name_key from cases where number = $1";
    let order = wanted.order();
    let sql = statement(wanted, gone.len());
    let (time, number) =
        wanted.after.clone().unwrap_or((if order.descending { i64::MAX } else { i64::MIN }, String::new()));
    let officers: Vec<&str> = match &wanted.whose {
        Whose::One(id) => vec![id],
        Whose::Nobody => gone.iter().map(String::as_str).collect(),
        Whose::Anybody => Vec::new(),
    };
    let name: Option<String> = match (order.by, wanted.after.is_some()) {
        (SortBy::Name, true) => on!(conn, c => sqlx::query_scalar(KEY).bind(&number).fetch_optional(c).await)?,
        (SortBy::Name, false) => None,
        _ => {
            return on!(conn, c => {
                let mut query = sqlx::query_as(built(&sql)).bind(time).bind(&number).bind(PAGE as i64 + 1);
                for id in &officers {
                    query = query.bind(*id);
                }
                query.fetch_all(c).await
            });
        }
    };
    let name = name.unwrap_or_else(|| if order.descending { "\u{10FFFF}".into() } else { String::new() });
    on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql)).bind(&name).bind(&number).bind(PAGE as i64 + 1);
        for id in &officers {
            query = query.bind(*id);
        }
        query.fetch_all(c).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    /// Otherwise a page would take the longer the more cases there are.
    #[tokio::test]
    async fn each_stage_in_each_order_is_a_walk_along_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite://{}/queue.db", folder.path().display())).await.unwrap();
        db.migrate().await.unwrap();
        let mut reader = db.reader().await.unwrap();
        let Conn::Sqlite(conn) = reader.conn() else { panic!("not SQLite") };
        for stage in Stage::ALL.iter().copied() {
            for by in [SortBy::Received, SortBy::Name] {
                for whose in [Whose::Anybody, Whose::Nobody, Whose::One("x".into())] {
                    let wanted = Wanted { whose, ..Wanted::stage(stage) }.sorted(by);
                    if wanted.order().by == wanted.usual_order().by {
                        continue;
                    }
                    let sql = format!("explain query plan {}", statement(&wanted, 1));
                    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(built(&sql))
                        .bind("")
                        .bind("")
                        .bind(0)
                        .bind("")
                        .fetch_all(&mut *conn)
                        .await
                        .unwrap();
                    let steps: Vec<&str> = plan.iter().map(|step| &*step.3).collect();
                    let reads = steps.iter().filter(|step| step.contains(" cases ")).collect::<Vec<_>>();
                    assert!(!reads.is_empty());
                    for read in reads {
                        assert!(
                            read.starts_with("SEARCH cases USING INDEX cases_") && read.contains("stage"),
                            "{steps:?}"
                        );
                    }
                    // Only what the walks have given is sorted, a page of each.
                    for (before, _) in steps.iter().zip(&steps[1..]).filter(|(_, step)| step.contains("TEMP B-TREE")) {
                        assert!(before.starts_with("SCAN w") || before.starts_with("SCAN n"), "{wanted:?}: {steps:?}");
                    }
                }
            }
        }
    }
}
