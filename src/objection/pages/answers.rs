//! The answers to an objection on its page, each as it was sent.

use super::Blocks;
use crate::mail::Block;
use crate::objection::given_back::Known;
use crate::objection::holds_now::{as_we_wrote, since_answered};
use crate::objection::model::{AnswerTo, Case};
use crate::objection::said::said;
use crate::objection::{answer_letter, wording};
use leptos::prelude::*;

/// An answer: the id of its heading, the heading, and what it says.
pub type Shown = (String, String, Vec<Block>);

/// The answers of `case`, the newest first. `after` is what is known to the reader of what held
/// when the newest was sent, and `now` of what holds today. `can_complain` is whether there is a
/// form for it.
pub fn answers(case: &Case, after: Known<'_>, now: Known<'_>, can_complain: bool) -> Vec<Shown> {
    let again = case.is_answered_again();
    let stands = case.refusal_that_stands();
    case.answer_steps()
        .enumerate()
        .map(|(nth, (to, done))| {
            let mut told = done.said.clone();
            // Of a version from before that was kept: what held is known of the newest answer.
            if let (true, 0, Known::All(after)) = (told.is_empty(), nth, after) {
                told = said(case, &done.rulings, after, to);
            }
            let id = match to {
                AnswerTo::Complaint => format!("ruled-again-{nth}"),
                AnswerTo::Reopening => format!("reopened-{nth}"),
                AnswerTo::Objection => "answer".to_owned(),
                AnswerTo::Rule => "upheld-by-rule".to_owned(),
            };
            // The form is about the newest refusal, if nothing has upheld it since.
            let form = (stands == Some(nth) && can_complain).then_some("#complain");
            let mut blocks = match &done.sent {
                Some(sent) => answer_letter::as_sent(sent, &done.rulings, form),
                // Of a version from before that was kept.
                None => answer_letter::answer_on_page(case, &done.rulings, &told, form),
            };
            let mut begins = vec![Block::Text(as_we_wrote(done.at))];
            let title = if let Some(reopened) = case.reopened_after(done) {
                let (title, said) = wording::earlier_answer(case, done.at, reopened);
                begins.insert(0, Block::Text(said));
                title
            } else {
                let since = since_answered(case, &told, now);
                begins.splice(0..0, since.into_iter().map(Block::Text));
                wording::answer(to, again).to_owned()
            };
            blocks.splice(0..0, begins);
            (id, title, blocks)
        })
        .collect()
}

#[component]
pub fn Answers(answers: Vec<Shown>, receipts: bool) -> impl IntoView {
    answers
        .into_iter()
        .map(|(id, title, blocks)| {
            view! {
                <section class="stack" aria-labelledby=id.clone()>
                    <h2 id=id.clone()>{title}</h2>
                    <Blocks blocks linked=receipts />
                </section>
            }
        })
        .collect_view()
}
