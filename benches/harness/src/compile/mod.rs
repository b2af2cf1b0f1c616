//! What embedding costs whoever builds: a build after an edit, with more and more files; memory; the size of the binary;
//! and a clean build.

mod application;
mod embedding;
mod measured;

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::failure::Outcome;
use crate::figures::Figures;
use application::Application;
pub(crate) use application::Profile;
use embedding::Embedding;
pub(crate) use measured::{is_asked, measure_command};

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Build {
    /// Everything, from nothing.
    Clean,
    /// The application's library, whose `lib.rs` was saved.
    Touched,
}

/// One application, with so many files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) application: String,
    pub(crate) build: Build,
    pub(crate) profile: Profile,
    /// Migrations beyond the first: an empty directory is an error for some.
    pub(crate) count: usize,
    /// Statements in each, the way down included.
    pub(crate) statements: usize,
    /// Bytes of all that is embedded.
    pub(crate) text: usize,
    pub(crate) seconds: Vec<f64>,
    /// Of all processors.
    pub(crate) cpu: Vec<f64>,
    /// Of the largest process of the build, in MiB.
    pub(crate) memory: f64,
    /// Of the program, without symbols.
    pub(crate) binary: Option<u64>,
}

impl Figure {
    /// The same build of the same application.
    fn is_like(&self, other: &Self) -> bool {
        self.application == other.application
            && self.build == other.build
            && self.profile == other.profile
            && self.count == other.count
            && self.statements == other.statements
    }
}

/// Whatever takes longer is not asked for more: refinery's builds with optimisation.
const PATIENCE: f64 = 60.0;

pub(crate) fn measure(settings: &Settings) -> Outcome {
    let (counts, repetitions): (&[usize], usize) =
        if settings.quick { (&[0, 1_000], 3) } else { (&[0, 100, 1_000, 5_000], 5) };
    let mut figures = Figures::again(settings, "compile")?;
    for embedding in Embedding::all() {
        let application = Application::new(settings, embedding)?;
        for profile in [Profile::Dev, Profile::Release] {
            for &count in counts {
                if profile == Profile::Release && embedding.is_slow_when_optimised() && count > 100 {
                    continue;
                }
                let figure = application.touched(profile, count, 0, repetitions, PATIENCE)?;
                eprintln!("{}, {profile:?}, {count}: {:?} {:?}", figure.application, figure.seconds, figure.cpu);
                figures.replace(vec![figure], Figure::is_like);
                figures.save(settings, "compile")?;
            }
        }
        // What a statement costs in the binary.
        if embedding.is_ours() && !settings.quick {
            let figure = application.touched(Profile::Release, 1_000, 20, 1, PATIENCE)?;
            figures.replace(vec![figure], Figure::is_like);
        }
    }
    if !settings.quick {
        for embedding in Embedding::clean() {
            let figure = Application::new(settings, embedding)?.clean()?;
            figures.replace(vec![figure], Figure::is_like);
            figures.save(settings, "compile")?;
        }
    }
    figures.save(settings, "compile")
}
