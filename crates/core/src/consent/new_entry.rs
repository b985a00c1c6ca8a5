//! What is recorded of the choice: when somebody begins, is told, and says something. Pure.

use super::rules::Rules;
use crate::account::model::Member;
use crate::ledger::{Actor, Channel, Choice, Event, NewEntry, NoticeRef, Purpose};
use crate::time::UtcMillis;

fn rule_id(rules: &Rules, member: &Member, purpose: Purpose, at: UtcMillis) -> Option<String> {
    rules.at(purpose, member.country, at).map(|r| r.id.clone())
}

/// What is recorded when `member` begins here, at `at`: it is off, under the rule of their region.
pub fn beginning(rules: &Rules, member: &Member, channel: Channel, at: UtcMillis) -> NewEntry {
    let purpose = Purpose::GenerativeAiTraining;
    let event = Event::Default { purpose, rule: rule_id(rules, member, purpose, at) };
    NewEntry { subject: member.subject.clone(), actor: Actor::Default, channel, event }
}

/// What is recorded when `notice` is shown to `member`.
pub fn delivery(rules: &Rules, member: &Member, notice: &NoticeRef, channel: Channel, at: UtcMillis) -> NewEntry {
    let event = Event::Notice { notice: notice.clone(), rule: rule_id(rules, member, notice.purpose, at) };
    NewEntry { subject: member.subject.clone(), actor: Actor::System, channel, event }
}

/// What is recorded when `member` says `choice`; `told` are the words they had in front of them.
pub fn said(
    rules: &Rules,
    member: &Member,
    purpose: Purpose,
    choice: Choice,
    told: Option<NoticeRef>,
    channel: Channel,
    at: UtcMillis,
) -> NewEntry {
    let event = Event::Choice { purpose, choice, rule: rule_id(rules, member, purpose, at), notice: told };
    NewEntry { subject: member.subject.clone(), actor: Actor::Member, channel, event }
}
