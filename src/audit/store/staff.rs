//! The log of the staff: the table `staff_actions`, with what the records say that it points to.

use super::super::staff::{About, More, StaffAction, StaffFilter, StaffKey, Who};
use crate::account::model::Role;
use crate::account::staff_action::ActionKind;
use crate::db::{self, Conn, built, inconsistent, on};
use crate::ledger::{Reason, Shown, Step};
use crate::time::{UtcMicros, UtcMillis};

#[derive(sqlx::FromRow)]
struct ActionRow {
    id: i64,
    at: i64,
    kind: String,
    outcome: String,
    staff_id: Option<String>,
    role: Option<String>,
    case_number: Option<String>,
    points_to: Option<String>,
    detail: Option<String>,
    amount: Option<i64>,
    request_id: Option<String>,
    staff_name: Option<String>,
    about_role: Option<String>,
    about_name: Option<String>,
    about_subject: Option<String>,
    // Of the case's member.
    case_subject: Option<String>,
    shown: Option<String>,
    reason: Option<String>,
    step: Option<String>,
    // Whether it is found, and to whom the case was given.
    assignment: Option<String>,
    given_to: Option<String>,
    file: Option<String>,
    format: Option<String>,
    filters: Option<String>,
}

impl TryFrom<ActionRow> for StaffAction {
    type Error = db::Error;

    fn try_from(row: ActionRow) -> db::Result<Self> {
        let unknown = |column| inconsistent("staff_actions", column);
        let kind = ActionKind::parse(&row.kind).ok_or_else(|| unknown("kind"))?;
        let by = match (row.staff_name, row.staff_id, row.role) {
            (Some(name), Some(id), Some(role)) => Some((name, id, Role::parse(&role).ok_or_else(|| unknown("role"))?)),
            _ => None,
        };
        let about = match (row.about_role.as_deref(), row.about_name, row.about_subject) {
            (Some(role), _, Some(subject)) if role == Role::Member.as_str() => Some(About::Member(subject)),
            (Some(_), Some(name), _) => Some(About::Staff(name)),
            _ => row.case_subject.map(About::Member),
        };
        let entry = match kind {
            ActionKind::SupportView
            | ActionKind::CaseMove
            | ActionKind::NoticePublished
            | ActionKind::ClockAccepted
            | ActionKind::RollbackAccepted
            | ActionKind::KeyRotated => row.points_to.as_deref().and_then(|id| id.parse().ok()),
            _ => None,
        };
        let more = match (row.shown.zip(row.reason), row.step, row.file.zip(row.format)) {
            (Some((shown, reason)), ..) => Some(More::View(
                Shown::parse(&shown).ok_or_else(|| inconsistent("looks", "shown"))?,
                Reason::parse(&reason).ok_or_else(|| inconsistent("looks", "reason"))?,
            )),
            (_, Some(step), _) => {
                Some(More::Move(Step::parse(&step).ok_or_else(|| inconsistent("case_steps", "step"))?))
            }
            (.., Some((file, format))) => Some(More::File(format!("{file}.{format}"), row.filters.unwrap_or_default())),
            _ if row.assignment.is_some() => Some(More::GivenTo(row.given_to)),
            _ => row.detail.map(More::Detail),
        };
        Ok(Self {
            key: StaffKey { at: UtcMicros(row.at), id: row.id },
            kind,
            well: row.outcome == "success",
            by,
            about,
            case: row.case_number,
            more,
            amount: row.amount,
            entry,
            request: row.request_id,
        })
    }
}

/// At most `most` actions, newest first, that come after the one at `after` in this order.
pub async fn actions(
    mut conn: Conn<'_>,
    wanted: &StaffFilter,
    after: Option<StaffKey>,
    most: usize,
) -> db::Result<Vec<StaffAction>> {
    let StaffFilter { who, kind, reason, case, subject, from, until } = wanted;
    let after = after.unwrap_or(StaffKey { at: UtcMicros(i64::MAX), id: i64::MAX });
    let micros = |at: &Option<UtcMillis>, or: i64| at.map_or(or, |at| UtcMicros::from(at).0);
    let (from, until) = (micros(from, i64::MIN), micros(until, i64::MAX));
    // The words of the filters; each `$` is the place of what is bound to it.
    let (whose, by_command) = match who {
        Some(Who::Staff(id)) => (Some(id.as_str()), ""),
        Some(Who::CommandLine) => (None, " and a.staff_id is null"),
        None => (None, ""),
    };
    let filters: [(&str, Option<&str>); 5] = [
        (" and (a.staff_id = $ or a.about_id = $)", whose),
        (" and a.kind = $", kind.map(ActionKind::as_str)),
        (
            " and a.kind = 'support-view' and exists (select 1 from looks l where l.entry_id = a.points_to and l.reason = $)",
            reason.map(Reason::as_str),
        ),
        (" and a.case_number = $", case.as_deref()),
        (
            " and (a.about_id = (select id from members where subject = $) or a.case_number in
              (select number from cases where member_id = (select id from members where subject = $)))",
            subject.as_deref(),
        ),
    ];
    let asked: Vec<(&str, &str)> = filters.into_iter().filter_map(|(clause, text)| Some((clause, text?))).collect();
    let clauses: String = (5..).zip(&asked).map(|(n, (clause, _))| clause.replace('$', &format!("${n}"))).collect();
    let sql = format!(
        "select a.id, a.at, a.kind, a.outcome, a.staff_id, a.role, a.case_number, a.points_to, a.detail, a.amount,
           a.request_id, s.name as staff_name, b.role as about_role, b.name as about_name, b.subject as about_subject,
           m.subject as case_subject, l.shown, l.reason, t.step, g.id as assignment, o.name as given_to,
           d.file, d.format, d.filters
         from (select a.id, a.at, a.kind, a.outcome, a.staff_id, a.role, a.about_id, a.case_number, a.points_to, a.detail,
             a.amount, a.request_id
           from staff_actions a where (a.at, a.id) < ($1, $2) and a.at >= $3 and a.at < $4{by_command}{clauses}
           order by a.at desc, a.id desc limit {most}) a
         left join members s on s.id = a.staff_id
         left join members b on b.id = a.about_id
         left join cases c on c.number = a.case_number
         left join members m on m.id = c.member_id
         left join looks l on a.kind = 'support-view' and l.entry_id = a.points_to
         left join case_steps t on a.kind = 'case-move' and t.entry_id = a.points_to
         left join case_assignments g on a.kind = 'case-assigned' and g.id = a.points_to
         left join members o on o.id = g.officer_id
         left join audit_downloads d on a.kind = 'download' and d.id = a.points_to
         order by a.at desc, a.id desc"
    );
    let rows: Vec<ActionRow> = on!(conn, c => {
        let mut query = sqlx::query_as(built(&sql)).bind(after.at.0).bind(after.id).bind(from).bind(until);
        for (_, text) in &asked {
            query = query.bind(*text);
        }
        query.fetch_all(c).await
    })?;
    rows.into_iter().map(StaffAction::try_from).collect()
}

/// Everybody of the staff, also those who have left: id and name, by name.
pub async fn people(mut conn: Conn<'_>) -> db::Result<Vec<(String, String)>> {
    const PEOPLE: &str = "select id, name from members where role <> 'member' order by name, id";
    on!(conn, c => sqlx::query_as(PEOPLE).fetch_all(c).await)
}
