//! An application that embeds a directory, in a place of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use uno_migrate_bench_workload::Migration;

use super::embedding::Embedding;
use super::measured::{Measured, measured};
use super::{Build, Figure};
use crate::Settings;
use crate::failure::{Failure, Outcome};

/// How it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Profile {
    Dev,
    Release,
}

pub(crate) struct Application {
    embedding: Embedding,
    folder: PathBuf,
    target: PathBuf,
}

impl Application {
    pub(crate) fn new(settings: &Settings, embedding: Embedding) -> Outcome<Self> {
        let place = settings.root.join("target/benches/compile");
        let name: String = embedding.name().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let application = Self { embedding, folder: place.join(name), target: place.join("target") };
        let manifest = format!(
            "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}",
            embedding.dependencies(&settings.root)
        );
        fs::create_dir_all(application.folder.join("src"))?;
        fs::write(application.folder.join("Cargo.toml"), manifest)?;
        fs::write(application.folder.join("src/main.rs"), embedding.program())?;
        // The versions that are measured elsewhere.
        fs::copy(settings.root.join("benches/Cargo.lock"), application.folder.join("Cargo.lock"))?;
        Ok(application)
    }

    /// The build of the library after it was saved, with so many files.
    pub(crate) fn touched(
        &self,
        profile: Profile,
        count: usize,
        more: usize,
        repetitions: usize,
        patience: f64,
    ) -> Outcome<Figure> {
        let text = self.files(count, more)?;
        self.save(count)?;
        self.sum(profile)?;
        self.build(profile, &self.target)?;
        let binary = (profile == Profile::Release).then(|| self.stripped()).transpose()?;
        let (mut seconds, mut cpu, mut memory) = (Vec::new(), Vec::new(), f64::INFINITY);
        while seconds.len() < repetitions && seconds.iter().all(|seconds| *seconds < patience) {
            self.save(count)?;
            let built = self.build(profile, &self.target)?;
            seconds.push(built.seconds);
            cpu.push(built.cpu);
            memory = memory.min(built.memory);
        }
        let (application, statements) = (self.embedding.name(), 3 + more);
        Ok(Figure {
            application,
            build: Build::Touched,
            profile,
            count,
            statements,
            text,
            seconds,
            cpu,
            memory,
            binary,
        })
    }

    /// Everything, from nothing, once.
    pub(crate) fn clean(&self) -> Outcome<Figure> {
        let text = self.files(0, 0)?;
        self.save(0)?;
        let target = self.target.with_file_name("target-clean");
        let _ = fs::remove_dir_all(&target);
        // What has to be fetched is fetched before.
        self.run(&mut self.cargo(&["fetch"], &target))?;
        let Measured { seconds, cpu, memory } = self.build(Profile::Dev, &target)?;
        let _ = fs::remove_dir_all(&target);
        Ok(Figure {
            application: self.embedding.name(),
            build: Build::Clean,
            profile: Profile::Dev,
            count: 0,
            statements: 3,
            text,
            seconds: vec![seconds],
            cpu: vec![cpu],
            memory,
            binary: None,
        })
    }

    /// The directory with so many migrations and one more.
    fn files(&self, count: usize, more: usize) -> Outcome<usize> {
        let directory = self.folder.join("migrations");
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory)?;
        let mut text = 0;
        for each in Migration::first(count + 1) {
            text += self.embedding.write(&directory, each, more)?;
        }
        Ok(text)
    }

    fn save(&self, count: usize) -> Outcome {
        Ok(fs::write(self.folder.join("src/lib.rs"), self.embedding.library(count + 1))?)
    }

    /// Makes `uno.sum` say what the directory holds.
    fn sum(&self, profile: Profile) -> Outcome {
        if !self.embedding.has_sum() {
            return Ok(());
        }
        fs::write(self.folder.join("migrations/uno.sum"), "")?;
        self.run(self.cargo(profile.arguments(), &self.target).env("UNO_MIGRATE_SUM", "write"))
    }

    /// The library alone: what the linker does for the program depends on what else that has.
    fn build(&self, profile: Profile, target: &Path) -> Outcome<Measured> {
        measured(self.cargo(profile.arguments(), target).arg("--lib"))
    }

    fn cargo(&self, arguments: &[&str], target: &Path) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).arg("--quiet").current_dir(&self.folder).env("CARGO_TARGET_DIR", target);
        command
    }

    fn run(&self, command: &mut Command) -> Outcome {
        let status = command.status()?;
        let failed = || Failure::new(format!("{command:?} in `{}` failed: {status}", self.folder.display()));
        status.success().then_some(()).ok_or_else(failed)
    }

    /// The size of the program without its symbols.
    fn stripped(&self) -> Outcome<u64> {
        self.run(&mut self.cargo(Profile::Release.arguments(), &self.target))?;
        let (from, to) = (self.target.join("release/application"), self.folder.join("stripped"));
        self.run(Command::new("strip").arg("-o").arg(&to).arg(from))?;
        Ok(fs::metadata(to)?.len())
    }
}

impl Profile {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Dev => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}
