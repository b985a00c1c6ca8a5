//! Who has an account, as a list for the operator.

use super::MemberRow;
use crate::account::model::{Member, Role};
use crate::db::{self, Conn, on};
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    member: MemberRow,
    closed: bool,
    second_factor_at: Option<i64>,
}

/// An account, and how it can be signed in to.
#[derive(Clone, Debug)]
pub struct Listed {
    pub member: Member,
    /// Nobody can sign in to it any more.
    pub closed: bool,
    /// Since when it has the second factor that it has.
    pub second_factor_at: Option<UtcMillis>,
}

/// The next `rows` accounts of a role after the one with the id `after`, in the order in which they
/// were made.
pub async fn page(mut conn: Conn<'_>, role: Role, after: &str, rows: i64) -> db::Result<Vec<Listed>> {
    const PAGE: &str = select_members!(
        ", password_hash = 'closed' as closed,
          (select set_up_at from second_factors where member_id = members.id) as second_factor_at",
        "where role = $1 and id > $2 order by id limit $3"
    );
    let found: Vec<ListedRow> =
        on!(conn, c => sqlx::query_as(PAGE).bind(role.as_str()).bind(after).bind(rows).fetch_all(c).await)?;
    found
        .into_iter()
        .map(|row| {
            let second_factor_at = row.second_factor_at.map(UtcMillis);
            Ok(Listed { member: row.member.try_into()?, closed: row.closed, second_factor_at })
        })
        .collect()
}
