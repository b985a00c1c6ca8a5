//! Bringing the tables up to date, and telling whether this binary may work on them.
//!
//! A binary knows the migrations that it was built with. Where the tables have been brought further
//! by a newer one, they say themselves how old a binary may be that works on them: so nodes are
//! replaced one after the other, and there is a way back.

use super::{Db, OpenError, sqlite};
use sqlx::PgConnection;
use sqlx::migrate::Migrator;

static SQLITE: Migrator = patient(sqlx::migrate!("migrations/sqlite"));
static POSTGRES: Migrator = patient(sqlx::migrate!("migrations/postgres"));

/// Held while one process does what others would do at the same time; see [`Db::alone`].
pub enum Alone {
    Sqlite(sqlite::Alone),
    Postgres(PgConnection),
}

/// What a newer binary has done is not an error by itself: [`Db::may_work`] looks.
const fn patient(mut migrator: Migrator) -> Migrator {
    migrator.ignore_missing = true;
    migrator
}

/// The newest migration that is known here.
fn known(migrator: &Migrator) -> i64 {
    migrator.iter().map(|step| step.version).max().unwrap_or_default()
}

impl Db {
    /// Brings the tables up to date. Safe to run at every start, and by several nodes at once.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        self.bring_to(self.migrator()).await
    }

    /// Looks whether the tables are as this binary needs them, and changes nothing: for a role that
    /// may not.
    pub async fn check_tables(&self) -> Result<(), OpenError> {
        let known = known(self.migrator());
        let tables = self.may_work(known).await?.unwrap_or(0);
        if tables < known { Err(OpenError::Behind { tables, known }) } else { Ok(()) }
    }

    /// Waits until no other process does what this name stands for, and keeps others from it as
    /// long as what is returned is held. For work at a start that is done once.
    pub async fn alone(&self, name: &str) -> Result<Alone, OpenError> {
        Ok(match self {
            Self::Sqlite { write, .. } => {
                let options = write.connect_options();
                Alone::Sqlite(sqlite::Alone::with(options.get_filename()).await?)
            }
            Self::Postgres { pool, .. } => {
                const LOCK: &str = "select pg_advisory_lock(hashtextextended($1, 0))";
                // Its own connection, which ends with it.
                let mut conn = pool.acquire().await.map_err(OpenError::Connect)?.detach();
                sqlx::query(LOCK).bind(name).execute(&mut conn).await.map_err(OpenError::Connect)?;
                Alone::Postgres(conn)
            }
        })
    }

    const fn migrator(&self) -> &'static Migrator {
        match self {
            Self::Sqlite { .. } => &SQLITE,
            Self::Postgres { .. } => &POSTGRES,
        }
    }

    async fn bring_to(&self, migrator: &Migrator) -> Result<(), OpenError> {
        self.may_work(known(migrator)).await?;
        match self {
            Self::Sqlite { write, place, .. } => {
                // sqlx takes a lock on PostgreSQL only.
                let _alone = sqlite::Alone::with(write.connect_options().get_filename()).await;
                let done = migrator.run(write).await;
                if done.is_ok() && sqlite::stamp(write).await.map_err(OpenError::Tables)? == 0 {
                    place.is_stamped(sqlite::give_stamp(write).await.map_err(OpenError::Tables)?)?;
                }
                done
            }
            Self::Postgres { pool, .. } => migrator.run(pool).await,
        }
        .map_err(OpenError::Migrate)
    }

    /// At which version the tables are, if there are any; an error where they want a newer binary.
    async fn may_work(&self, known: i64) -> Result<Option<i64>, OpenError> {
        const VERSION: &str = "select max(version) from _sqlx_migrations";
        const WANTED: &str = "select oldest_binary from schema_compatibility";
        if !self.has_table("_sqlx_migrations").await.map_err(OpenError::Tables)? {
            return Ok(None);
        }
        let tables: Option<i64> = self.one(VERSION).await.map_err(OpenError::Tables)?;
        let Some(tables) = tables.filter(|tables| *tables > known) else { return Ok(tables) };
        let wanted = if self.has_table("schema_compatibility").await.map_err(OpenError::Tables)? {
            self.one(WANTED).await.map_err(OpenError::Tables)?.unwrap_or(tables)
        } else {
            tables
        };
        if known < wanted { Err(OpenError::TooOld { tables, wanted, known }) } else { Ok(Some(tables)) }
    }

    async fn has_table(&self, name: &str) -> sqlx::Result<bool> {
        match self {
            Self::Sqlite { write, .. } => {
                const THERE: &str = "select count(*) > 0 from sqlite_schema where type = 'table' and name = $1";
                sqlx::query_scalar(THERE).bind(name).fetch_one(write).await
            }
            Self::Postgres { pool, .. } => {
                sqlx::query_scalar("select to_regclass($1) is not null").bind(name).fetch_one(pool).await
            }
        }
    }

    async fn one(&self, sql: &'static str) -> sqlx::Result<Option<i64>> {
        match self {
            Self::Sqlite { write, .. } => sqlx::query_scalar(sql).fetch_one(write).await,
            Self::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
    }
}

