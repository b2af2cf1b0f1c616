use super::*;
use crate::{Directory, Memory, MigrationSource, Migrator};

fn migration(id: &str, depends: &str) -> Migration {
    let header = if depends.is_empty() { String::new() } else { format!("-- Dependencies: {depends}\n") };
    Migration::sql(id, format!("{header}CREATE TABLE t{} (a INT);", id.len()), "SELECT 1;")
}

fn diamond() -> Vec<Migration> {
    vec![
        migration("1_start", ""),
        migration("2_left", "1_start"),
        migration("3_right", "1_start"),
        migration("4_end", "2_left, 3_right"),
        migration("5_after", ""),
    ]
}

#[test]
fn mermaid_and_dot_say_what_waits_for_what() {
    let graph = Graph::new(&diamond(), None);
    insta::assert_snapshot!("mermaid", graph.render(Drawing::Mermaid));
    insta::assert_snapshot!("dot", graph.render(Drawing::Dot));
}

#[test]
fn folders_are_groups() {
    let directory = tempfile::tempdir().unwrap();
    for path in ["auth/1_users.sql", "auth/roles/2_roles.sql", "3_rest.sql"] {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "SELECT 1;\n-- DOWN\nSELECT 2;\n").unwrap();
    }
    let migrations = Directory::new([directory.path()]).migrations().unwrap();
    let graph = Graph::new(&migrations, None);
    assert_eq!(graph.groups, ["", "auth", "auth/roles"]);
    let mermaid = graph.render(Drawing::Mermaid);
    assert!(mermaid.contains("    subgraph g2[\"auth/roles\"]\n        m1[\"roles<br/>"), "{mermaid}");
    let dot = graph.render(Drawing::Dot);
    assert!(dot.contains("    subgraph cluster_1 {\n        label=\"auth\"\n        \"1_users\""), "{dot}");
}

#[tokio::test]
async fn applied_and_pending_are_told_apart() {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
    let migrator = Migrator::new(Memory::new(diamond()));
    migrator.clone().target("2_left").fake(true).run(&pool).await.unwrap();
    let status = migrator.status(&pool).await.unwrap();
    let graph = Graph::new(&diamond(), Some(&status));
    let mermaid = graph.render(Drawing::Mermaid);
    assert!(
        mermaid.contains("    class m0,m1 applied\n") && mermaid.contains("    class m2,m3,m4 pending\n"),
        "{mermaid}"
    );
    let svg = graph.render(Drawing::Svg);
    assert!(svg.contains(">applied</text>") && svg.contains(">pending</text>") && !svg.contains(">needs a look<"));
}

#[test]
fn a_drawing_has_every_migration_and_every_arrow() {
    let svg = Graph::new(&diamond(), None).render(Drawing::Svg);
    assert_eq!(svg.matches("<title>").count(), 5);
    assert_eq!(svg.matches("marker-end").count(), 5);
    assert_eq!(svg, Graph::new(&diamond(), None).render(Drawing::Svg), "the same graph is drawn the same");
    assert!(Graph::default().render(Drawing::Svg).ends_with("</svg>\n"));
}

#[test]
fn text_stays_text() {
    let name = "-- Migration: a \"b\" <c> & \\d\nSELECT 1;";
    let migrations = [Migration::sql("1_a", name, "SELECT 1;")];
    let graph = Graph::new(&migrations, None);
    assert!(graph.render(Drawing::Mermaid).contains("m0[\"a &quot;b&quot; &lt;c&gt; &amp; \\d<br/>"));
    assert!(graph.render(Drawing::Dot).contains(r#"label="a \"b\" <c> & \\d\n1_a""#));
    assert!(graph.render(Drawing::Svg).contains(">a &quot;b&quot; &lt;c&gt; &amp; \\d</text>"));
}
