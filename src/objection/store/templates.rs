//! The table `text_templates`: each row a version of a template.

use super::super::template::{Content, Template, TemplateKind};
use crate::account::model::Member;
use crate::db::{self, Conn, inconsistent, on};
use crate::ledger::Purpose;
use crate::time::UtcMillis;

#[derive(sqlx::FromRow)]
struct TemplateRow {
    id: String,
    version: i64,
    kind: String,
    purpose: Option<String>,
    language: String,
    title: String,
    text: String,
    retired: i64,
    name: String,
    at: i64,
}

impl TryFrom<TemplateRow> for Template {
    type Error = db::Error;

    fn try_from(row: TemplateRow) -> db::Result<Self> {
        let kind = TemplateKind::parse(&row.kind).ok_or_else(|| inconsistent("text_templates", "kind"))?;
        let purpose =
            row.purpose.map(|word| Purpose::parse(&word).ok_or_else(|| inconsistent("text_templates", "purpose")));
        let content =
            Content { kind, purpose: purpose.transpose()?, language: row.language, title: row.title, text: row.text };
        Ok(Self {
            id: row.id,
            version: row.version,
            content,
            retired: row.retired != 0,
            by: row.name,
            at: UtcMillis(row.at),
        })
    }
}

/// The newest version of each template, by kind and title.
pub async fn newest_templates(mut conn: Conn<'_>) -> db::Result<Vec<Template>> {
    const NEWEST: &str =
        "select t.id, t.version, t.kind, t.purpose, t.language, t.title, t.text, t.retired, m.name, t.at
      from text_templates t join members m on m.id = t.by_id
      where t.version = (select max(n.version) from text_templates n where n.id = t.id)
      order by t.kind, t.language, t.title, t.id";
    let rows: Vec<TemplateRow> = on!(conn, c => sqlx::query_as(NEWEST).fetch_all(c).await)?;
    rows.into_iter().map(Template::try_from).collect()
}

/// Every version of the template `id`, newest first; none where there is no such template.
pub async fn template_versions(mut conn: Conn<'_>, id: &str) -> db::Result<Vec<Template>> {
    const VERSIONS: &str =
        "select t.id, t.version, t.kind, t.purpose, t.language, t.title, t.text, t.retired, m.name, t.at
      from text_templates t join members m on m.id = t.by_id where t.id = $1 order by t.version desc";
    let rows: Vec<TemplateRow> = on!(conn, c => sqlx::query_as(VERSIONS).bind(id).fetch_all(c).await)?;
    rows.into_iter().map(Template::try_from).collect()
}

/// Adds a version.
pub async fn put_template(
    mut conn: Conn<'_>,
    id: &str,
    version: i64,
    content: &Content,
    retired: bool,
    by: &Member,
    at: UtcMillis,
) -> db::Result<()> {
    const PUT: &str = "insert into text_templates
      (id, version, kind, purpose, language, title, text, retired, by_id, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    on!(conn, c => sqlx::query(PUT)
        .bind(id).bind(version).bind(content.kind.as_str()).bind(content.purpose.map(Purpose::as_str))
        .bind(&content.language).bind(&content.title).bind(&content.text).bind(i64::from(retired)).bind(&by.id)
        .bind(at.0).execute(c).await.map(drop))
}
