//! What was measured, as it is kept in the repository.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Settings;
use crate::failure::{Failure, Outcome};
use crate::machine::Machine;

/// The figures of one part, and what they were measured on.
#[derive(Serialize, Deserialize)]
pub(crate) struct Figures<T> {
    pub(crate) machine: Machine,
    /// A subset that takes minutes.
    pub(crate) quick: bool,
    pub(crate) figures: Vec<T>,
}

impl<T: Serialize + DeserializeOwned> Figures<T> {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { machine: Machine::here(), quick: settings.quick, figures: Vec::new() }
    }

    /// Those of the last time, each to be replaced when it is measured: a run that is interrupted is not lost, and
    /// what a quick one does not measure is kept.
    pub(crate) fn again(settings: &Settings, part: &str) -> Outcome<Self> {
        let known = Self::load(settings, part)?.map(|known| known.figures);
        Ok(Self { figures: known.unwrap_or_default(), ..Self::new(settings) })
    }

    /// Puts new figures in the place of those that they are the same as but for what was measured.
    pub(crate) fn replace(&mut self, new: Vec<T>, is_same: impl Fn(&T, &T) -> bool) {
        self.figures.retain(|old| !new.iter().any(|new| is_same(old, new)));
        self.figures.extend(new);
    }

    /// Those of the last time; none if this part was never measured.
    pub(crate) fn load(settings: &Settings, part: &str) -> Outcome<Option<Self>> {
        let path = path(settings, part);
        let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
        let figures = serde_json::from_str(&text);
        figures.map(Some).map_err(|error| Failure::new(format!("cannot read `{}`: {error}", path.display())))
    }

    pub(crate) fn save(&self, settings: &Settings, part: &str) -> Outcome {
        let path = path(settings, part);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        // A line each, so that a difference is a difference of figures.
        let each: Vec<_> = self.figures.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        let (machine, quick) = (serde_json::to_string(&self.machine)?, self.quick);
        let figures = each.join(",\n");
        fs::write(path, format!("{{\"machine\": {machine},\n\"quick\": {quick},\n\"figures\": [\n{figures}\n]}}\n"))?;
        Ok(())
    }
}

fn path(settings: &Settings, part: &str) -> PathBuf {
    settings.root.join("benches/results").join(format!("{part}.json"))
}

/// The one in the middle, or the mean of the two there.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() % 2 {
        1 => sorted[middle],
        _ if sorted.is_empty() => f64::NAN,
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}
