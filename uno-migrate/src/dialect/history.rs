//! The SQL of the history table. The columns are the same everywhere; [`SqlText`] says how each database types them and
//! tells the time.

use uno_migrate_core::Dialect;

use super::digest::listed;
use super::{NulError, SqlText, Write, sql};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::value::Row;

/// The version of the table's layout, which every row carries.
pub(crate) const FORMAT: i64 = 1;

/// The history table of one database, by its full name.
#[derive(Debug, Clone)]
pub(crate) struct HistoryTable {
    pub(crate) dialect: Dialect,
    pub(crate) schema: String,
    pub(crate) name: String,
}

/// What a column holds.
#[derive(Clone, Copy)]
pub(crate) enum Type {
    /// Part of the key, at most so many bytes, compared bytewise.
    Key(usize),
    /// Text of any length.
    Text,
    Integer,
    /// A point in time, UTC, to the microsecond where the database can.
    Time,
}

const COLUMNS: [(&str, Type, bool); 22] = [
    ("namespace", Type::Key(63), true),
    ("id", Type::Key(200), true),
    ("seq", Type::Integer, true),
    ("name", Type::Text, true),
    ("version", Type::Text, false),
    ("description", Type::Text, false),
    ("tags", Type::Text, true),
    ("depends", Type::Text, true),
    ("dialect", Type::Text, true),
    ("checksum", Type::Text, false),
    ("status", Type::Key(16), true),
    ("applied_at", Type::Time, false),
    ("reverted_at", Type::Time, false),
    ("execution_ms", Type::Integer, true),
    ("applied_by", Type::Text, true),
    ("epoch", Type::Integer, true),
    ("statements_done", Type::Integer, true),
    ("error", Type::Text, false),
    ("down_sql", Type::Text, false),
    ("breaking", Type::Text, false),
    ("metadata", Type::Text, false),
    ("format", Type::Integer, true),
];

/// The column that says whether the rows are as they were, by 1.
pub(crate) const AS_READ: &str = "uno_migrate_as_read";

/// What whoever writes into the history moves, as long as nothing in it is half-way: what is new, or taken up again, comes last,
/// and what is taken back is applied no more.
pub(crate) struct Extent {
    applied: usize,
    last: i64,
}

impl Extent {
    /// None where something is half-way.
    pub(crate) fn of(rows: &[AppliedMigration]) -> Option<Self> {
        let is_settled =
            |row: &AppliedMigration| matches!(row.status, HistoryStatus::Applied | HistoryStatus::Reverted);
        rows.iter().all(is_settled).then(|| Self {
            applied: rows.iter().filter(|row| row.status == HistoryStatus::Applied).count(),
            last: rows.iter().map(|row| row.seq).max().unwrap_or(0),
        })
    }
}

