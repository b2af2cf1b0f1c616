//! A problem for programs: `docs/json.md` describes it.

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::{Origin, Problem};

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { severity, message, origin, related, help, rule, dialects } = self;
        let place = Place::of(origin.as_ref());
        let notes: Vec<_> =
            related.iter().map(|(message, origin)| Note { message, place: Place::of(Some(origin)) }).collect();
        let mut fields = serializer.serialize_struct("Problem", 11)?;
        fields.serialize_field("severity", severity)?;
        fields.serialize_field("rule", &rule.map(|rule| rule.id))?;
        fields.serialize_field("path", &place.path)?;
        fields.serialize_field("line", &place.line)?;
        fields.serialize_field("column", &place.column)?;
        fields.serialize_field("end", &origin.as_ref().and_then(Origin::end))?;
        fields.serialize_field("message", message)?;
        fields.serialize_field("notes", &notes)?;
        fields.serialize_field("help", help)?;
        fields.serialize_field("why", &rule.map(|rule| rule.why))?;
        fields.serialize_field("dialects", dialects)?;
        fields.end()
    }
}

/// Another place that belongs to a problem.
#[derive(Serialize)]
struct Note<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
}

impl<'a> Place<'a> {
    fn of(origin: Option<&'a Origin>) -> Self {
        let location = origin.and_then(|origin| origin.location);
        Self {
            path: origin.map(|origin| origin.path.as_str()),
            line: location.map(|location| location.line),
            column: location.map(|location| location.column),
        }
    }
}
