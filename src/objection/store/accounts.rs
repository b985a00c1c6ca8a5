//! The accounts that a case reaches, which was filed without one (table `case_accounts`).

use super::by_number;
use crate::account::model::Member;
use crate::db::{self, Conn, Tx, built, many, on};
use crate::objection::model::Case;

/// Members asked for at a time.
const AT_ONCE: usize = 100;

/// The numbers of the cases without an account that wait for their answer under the address of one
/// of `members`.
pub async fn waiting_under(tx: &mut Tx, members: &[&Member]) -> db::Result<Vec<String>> {
    const WAITING: &str = "select number from cases where member_id is null
      and state in ('received', 'acknowledged', 'under_review') and email in (";
    let mut waiting = Vec::new();
    for members in members.chunks(AT_ONCE) {
        let sql = many(WAITING, "$", members.len(), ") order by number");
        let numbers: Vec<String> = on!(tx.conn(), c => {
            let mut query = sqlx::query_scalar(built(&sql));
            for member in members {
                query = query.bind(&member.email);
            }
            query.fetch_all(c).await
        })?;
        waiting.extend(numbers);
    }
    Ok(waiting)
}

/// Notes that `case` reaches this account; false where it has already.
pub async fn put_reached(mut conn: Conn<'_>, case: &Case, member: &Member) -> db::Result<bool> {
    const REACH: &str = "insert into case_accounts (number, member_id) values ($1, $2) on conflict do nothing";
    on!(conn, c => sqlx::query(REACH)
        .bind(&case.number).bind(&member.id)
        .execute(c).await.map(|done| done.rows_affected() > 0))
}

/// Forgets it: the case goes on in this member's own history from here on.
pub async fn forget_reached(mut conn: Conn<'_>, case: &Case, member: &Member) -> db::Result<()> {
    const LINKED: &str = "delete from case_accounts where number = $1 and member_id = $2";
    on!(conn, c => sqlx::query(LINKED).bind(&case.number).bind(&member.id).execute(c).await.map(drop))
}

/// The cases that have reached this member's account and are nobody's own, the earliest first, also
/// those that have had their answer. Nothing that was written is in them.
pub async fn reaching(mut conn: Conn<'_>, member: &Member) -> db::Result<Vec<Case>> {
    const REACHING: &str = "select a.number from case_accounts a join cases c on c.number = a.number
      where a.member_id = $1 order by c.received_at, a.number";
    let numbers: Vec<String> = on!(conn, c => sqlx::query_scalar(REACHING).bind(&member.id).fetch_all(c).await)?;
    let mut cases = Vec::new();
    for number in numbers {
        let case = by_number(conn.reborrow(), &number).await?.filter(|case| case.member.is_none());
        cases.extend(case.map(|case| Case { name: String::new(), reason: None, joined: Vec::new(), ..case }));
    }
    Ok(cases)
}

/// The subjects of the members whose accounts a case reaches.
pub async fn reached(mut conn: Conn<'_>, number: &str) -> db::Result<Vec<String>> {
    const REACHED: &str = "select m.subject from case_accounts a join members m on m.id = a.member_id
      where a.number = $1 order by m.subject";
    on!(conn, c => sqlx::query_scalar(REACHED).bind(number).fetch_all(c).await)
}
