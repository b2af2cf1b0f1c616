//! Building an index without holding up writers, which may leave it unusable.

use tracing::warn;
use uno_migrate_core::Effect;

use super::look;
use super::walk::Walk;
use crate::dialect::sql;
use crate::driver::{Connection, send};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::run::failure;
use crate::run::patience::pace::Pace;

impl Walk<'_> {
    /// Builds an index without holding up writers. What an earlier build has left unusable makes room first, or
    /// `IF NOT EXISTS` would take it for the index.
    pub(super) async fn index(
        self,
        connection: &mut dyn Connection,
        pace: &Pace,
        index: usize,
        effect: &Effect,
    ) -> Result<(), Error> {
        if let Some(name) = look::invalid_index(connection, effect).await? {
            self.warn(format!(
                "the index {name} is INVALID, left by a build that did not come to its end: it is dropped and built again"
            ));
            let drop = sql(self.scope.dialect).drop_index(&name);
            send(connection, drop).await.map_err(|error| {
                let error = self.failed(index, error);
                error.within(format!("the INVALID index {name} could not be dropped"))
            })?;
        }
        let built = self.send(connection, pace, index).await;
        // After a failure the connection may be lost as well, which the failure itself tells.
        let left = match &built {
            Ok(()) => look::invalid_index(connection, effect).await?,
            Err(_) => look::invalid_index(connection, effect).await.unwrap_or_default(),
        };
        match (built, left) {
            (built, None) => built,
            (Err(error), Some(name)) => {
                self.warn(format!("the index {name} was left INVALID: the next run drops it and builds it again"));
                Err(error
                    .also(&format!("the index {name} was left INVALID: the next run drops it and builds it again")))
            }
            (Ok(()), Some(name)) => {
                let error = Error::new(ErrorKind::Migration, failure::message(self.step));
                let error = error.at(self.course.script.place(index)).statement(self.course.script.statement(index));
                Err(error.caused_by(format!("the index {name} is INVALID although its statement has come to its end")))
            }
        }
    }

    fn warn(self, message: String) {
        warn!("{message}");
        self.scope.emit(&Event::Warning { message });
    }
}
