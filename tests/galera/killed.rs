//! The node of the instance that migrates is killed in the middle of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};
use uno_migrate::Event;

use crate::kit::{Cluster, NODES, effects, happened_once, migrator};

const COUNT: usize = 24;

/// At which of the statements, and whether it is sent to a node that is dead already or is just dying.
const KILLS: [(usize, bool); 5] = [(1, false), (4, true), (11, false), (18, true), (30, false)];

pub(crate) async fn the_others_go_on(cluster: &Arc<Cluster>) {
    for (round, (at, is_dead)) in KILLS.into_iter().enumerate() {
        let victim = round % NODES.len();
        let database = cluster.database().await;
        let began = Instant::now();
        let statements = Arc::new(AtomicUsize::new(0));
        let kill = {
            let (cluster, statements) = (Arc::clone(cluster), Arc::clone(&statements));
            move |event: &Event| {
                if matches!(event, Event::Statement { .. }) && statements.fetch_add(1, Ordering::Relaxed) == at {
                    let cluster = Arc::clone(&cluster);
                    let killing = thread::spawn(move || cluster.galera.nodes()[victim].kill().unwrap());
                    if is_dead {
                        killing.join().unwrap();
                    }
                }
            }
        };
        let pool = cluster.pool(victim, &database).await;
        let doomed = migrator(effects(COUNT)).lease(Duration::from_secs(2)).on_event(kill);
        let doomed = tokio::spawn(async move { doomed.run(&pool).await });
        while statements.load(Ordering::Relaxed) == 0 && !doomed.is_finished() {
            sleep(Duration::from_millis(1)).await;
        }
        let others: Vec<_> = NODES.into_iter().filter(|&node| node != victim).collect();
        let mut boots = JoinSet::new();
        for &node in &others {
            let pool = cluster.pool(node, &database).await;
            let set = migrator(effects(COUNT)).lease(Duration::from_secs(2)).lock_wait(Duration::from_secs(120));
            boots.spawn(async move { set.run(&pool).await });
        }
        let error = doomed.await.unwrap().unwrap_err();
        println!("round {round}, after {:?}: {:?}\n{error}", began.elapsed(), error.kind());
        let before = error.report().len();
        let after: usize = boots.join_all().await.into_iter().map(|report| report.unwrap().len()).sum();
        println!("round {round}: {:?}, {before} before and {after} after", began.elapsed());
        happened_once(cluster, &others, &database, COUNT).await;
        cluster.galera.nodes()[victim].restart().unwrap();
        happened_once(cluster, &NODES, &database, COUNT).await;
    }
}
