//! The figures of all parts as a page: `benches/RESULTS.md`, with its plots.

mod compile;
mod goals;
mod other;
mod plot;
mod plots;
mod table;
mod versions;
mod wire;

use std::fmt::Write;
use std::fs;

use crate::failure::Outcome;
use crate::figures::Figures;
use crate::machine::Machine;
use crate::{Settings, instructions, scale};

const ABOUT: &str = include_str!("about.md");

/// What is known of every part; nothing of one that was never measured.
struct Known {
    wire: Vec<crate::wire::Figure>,
    compile: Vec<crate::compile::Figure>,
    instructions: Vec<instructions::Figure>,
    scale: Vec<scale::Figure>,
}

pub(crate) fn write(settings: &Settings) -> Outcome {
    let mut machines = String::new();
    let known = Known {
        wire: part(settings, "wire", &mut machines)?,
        compile: part(settings, "compile", &mut machines)?,
        instructions: part(settings, "instructions", &mut machines)?,
        scale: part(settings, "scale", &mut machines)?,
    };
    let plots = plots::draw(settings, &known)?;
    let mut page = format!("# Results\n\n{plots}\n{ABOUT}");
    let _ = write!(page, "\n## Machine and versions\n\n{}\n{machines}", versions::versions(settings)?);
    for section in [
        goals::section(&known),
        wire::nothing(&known.wire),
        wire::sizes(&known.wire),
        wire::next(&known.wire),
        wire::rows(&known.wire),
        wire::fresh(&known.wire),
        compile::section(&known.compile),
        other::instructions(&known.instructions),
        other::scale(&known.scale),
    ] {
        if !section.is_empty() {
            let _ = write!(page, "\n{section}");
        }
    }
    fs::write(settings.root.join("benches/RESULTS.md"), page)?;
    Ok(())
}

/// The figures of a part; what it was measured on is added to the machines.
fn part<T>(settings: &Settings, name: &str, machines: &mut String) -> Outcome<Vec<T>>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let Some(Figures { machine, quick, figures }) = Figures::load(settings, name)? else { return Ok(Vec::new()) };
    let Machine { cores, processor, memory_gib, system, rustc, load, place } = machine;
    let how = if quick { ", the quick subset" } else { "" };
    let _ = writeln!(
        machines,
        "- `{name}`{how}: {cores} × {processor}, {memory_gib} GiB, {system}, {rustc}; load {load} when it began; temporary \
         files in {place}."
    );
    Ok(figures)
}
