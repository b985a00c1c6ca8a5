//! The route table: every page there is.

use super::error_page::ErrorPage;
use crate::account::model::Member;
use crate::consent::audience::Audience;
use crate::consent::load::MoreKnown;
use crate::error::AppError;
use crate::time::UtcMillis;
use crate::ui::{NotFound, ProblemsThere};
use crate::{account, audit, consent, log, members, objection, statistics, support};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// Every page there is.
#[component]
pub fn Root() -> impl IntoView {
    provide_meta_context();
    let mode = SsrMode::Async;
    let problems = ProblemsThere::of_this_page();
    view! {
        <Title formatter=move |title| format!("{}{title} · Sayso", problems.before_title()) />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("") view=account::pages::Home ssr=mode.clone() />
                <Route path=path!("/sign-in") view=account::pages::SignInPage ssr=mode.clone() />
                <Route path=path!("/sign-in/password") view=account::pages::OwnPasswordPage ssr=mode.clone() />
                <Route path=path!("/sign-in/code") view=account::pages::CodePage ssr=mode.clone() />
                <Route path=path!("/sign-in/second-factor") view=account::pages::SetUpPage ssr=mode.clone() />
                <Route path=path!("/signed-out") view=account::pages::SignedOutPage ssr=mode.clone() />
                <Route path=path!("/sign-up") view=account::pages::SignUpPage ssr=mode.clone() />
                <Route path=path!("/sign-up/sent") view=account::pages::SentPage ssr=mode.clone() />
                <Route path=path!("/confirm") view=account::pages::ConfirmPage ssr=mode.clone() />
                <Route path=path!("/forgot") view=account::pages::ForgotPage ssr=mode.clone() />
                <Route path=path!("/cookie") view=account::pages::CookiePage ssr=mode.clone() />
                <Route path=path!("/welcome") view=members::pages::WelcomePage ssr=mode.clone() />
                <Route path=path!("/welcome/again") view=members::pages::AgainPage ssr=mode.clone() />
                <Route path=path!("/account") view=account::pages::AccountPage ssr=mode.clone() />
                <Route path=path!("/account/delete") view=members::pages::DeletePage ssr=mode.clone() />
                <Route path=path!("/account/deleted") view=members::pages::DeletedPage ssr=mode.clone() />
                <Route path=path!("/account/recovery-codes") view=account::pages::RecoveryCodesPage ssr=mode.clone() />
                <Route path=path!("/account/authenticator") view=account::pages::AuthenticatorPage ssr=mode.clone() />
                <Route path=path!("/error") view=ErrorPage ssr=mode.clone() />
                <Route path=path!("/settings/privacy") view=|| consent::pages::tab(more_cards) ssr=mode.clone() />
                <Route path=path!("/settings/privacy/history") view=|| consent::pages::history_page(other_uses_at) ssr=mode.clone() />
                <Route path=path!("/settings/privacy/entries/:id") view=consent::pages::EntryPage ssr=mode.clone() />
                <Route path=path!("/settings/privacy/entries/:id/receipt") view=consent::pages::ReceiptPage ssr=mode.clone() />
                <Route path=path!("/notices/:purpose/:version") view=consent::pages::NoticePage ssr=mode.clone() />
                <Route path=path!("/objection") view=objection::pages::FormPage ssr=mode.clone() />
                <Route path=path!("/objection/code") view=objection::pages::CodePage ssr=mode.clone() />
                <Route path=path!("/objection/again") view=objection::pages::AgainPage ssr=mode.clone() />
                <Route path=path!("/objections") view=objection::pages::ListPage ssr=mode.clone() />
                <Route path=path!("/objections/:case") view=objection::pages::CasePage ssr=mode.clone() />
                <Route path=path!("/objections/:case/withdraw") view=objection::pages::WithdrawPage ssr=mode.clone() />
                <Route path=path!("/objections/:case/not-mine") view=objection::pages::DisownPage ssr=mode.clone() />
                <Route path=path!("/support") view=support::pages::FindPage ssr=mode.clone() />
                <Route path=path!("/support/members/:id") view=support::pages::MemberPage ssr=mode.clone() />
                <Route path=path!("/support/members/:id/history") view=support::pages::MemberHistoryPage ssr=mode.clone() />
                <Route path=path!("/support/members/:id/entries/:entry") view=support::pages::MemberEntryPage ssr=mode.clone() />
                <Route path=path!("/support/objections") view=support::pages::QueuePage ssr=mode.clone() />
                <Route path=path!("/support/objections/record") view=support::pages::RecordPage ssr=mode.clone() />
                <Route path=path!("/support/objections/uphold") view=support::pages::UpholdPage ssr=mode.clone() />
                <Route path=path!("/support/objections/:case") view=support::pages::CasePage ssr=mode.clone() />
                <Route path=path!("/support/templates") view=support::pages::TemplatesPage ssr=mode.clone() />
                <Route path=path!("/support/templates/add") view=support::pages::AddTemplatePage ssr=mode.clone() />
                <Route path=path!("/support/templates/:template") view=support::pages::TemplatePage ssr=mode.clone() />
                <Route path=path!("/audit") view=audit::pages::LogPage ssr=mode.clone() />
                <Route path=path!("/audit/staff") view=audit::pages::StaffPage ssr=mode.clone() />
                <Route path=path!("/audit/verification") view=audit::pages::VerificationPage ssr=mode.clone() />
                <Route path=path!("/audit/downloads") view=audit::pages::DownloadsPage ssr=mode.clone() />
                <Route path=path!("/audit/ledger") view=audit::pages::LedgerPage ssr=mode.clone() />
                <Route path=path!("/audit/ledger/:id") view=audit::pages::LedgerEntryPage ssr=mode.clone() />
                <Route path=path!("/support/figures") view=statistics::pages::FiguresPage ssr=mode.clone() />
                <Route path=path!("/transparency") view=statistics::pages::TransparencyPage ssr=mode.clone() />
                <Route path=path!("/log") view=log::pages::LogPage ssr=mode.clone() />
                <Route path=path!("/log/check") view=log::pages::CheckPage ssr=mode />
            </Routes>
        </Router>
    }
}

/// The cards of the Data privacy tab below the first, each made by the feature it belongs to.
async fn more_cards(member: Member, known: MoreKnown) -> Result<AnyView, AppError> {
    let other_uses = objection::pages::other_uses_of(&member, known.cases).await?;
    let who_looked = support::pages::who_looked_at(&member, known).await?;
    Ok((other_uses, who_looked).into_any())
}

/// The card of other uses, on the page of a member about a past instant.
async fn other_uses_at(member: Member, at: UtcMillis) -> Result<AnyView, AppError> {
    objection::pages::other_uses(&member, &Audience::Member, Some(at)).await
}
