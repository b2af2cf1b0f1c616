//! What a new migration begins as.

use std::fs;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use uno_migrate_core::{Language, nearest};

use super::Refusal;

/// A text with `{{placeholders}}`, and what it is called in messages.
pub(super) struct Template {
    text: String,
    called: String,
}

/// What placeholders stand for.
pub(super) struct Values<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) created_at: DateTime<Utc>,
    pub(super) description: Option<&'a str>,
    pub(super) depends: &'a [String],
    pub(super) language: Language,
}

const PLACEHOLDERS: [&str; 6] = ["id", "name", "created_at", "description", "summary", "depends"];

impl Template {
    pub(super) fn built_in(language: Language) -> Self {
        let text = match language {
            Language::Sql => include_str!("templates/sql.txt"),
            Language::Rust => include_str!("templates/rust.txt"),
        };
        Self { text: text.to_owned(), called: "the built-in template".to_owned() }
    }

    pub(super) fn of_file(path: &Path) -> Result<Self, Refusal> {
        let called = format!("the template `{}`", path.display());
        let text = fs::read_to_string(path).map_err(|error| Refusal::io("read the template", path, &error))?;
        Ok(Self { text, called })
    }

    /// The text with values. A line is left out if one of its placeholders has no value.
    pub(super) fn filled(&self, values: &Values<'_>) -> Result<String, Refusal> {
        let mut filled = String::with_capacity(self.text.len());
        for (number, line) in self.text.split_inclusive('\n').enumerate() {
            let refuse = |refusal: Refusal| {
                let message = format!("{}, line {}: {}", self.called, number + 1, refusal.message);
                Refusal { message, ..refusal }
            };
            filled.push_str(&line_of(line, values).map_err(refuse)?.unwrap_or_default());
        }
        Ok(filled)
    }
}

fn line_of(line: &str, values: &Values<'_>) -> Result<Option<String>, Refusal> {
    let (mut filled, mut rest) = (String::with_capacity(line.len()), line);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((key, behind)) = after.split_once("}}") else {
            return Err(Refusal::new("`{{` has no `}}` behind it on its line").with_help(known()));
        };
        let Some(value) = values.of(key.trim())? else { return Ok(None) };
        filled.push_str(before);
        filled.push_str(&value);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(Some(filled))
}

impl Values<'_> {
    fn of(&self, key: &str) -> Result<Option<String>, Refusal> {
        Ok(match key {
            "id" => Some(self.id.to_owned()),
            "name" => Some(self.name.to_owned()),
            "created_at" => Some(self.created_at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            "description" => self.description.map(one_line),
            "summary" => Some(self.description.map_or_else(|| format!("{}.", self.name), one_line)),
            "depends" => self.depends(),
            _ => {
                let refusal = Refusal::new(format!("there is no placeholder `{{{{{key}}}}}`"));
                return Err(match nearest(key, PLACEHOLDERS) {
                    Some(near) => refusal.with_help(format!("did you mean `{{{{{near}}}}}`?")),
                    None => refusal.with_help(known()),
                });
            }
        })
    }

    /// As a file's header lists them, or as an attribute does, where an empty list is one.
    fn depends(&self) -> Option<String> {
        let quoted = |id: &String| format!("\"{id}\"");
        match self.language {
            Language::Sql => Some(self.depends.join(", ")).filter(|list| !list.is_empty()),
            Language::Rust => Some(self.depends.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// It stands in a comment, which a line end would end.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn known() -> String {
    let names: Vec<String> = PLACEHOLDERS.iter().map(|name| format!("`{{{{{name}}}}}`")).collect();
    format!("the placeholders are {}", names.join(", "))
}
