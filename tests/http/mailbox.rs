//! Whose mailbox it is: nothing rests on an address before its owner has opened a link and pressed
//! a button there.

mod changing;
mod owner;
mod signing_up;

use crate::test_app::{Answer, PASSWORD, TestApp, TestClient};
use sayso::account::model::{Country, NewMember, Role};
use sayso::account::{password::hash_now, store as accounts};

const NEW: &str = "plumb seven otters gladly";
const ADA: &str = "ada@example.org";

/// An account from before addresses were proved, and its owner, signed in.
async fn unproved(site: &TestApp, email: &str) -> TestClient {
    let new = NewMember {
        name: "Ada".into(),
        email: email.into(),
        country: Country::parse("US").unwrap(),
        role: Role::Member,
        password_hash: hash_now(PASSWORD),
        demo: false,
        address_proved: false,
    };
    site.app.join(new).await.unwrap();
    site.signed_in(email).await
}

async fn sign_up(visitor: &TestClient, email: &str) -> Answer {
    let typed = [("name", "Eve"), ("email", email), ("country", "US"), ("password", PASSWORD)];
    visitor.post("/api/sign-up", &typed).await
}

async fn exported(site: &TestApp, email: &str) -> serde_json::Value {
    let lines = crate::members::exported_lines(site).await;
    lines.into_iter().find(|line| line["email"] == email).unwrap_or_else(|| panic!("{email} is not exported"))
}

fn ai(line: &serde_json::Value) -> (&str, &str) {
    let purpose = &line["purposes"]["generative-ai-training"];
    (purpose["holds"].as_str().unwrap(), purpose["because"].as_str().unwrap())
}

async fn id_of(site: &TestApp, email: &str) -> String {
    accounts::by_email(site.app.db.reader().await.unwrap().conn(), email).await.unwrap().unwrap().id
}
