use std::fs;

use chrono::DateTime;

use super::*;

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, text)| fs::write(directory.path().join(name), text).unwrap());
        Self(directory)
    }

    fn init(&self) -> Initialised {
        let now = DateTime::from_timestamp(1_616_721_123, 0).unwrap();
        init(self.0.path(), Path::new("./migrations"), now, &mut Files::default()).unwrap()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"a\"\n\n[dependencies]\nbuild = \"1\"\n");

#[test]
fn a_new_project_gets_everything_once() {
    let project = Project::new(&[MANIFEST]);
    let first = project.init();
    assert_eq!(
        first.done,
        [
            Done::Made(project.path("migrations/1616721123_initial_schema.sql")),
            Done::Made(project.path("build.rs")),
            Done::Made(project.path(".gitattributes")),
        ]
    );
    assert_eq!(
        first.main.unwrap(),
        "use uno_migrate::{Migrations, embed_migrations};\n\
         static MIGRATIONS: Migrations = embed_migrations!(\"./migrations\");\n\
         MIGRATIONS.run(&pool).await?;\n"
    );
    assert_eq!(project.text("build.rs"), "fn main() {\n    println!(\"cargo::rerun-if-changed=migrations\");\n}\n");
    assert_eq!(project.text(".gitattributes"), "*.sql text eol=lf\n");
    let kept = ["migrations", "build.rs", ".gitattributes"].map(|name| Done::Kept(project.path(name)));
    assert_eq!(project.init().done, kept);
}

#[test]
fn without_cargo_there_is_nothing_to_compile() {
    let initialised = Project::new(&[]).init();
    assert_eq!((initialised.done.len(), initialised.main), (2, None));
}

#[test]
fn a_build_script_is_changed_only_where_that_changes_nothing_else() {
    let speaking = "// a\nfn main() {\n    println!(\"cargo::rerun-if-changed=proto\");\n}\n";
    let project = Project::new(&[MANIFEST, ("build.rs", speaking)]);
    assert!(matches!(&project.init().done[1], Done::Added { .. }));
    assert_eq!(
        project.text("build.rs"),
        "// a\nfn main() {\n    println!(\"cargo::rerun-if-changed=migrations\");\n    \
         println!(\"cargo::rerun-if-changed=proto\");\n}\n"
    );
    assert_eq!(project.init().done[1], Done::Kept(project.path("build.rs")));

    for (script, why) in [
        ("fn main() {\n    generate();\n}\n", "runs after every change now"),
        ("fn main() -> R {\n// rerun-if-\n}\nmod a { }\nfn main() {\n}\n", "not written as"),
        ("fn main()\n{\n// rerun-if-changed=migrations2\n}\n", "not written as"),
    ] {
        let project = Project::new(&[MANIFEST, ("build.rs", script)]);
        let done = project.init().done.swap_remove(1);
        assert!(matches!(&done, Done::Shown { reason, .. } if reason.contains(why)), "{script}: {done:?}");
        assert_eq!(project.text("build.rs"), script);
    }
    for (manifest, is_shown) in [
        ("[package]\nbuild = \"src/build.rs\"\n", true),
        ("[package]\nname = \"a\"\nbuild = false\n", true),
        ("[package]\nbuild = \"build.rs\"\n", false),
    ] {
        let done = Project::new(&[("Cargo.toml", manifest)]).init().done.swap_remove(1);
        assert_eq!(matches!(done, Done::Shown { .. }), is_shown, "{manifest}");
    }
}

#[test]
fn attributes_of_others_stay() {
    let project = Project::new(&[(".gitattributes", "*.png binary")]);
    assert_eq!(
        project.init().done[1],
        Done::Added { path: project.path(".gitattributes"), line: "*.sql text eol=lf".to_owned() }
    );
    assert_eq!(project.text(".gitattributes"), "*.png binary\n*.sql text eol=lf\n");
    let project = Project::new(&[(".gitattributes", "*.sql text=auto\n")]);
    assert!(
        matches!(&project.init().done[1], Done::Shown { reason, .. } if reason == "it says `*.sql text=auto` already")
    );
}

#[test]
fn the_directory_is_the_projects_own() {
    let project = Project::new(&[]);
    for wrong in ["/tmp/a", "", ".", "../a", "a/../b", "a\"b"] {
        let refused = init(project.0.path(), Path::new(wrong), DateTime::UNIX_EPOCH, &mut Files::default());
        assert!(refused.is_err(), "{wrong}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = Project::new(&[MANIFEST]);
    let mut files = Files::new(true);
    let would = init(project.0.path(), Path::new("migrations"), DateTime::UNIX_EPOCH, &mut files).unwrap();
    assert_eq!(would.done.len(), 3);
    assert_eq!(files.unwritten().map(|files| files.len()), Some(3));
    assert_eq!(fs::read_dir(project.0.path()).unwrap().count(), 1);
}
