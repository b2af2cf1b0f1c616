//! What a server says of itself on which migrations share messages with the journal's word on each.

use tracing::debug;

use super::settings::Settings;
use crate::dialect::Journal;
use crate::driver::{Connection, rows};
use crate::value::Row;

#[derive(Debug)]
pub(in crate::run) struct Server {
    /// Where unqualified names are created.
    pub(in crate::run) schema: Option<String>,
    /// So many bytes may a message have.
    pub(in crate::run) most_bytes: usize,
    /// It ends a statement of any kind that takes longer than it may.
    pub(in crate::run) ends_statements: bool,
    /// Whoever wants to write a row that is locked waits for it, unless this belongs to a cluster. MySQL does not tell of a
    /// group of servers that compare what is written, and not what is locked.
    pub(in crate::run) locks_hold: bool,
    /// It belongs to a cluster whose nodes undo each other's transactions, even between two statements of one message.
    pub(in crate::run) is_cluster: bool,
}

impl Settings {
    /// Asked once a run; none where the server does not tell.
    pub(in crate::run) async fn server(&self, connection: &mut dyn Connection) -> Option<&Server> {
        if self.server.get().is_none() {
            let answer = rows(connection, Journal::server()).await;
            self.told(answer.map_err(Into::into).and_then(|rows| Server::read(&rows)));
        }
        self.known_server()
    }

    /// The same, if it was asked before.
    pub(in crate::run) fn known_server(&self) -> Option<&Server> {
        self.server.get()?.as_ref()
    }

    pub(super) fn told(&self, read: crate::Result<Option<Server>>) {
        let server = read.inspect_err(|error| debug!("the server does not tell what it is: {error}")).ok().flatten();
        let _ = self.server.set(server);
    }

    /// Whether it is known by now that this server takes no migrations together.
    pub(in crate::run) fn takes_one_at_a_time(&self) -> bool {
        self.server.get().is_some_and(|server| server.as_ref().is_none_or(|server| server.is_cluster))
    }
}

impl Server {
    pub(super) fn read(rows: &[Row]) -> crate::Result<Option<Self>> {
        let [first, further @ ..] = rows else { return Ok(None) };
        let is_mariadb: i64 = first.get(2)?;
        let cluster = further.first().map(|row| row.get::<String>(1)).transpose()?;
        Ok(Some(Self {
            schema: first.get(0)?,
            most_bytes: first.get(1)?,
            ends_statements: is_mariadb != 0,
            locks_hold: is_mariadb != 0,
            is_cluster: cluster.is_some_and(|is_on| is_on.eq_ignore_ascii_case("ON")),
        }))
    }
}