impl HistoryTable {
    pub(super) fn text(&self) -> &'static dyn SqlText {
        sql(self.dialect)
    }

    /// The table with its schema, quoted.
    pub(crate) fn qualified(&self) -> String {
        let text = self.text();
        format!("{}.{}", text.quote_ident(&self.schema), text.quote_ident(&self.name))
    }

    /// One row with a number other than 0 if the table exists.
    pub(crate) fn exists(&self) -> Result<String, NulError> {
        self.text().count_tables(super::Qualified { schema: Some(&self.schema), name: &self.name })
    }

    pub(crate) fn create(&self) -> String {
        let text = self.text();
        let columns: String = COLUMNS
            .iter()
            .map(|&(name, r#type, required)| {
                let required = if required { " NOT NULL" } else { "" };
                format!("{name} {}{required}, ", text.column_type(r#type))
            })
            .collect();
        let options = text.table_options();
        format!("CREATE TABLE {} ({columns}PRIMARY KEY (namespace, id)){options}", self.qualified())
    }

    /// The rows of some namespaces, times as RFC 3339.
    pub(crate) fn select(&self, namespaces: &[&str]) -> Result<String, NulError> {
        Ok(self.selected_where(&self.of(namespaces)?))
    }

    /// The same, behind a row that says whether they are as they were ([`AS_READ`]), where that is the number of the lease by now;
    /// then none of them is selected.
    pub(crate) fn select_changed(&self, namespaces: &[&str], lease: i64, were: &Extent) -> Result<String, NulError> {
        let (of, status) = (self.of(namespaces)?, HistoryStatus::Applied.name());
        let Extent { applied, last } = were;
        let as_read = format!(
            "{} AND EXISTS (SELECT 1 FROM (SELECT COALESCE(MAX(seq), 0) AS last, \
             COALESCE(SUM(CASE WHEN status = '{status}' THEN 1 ELSE 0 END), 0) AS applied FROM {} WHERE {of}) AS now \
             WHERE last = {last} AND applied = {applied})",
            self.is_held(lease),
            self.qualified()
        );
        let rows = self.selected_where(&format!("{of} AND NOT ({as_read})"));
        Ok(format!("SELECT COUNT(*) AS {AS_READ} FROM (SELECT 1 AS one) AS single WHERE {as_read}; {rows}"))
    }

    fn selected_where(&self, condition: &str) -> String {
        let text = self.text();
        let column = |&(name, r#type, _): &(&'static str, Type, bool)| match r#type {
            Type::Time => (name, text.rfc3339(name)),
            Type::Key(_) | Type::Text | Type::Integer => (name, name.to_owned()),
        };
        let columns: Vec<_> = COLUMNS.iter().map(column).collect();
        text.select(&columns, "seq", &format!("{} WHERE {condition}", self.qualified()))
    }

    /// The rows of what was selected.
    ///
    /// # Errors
    /// It is something else.
    pub(crate) fn rows(&self, selected: Vec<Row>) -> crate::Result<Vec<Row>> {
        self.text().selected(&COLUMNS.map(|(name, r#type, _)| (name, r#type)), selected)
    }

    fn of(&self, namespaces: &[&str]) -> Result<String, NulError> {
        Ok(format!("namespace IN ({})", listed(self.text(), namespaces)?))
    }

    /// What is applied, or half-way, in all other namespaces: who it is and what it waits for.
    pub(crate) fn select_outside(&self, namespaces: &[&str]) -> Result<String, NulError> {
        Ok(format!(
            "SELECT namespace, id, depends FROM {} WHERE status <> '{}' AND namespace NOT IN ({}) ORDER BY namespace, id",
            self.qualified(),
            HistoryStatus::Reverted.name(),
            listed(self.text(), namespaces)?
        ))
    }

    /// A row that was never there. Its place in the order is the database's to say. Under a lease nothing is written once
    /// the fence has been raised.
    pub(crate) fn insert(&self, row: &AppliedMigration, lease: Option<i64>) -> Result<String, NulError> {
        Ok(self.inserted(&self.values(row, None)?, lease.map(|epoch| self.is_at(epoch))))
    }

    /// The same if a condition holds.
    pub(super) fn inserted(&self, values: &[(&str, String)], condition: Option<String>) -> String {
        if let Some(condition) = condition {
            return self.inserted_from(values, &format!("(SELECT 1 AS one) AS single WHERE {condition}"));
        }
        let (names, values): (Vec<_>, Vec<_>) = values.iter().map(|(name, value)| (*name, value.as_str())).unzip();
        format!("INSERT INTO {} ({}) VALUES ({})", self.qualified(), names.join(", "), values.join(", "))
    }

    /// The same for each row that is found there.
    pub(super) fn inserted_from(&self, values: &[(&str, String)], source: &str) -> String {
        let (names, values): (Vec<_>, Vec<_>) = values.iter().map(|(name, value)| (*name, value.as_str())).unzip();
        format!("INSERT INTO {} ({}) SELECT {} FROM {source}", self.qualified(), names.join(", "), values.join(", "))
    }

    /// Several such rows, of the same columns.
    pub(super) fn inserted_together(&self, rows: &[Vec<(&str, String)>]) -> String {
        let [first, others @ ..] = rows else { return String::new() };
        let mut text = self.inserted(first, None);
        for row in others {
            let values: Vec<&str> = row.iter().map(|(_, value)| value.as_str()).collect();
            text.push_str(&format!(", ({})", values.join(", ")));
        }
        text
    }

    /// A row that stands as `before`; if it does not, or the fence has been raised, nothing is changed.
    pub(crate) fn update(
        &self,
        row: &AppliedMigration,
        before: HistoryStatus,
        lease: Option<i64>,
    ) -> Result<String, NulError> {
        let updated = self.updated(&self.values(row, Some(before))?, row, before)?;
        Ok(format!("{updated}{}", self.under(lease)))
    }

    /// Whatever else is to hold comes behind it, after an `AND`.
    pub(super) fn updated(
        &self,
        values: &[(&str, String)],
        row: &AppliedMigration,
        before: HistoryStatus,
    ) -> Result<String, NulError> {
        Ok(self.set(values, &self.one(row, before)?))
    }

    /// All but the key.
    pub(super) fn set(&self, values: &[(&str, String)], condition: &str) -> String {
        let values: Vec<String> = (values.iter().filter(|(name, _)| !matches!(*name, "namespace" | "id")))
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        format!("UPDATE {} SET {} WHERE {condition}", self.qualified(), values.join(", "))
    }

    /// How a row stands; no row where there is none.
    pub(crate) fn status(&self, row: &AppliedMigration) -> Result<String, NulError> {
        Ok(format!("SELECT status FROM {} WHERE {}", self.qualified(), self.named(row)?))
    }

    /// How many statements of a running migration are done, and what is begun next.
    pub(crate) fn advance(&self, row: &AppliedMigration, lease: Option<i64>) -> Result<String, NulError> {
        let metadata = self.optional(row.metadata.as_deref())?;
        let values = [("statements_done", row.statements_done.to_string()), ("metadata", metadata)];
        Ok(format!("{}{}", self.set(&values, &self.held(row, HistoryStatus::Running)?), self.under(lease)))
    }

    /// Whose a running migration is, and what went wrong with it. How far it is stays as it is there, which may be
    /// further than anybody has read.
    pub(crate) fn claim(&self, row: &AppliedMigration, lease: Option<i64>) -> Result<String, NulError> {
        let (epoch, error) = (row.epoch, self.optional(row.error.as_deref())?);
        let one = self.standing(row, HistoryStatus::Running)?;
        // Whoever was overtaken between asking for the fence and writing does not take the row back.
        let later = format!("{one} AND epoch <= {epoch}{}", self.under(lease));
        Ok(format!("UPDATE {} SET epoch = {epoch}, error = {error} WHERE {later}", self.qualified()))
    }

    pub(super) fn optional(&self, text: Option<&str>) -> Result<String, NulError> {
        text.map_or(Ok("NULL".to_owned()), |text| self.text().literal(text))
    }

    pub(crate) fn delete(&self, row: &AppliedMigration, lease: Option<i64>) -> Result<String, NulError> {
        Ok(format!("DELETE FROM {} WHERE {}{}", self.qualified(), self.held(row, row.status)?, self.under(lease)))
    }

    pub(super) fn under(&self, lease: Option<i64>) -> String {
        lease.map(|epoch| format!(" AND {}", self.is_at(epoch))).unwrap_or_default()
    }

    /// The row as it stood. A running one is its holder's, unless another holder claims it.
    fn one(&self, row: &AppliedMigration, before: HistoryStatus) -> Result<String, NulError> {
        Ok(Self::as_it_stood(&self.named(row)?, row, before))
    }

    /// The same, by a condition that names the row.
    pub(super) fn as_it_stood(named: &str, row: &AppliedMigration, before: HistoryStatus) -> String {
        let is_running = |status| status == HistoryStatus::Running;
        match is_running(before) && !is_running(row.status) {
            true => format!("{} AND epoch = {}", in_status(named, before), row.epoch),
            false => in_status(named, before),
        }
    }

    /// The row, while it is the holder's who wrote it: once another one has claimed it, the first one misses it.
    pub(super) fn held(&self, row: &AppliedMigration, before: HistoryStatus) -> Result<String, NulError> {
        Ok(format!("{} AND epoch = {}", self.standing(row, before)?, row.epoch))
    }

    fn standing(&self, row: &AppliedMigration, before: HistoryStatus) -> Result<String, NulError> {
        Ok(in_status(&self.named(row)?, before))
    }

    pub(super) fn named(&self, row: &AppliedMigration) -> Result<String, NulError> {
        let text = self.text();
        Ok(format!("namespace = {} AND id = {}", text.literal(&row.namespace)?, text.literal(&row.id)?))
    }

    /// The same in a message that several migrations share, where nobody but the database can tell how many milliseconds a
    /// migration took. The place in the order follows from the row before, where there is one: to look for the last
    /// place in the whole history takes the longer the more there is.
    pub(super) fn values_in_message(
        &self,
        write: &Write<'_>,
        took: &str,
    ) -> Result<Vec<(&'static str, String)>, NulError> {
        let Write { row, before, previous, .. } = *write;
        let mut values = self.values(row, before)?;
        for (name, value) in &mut values {
            match (*name, previous) {
                ("execution_ms", _) if row.status == HistoryStatus::Applied => took.clone_into(value),
                ("seq", Some(previous)) => {
                    *value = format!("(SELECT seq + 1 FROM {} WHERE {})", self.qualified(), self.named(previous)?);
                }
                _ => {}
            }
        }
        Ok(values)
    }

    /// The next place in the order of application. Behind a derived table, since MySQL does not read the table that it writes.
    pub(super) fn next_place(&self) -> String {
        let next = format!("SELECT COALESCE(MAX(seq), 0) + 1 AS n FROM {}", self.qualified());
        format!("(SELECT n FROM ({next}) AS next)")
    }

    /// The columns that a write sets; times and the order of application come from the database at the moment at which
    /// the row becomes what it says.
    pub(super) fn values(
        &self,
        row: &AppliedMigration,
        before: Option<HistoryStatus>,
    ) -> Result<Vec<(&'static str, String)>, NulError> {
        let text = self.text();
        let literal = |value: &str| text.literal(value);
        let optional = |value: &Option<String>| value.as_deref().map_or(Ok("NULL".to_owned()), literal);
        // A row of a newer version stays one.
        let format = match before {
            Some(_) => format!("CASE WHEN format > {FORMAT} THEN format ELSE {FORMAT} END"),
            None => FORMAT.to_string(),
        };
        let mut values = vec![
            ("namespace", literal(&row.namespace)?),
            ("id", literal(&row.id)?),
            ("name", literal(&row.name)?),
            ("version", optional(&row.version)?),
            ("description", optional(&row.description)?),
            ("tags", literal(&json(&row.tags))?),
            ("depends", literal(&json(&row.depends))?),
            ("dialect", literal(&row.dialect)?),
            ("checksum", optional(&row.checksum)?),
            ("status", literal(row.status.name())?),
            ("execution_ms", row.execution_ms.to_string()),
            ("epoch", row.epoch.to_string()),
            ("statements_done", row.statements_done.to_string()),
            ("error", optional(&row.error)?),
            ("down_sql", optional(&row.down_sql)?),
            ("breaking", optional(&row.breaking)?),
            ("metadata", optional(&row.metadata)?),
            ("format", format),
        ];
        // What is taken back, or was taken back half-way and is whole again, keeps when and by whom it was applied.
        let is_new = matches!(before, None | Some(HistoryStatus::Reverted));
        if is_new {
            values.push((
                "applied_by",
                text.concatenated(&[text.session_user(), &literal(&format!(" on {}", row.applied_by))?]),
            ));
            values.push(("seq", self.next_place()));
        }
        let becomes = |status| row.status == status && before != Some(status);
        if becomes(HistoryStatus::Applied) && row.applied_at.is_none() {
            values.push(("applied_at", text.now().to_owned()));
            values.push(("reverted_at", "NULL".to_owned()));
        } else if let Some(at) = row.applied_at.filter(|_| is_new && becomes(HistoryStatus::Applied)) {
            // Another tool has applied it.
            values.push(("applied_at", text.time(at)));
        } else if becomes(HistoryStatus::Reverted) {
            values.push(("reverted_at", text.now().to_owned()));
        }
        Ok(values)
    }
}

fn in_status(named: &str, status: HistoryStatus) -> String {
    format!("{named} AND status = '{}'", status.name())
}

/// A list of texts as JSON; such lists always serialize.
fn json(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}
