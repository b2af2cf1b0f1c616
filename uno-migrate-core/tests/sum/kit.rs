//! Sets in memory, with a `uno.sum` beside them.

use uno_migrate_core::{
    Coded, Dependency, Dialect, Found, Info, Integrity, Loaded, MigrationId, Options, Origin, Problems, SumFile, load,
};

/// A migration: SQL, or Rust where the text is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) sql: String,
    pub(crate) depends: Vec<String>,
    pub(crate) checksum: Option<String>,
}

impl File {
    pub(crate) fn sql(id: &str, sql: &str) -> Self {
        Self { id: id.to_owned(), sql: sql.to_owned(), depends: Vec::new(), checksum: None }
    }

    pub(crate) fn rust(id: &str, checksum: Option<&str>) -> Self {
        Self { checksum: checksum.map(str::to_owned), ..Self::sql(id, "") }
    }

    pub(crate) fn after(mut self, id: &str) -> Self {
        self.depends.push(id.to_owned());
        self
    }

    fn text(&self) -> String {
        let depends = match self.depends.as_slice() {
            [] => String::new(),
            depends => format!("-- Dependencies: {}\n", depends.join(", ")),
        };
        format!("{depends}{}\n-- DOWN\nSELECT 0;\n", self.sql)
    }

    fn coded(&self) -> Coded {
        let mut info = Info::new(MigrationId::parse(self.id.split('.').next().unwrap()).unwrap());
        info.depends = self.depends.iter().map(|on| Dependency::parse(on).unwrap()).collect();
        let origin = Origin::file(format!("migrations/{}.rs", self.id));
        Coded { info, origin, depends_at: Vec::new(), hooks_at: Vec::new(), checksum: self.checksum.clone() }
    }
}

pub(crate) fn options(dialects: &[Dialect], integrity: Integrity) -> Options {
    Options { dialects: dialects.to_vec(), integrity, ..Options::default() }
}

/// Reads a set, with that `uno.sum` beside it.
pub(crate) fn read(files: &[File], sum: Option<&str>, options: &Options) -> Result<Loaded, Problems> {
    let (sql, rust): (Vec<_>, Vec<_>) = files.iter().partition(|file| !file.sql.is_empty());
    let mut found = Found::texts(sql.iter().map(|file| (format!("migrations/{}.sql", file.id), file.text())));
    found.sum = sum.map(|text| SumFile {
        path: "migrations/uno.sum".into(),
        shown: "migrations/uno.sum".to_owned(),
        text: Ok(text.to_owned()),
    });
    load(found, rust.iter().map(|file| file.coded()).collect(), options)
}

/// What `uno.sum` says of a set.
pub(crate) fn sum_for(files: &[File], dialects: &[Dialect]) -> String {
    read(files, None, &options(dialects, Integrity::Renewed)).unwrap().sum.unwrap().to_string()
}

pub(crate) fn sum(files: &[File]) -> String {
    sum_for(files, &[Dialect::Sqlite])
}

/// What is said of a set that has another one's `uno.sum`.
pub(crate) fn said(files: &[File], sum: &str) -> String {
    match read(files, Some(sum), &options(&[Dialect::Sqlite], Integrity::Enforced)) {
        Ok(_) => "no problems".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

/// A small set with a bit of everything.
pub(crate) fn set() -> Vec<File> {
    vec![
        File::sql("10_users", "CREATE TABLE users (id INTEGER);"),
        File::sql("20_posts", "CREATE TABLE posts (id INTEGER);"),
        File::rust("30_slugs", None),
        File::rust("40_names", Some("revision 2")),
        File::sql("50_tags", "CREATE TABLE tags (id INTEGER);"),
    ]
}
