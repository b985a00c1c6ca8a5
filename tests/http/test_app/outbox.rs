//! What was put into the outbox.

use super::TestApp;
use sayso::db::{Db, built};

impl TestApp {
    /// Everything that was put into the outbox for `to`, the newest first: subject and text.
    pub async fn mails(&self, to: &str) -> Vec<String> {
        let sql = "select subject || chr(10) || plain from outbox where to_address = $1 order by id desc";
        match &self.app.db {
            Db::Sqlite { read, .. } => {
                sqlx::query_scalar(built(&sql.replace("chr(", "char("))).bind(to).fetch_all(read).await.unwrap()
            }
            Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(pool).await.unwrap(),
        }
    }

    /// The mail to `to` whose subject begins so, on one line.
    pub async fn mail(&self, to: &str, subject: &str) -> String {
        let mails = self.mails(to).await;
        let found = mails.iter().find(|mail| mail.starts_with(subject));
        found.unwrap_or_else(|| panic!("no mail to {to} begins with {subject:?}: {mails:#?}")).replace('\n', " ")
    }

    /// What stands behind `what`, up to the next blank, in the newest mail to `to` that has it.
    pub async fn mailed(&self, to: &str, what: &str) -> String {
        let sql = "select plain from outbox where to_address = $1 order by id desc";
        let mails: Vec<String> = match &self.app.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(read).await.unwrap(),
            Db::Postgres { pool, .. } => sqlx::query_scalar(sql).bind(to).fetch_all(pool).await.unwrap(),
        };
        let found = mails.iter().find_map(|text| text.split_once(what));
        let (_, rest) = found.unwrap_or_else(|| panic!("no mail to {to} has {what:?}: {mails:#?}"));
        rest.split_whitespace().next().unwrap_or_default().to_owned()
    }
}