/// The names of the migrations, `SQLite`'s and `PostgreSQL`'s; the two lists have to be the same.
pub fn migration_names() -> [Vec<String>; 2] {
    [&SQLITE, &POSTGRES].map(|m| m.iter().map(|step| format!("{} {}", step.version, step.description)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations() {
        let [sqlite, postgres] = super::migration_names();
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, postgres);
    }

    /// A node of the version before goes on beside one of the next, and can come back, as long as
    /// the tables say so.
    #[tokio::test]
    async fn an_older_binary_works_on_newer_tables_as_long_as_they_say_so() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/new.db", folder.path().display());
        let db = Db::open(&url).await.unwrap();
        let all: Vec<_> = SQLITE.iter().cloned().collect();
        let with = |steps| Migrator { migrations: std::borrow::Cow::Owned(steps), ..patient(Migrator::DEFAULT) };
        let older = with(all[..all.len() - 1].to_vec());
        let known = known(&SQLITE);
        // Fresh, and as the newest has it.
        assert_eq!(db.may_work(known).await.unwrap(), None);
        assert!(matches!(db.check_tables().await, Err(OpenError::Behind { tables: 0, .. })));
        db.bring_to(&older).await.unwrap();
        assert!(matches!(db.check_tables().await, Err(OpenError::Behind { .. })));
        db.migrate().await.unwrap();
        db.check_tables().await.unwrap();
        // Whatever the newest step says of it: it has changed nothing that older ones rest on.
        let Db::Sqlite { write, .. } = &db else { unreachable!() };
        sqlx::query("update schema_compatibility set oldest_binary = 28").execute(write).await.unwrap();
        db.bring_to(&older).await.unwrap();
        // It has.
        let raise = "update schema_compatibility set oldest_binary = (select max(version) from _sqlx_migrations)";
        sqlx::query(raise).execute(write).await.unwrap();
        let refused = db.bring_to(&older).await.unwrap_err().to_string();
        assert!(refused.contains("too old") && refused.contains("Nothing was changed"), "{refused}");
        db.migrate().await.unwrap();
        // Tables from before they said it: nobody knows, so no.
        sqlx::query("drop table schema_compatibility").execute(write).await.unwrap();
        assert!(db.bring_to(&older).await.is_err());
    }

    /// 0005 and 0021 make SQLite's table of entries anew: the rows stay as they were, and as
    /// unchangeable as they were.
    #[tokio::test]
    async fn entries_survive_the_migration_that_rebuilds_their_table() {
        const ROWS: &str =
            "select id, subject, position, kind, purpose, at, canonical, sha256 from entries order by id";
        type Row = (String, String, i64, String, Option<String>, i64, Vec<u8>, String);
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/old.db", folder.path().display());
        let Db::Sqlite { write, .. } = Db::open(&url).await.unwrap() else { unreachable!() };
        let old = SQLITE.iter().filter(|step| step.version < 5).cloned().collect();
        Migrator { migrations: std::borrow::Cow::Owned(old), ..Migrator::DEFAULT }.run(&write).await.unwrap();
        sqlx::raw_sql(
            "insert into entries values ('b', 's', 1, 'choice', 'research', 7, x'7b7d', 'hash');
             insert into entries values ('a', 's', 2, 'notice', 'research', 8, x'7b00', 'other')",
        )
        .execute(&write)
        .await
        .unwrap();
        let before: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        assert_eq!(before.len(), 2);
        SQLITE.run(&write).await.unwrap();
        let after: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        assert_eq!(before, after);
        for sql in [
            "update entries set at = 0",
            "delete from entries",
            "insert or replace into entries values ('b', 't', 1, 'choice', 'research', 7, x'', '')",
            "insert or replace into entries values ('c', 's', 1, 'choice', 'research', 7, x'', '')",
        ] {
            let refused = sqlx::query(sql).execute(&write).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
        let names = "select name from sqlite_schema where tbl_name = 'entries'";
        let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&write).await.unwrap();
        for name in [
            "entries",
            "entries_newest",
            "entries_by_kind",
            "entries_refuse_update",
            "entries_refuse_delete",
            "entries_refuse_replace",
            "sqlite_autoindex_entries_1",
            "sqlite_autoindex_entries_2",
        ] {
            assert!(names.iter().any(|n| n == name), "{name} is missing: {names:?}");
        }
    }

    /// 0037 finds where in the queue the cases are that were filed before it, and from then on the
    /// database keeps it, though an older binary writes nothing of it.
    #[tokio::test]
    async fn cases_from_before_their_queue_are_in_it() {
        type Row = (String, Option<String>, i64);
        const ROWS: &str = "select number, queue, queue_at from case_purposes order by number, position";
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/old.db", folder.path().display());
        let Db::Sqlite { write, .. } = Db::open(&url).await.unwrap() else { unreachable!() };
        let old = SQLITE.iter().filter(|step| step.version < 37).cloned().collect();
        Migrator { migrations: std::borrow::Cow::Owned(old), ..Migrator::DEFAULT }.run(&write).await.unwrap();
        sqlx::raw_sql(
            "insert into cases (number, subject, form, name, email, country, mode, language, state,
               received_at, first_due_at, due_at, decided_at, complaint_due_at) values
             ('a', 's', 'a', '', '', 'IE', 'object', 'en', 'under_review', 1, 31, 31, null, null),
             ('b', 's', 'b', '', '', 'IE', 'object', 'en', 'refused', 2, 32, 32, 9, null),
             ('c', 's', 'c', '', '', 'IE', 'object', 'en', 'refused', 3, 33, 33, 9, 43),
             ('d', 's', 'd', '', '', 'IE', 'object', 'en', 'withdrawn', 4, 34, 34, null, null),
             ('e', 's', 'e', '', '', 'IE', 'object', 'en', 'awaiting_verification', 5, 35, 35, null, null);
             insert into case_purposes (number, position, purpose) select number, 1, 'research' from cases;
             insert into case_purposes (number, position, purpose) values ('a', 2, 'advertising')",
        )
        .execute(&write)
        .await
        .unwrap();
        SQLITE.run(&write).await.unwrap();
        let row = |number: &str, queue: &str, at| {
            (number.to_owned(), Some(queue.to_owned()).filter(|queue| !queue.is_empty()), at)
        };
        let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        let found = [("a", "waiting", 31), ("a", "waiting", 31), ("b", "answered", 2), ("c", "waiting", 43)];
        let found = found.into_iter().chain([("d", "ended", 4), ("e", "", 5)]);
        assert_eq!(rows, found.map(|(n, queue, at)| row(n, queue, at)).collect::<Vec<_>>());
        sqlx::raw_sql(
            "update cases set state = 'upheld', decided_at = 10 where number = 'a';
             update cases set complaint_due_at = 42 where number = 'b';
             update cases set complaint_answered_at = 11 where number = 'c';
             update cases set state = 'acknowledged', due_at = 36 where number = 'e';
             insert into case_purposes (number, position, purpose) values ('e', 2, 'a purpose of tomorrow')",
        )
        .execute(&write)
        .await
        .unwrap();
        let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        let kept = [("a", "answered", 1), ("a", "answered", 1), ("b", "waiting", 42), ("c", "answered", 3)];
        let kept = kept.into_iter().chain([("d", "ended", 4), ("e", "waiting", 36), ("e", "waiting", 36)]);
        assert_eq!(rows, kept.map(|(n, queue, at)| row(n, queue, at)).collect::<Vec<_>>());
    }
    /// 0065 counts the cases that were filed before it, and from then on the database counts,
    /// though an older binary knows nothing of it.
    #[tokio::test]
    async fn cases_from_before_their_counts_are_counted() {
        type Row = (String, i64, i64, i64);
        const ROWS: &str =
            "select counted, at, place, total from case_counts where counted not like '%-hour' order by 1, 2, 3";
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/old.db", folder.path().display());
        let Db::Sqlite { write, .. } = Db::open(&url).await.unwrap() else { unreachable!() };
        let old = SQLITE.iter().filter(|step| step.version < 65).cloned().collect();
        Migrator { migrations: std::borrow::Cow::Owned(old), ..Migrator::DEFAULT }.run(&write).await.unwrap();
        let (monday, day, week) = (345_600_000, 86_400_000, 604_800_000);
        let filed = format!(
            "insert into cases (number, subject, form, name, email, country, mode, language, state,
               received_at, first_due_at, due_at, decided_at, outcome) values
             ('a', 's', 'a', '', '', 'IE', 'object', 'en', 'under_review', {monday}, 0, {week}, null, null),
             ('b', 's', 'b', '', '', 'IE', 'object', 'en', 'refused', {monday}, 0, 0, {monday} + {week} + {day}, 'refused'),
             ('c', 's', 'c', '', '', 'IE', 'object', 'en', 'withdrawn', {monday}, 0, 0, null, null),
             ('d', 's', 'd', '', '', 'IE', 'object', 'en', 'awaiting_verification', {monday}, 0, 0, null, null)"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(filed)).execute(&write).await.unwrap();
        SQLITE.run(&write).await.unwrap();
        let row = |counted: &str, at, place, total| (counted.to_owned(), at, place, total);
        let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        let found =
            [row("due-day", 7, 0, 1), row("received", 0, 0, 2), row("refused", 1, 0, 1), row("took-day", 1, 8, 1)];
        assert_eq!(rows, found);
        sqlx::raw_sql(
            "update cases set state = 'received' where number = 'd';
             update cases set state = 'duplicate' where number = 'a';
             update cases set decided_at = null, state = 'acknowledged' where number = 'b'",
        )
        .execute(&write)
        .await
        .unwrap();
        let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&write).await.unwrap();
        assert_eq!(rows, [row("due-day", 0, 0, 2), row("received", 0, 0, 2)]);
    }
}
