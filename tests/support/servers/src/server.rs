use std::{
    fs::{self, File},
    path::Path,
    process::Child,
};

use crate::{Error, Home, Result};

/// A running server; dropping it stops it and removes its directory.
#[derive(Debug)]
pub struct Server {
    home: Home,
    watcher: Child,
    url: String,
}

impl Server {
    pub(crate) fn new(home: Home, watcher: Child, url: String) -> Self {
        Self { home, watcher, url }
    }

    /// How a superuser connects, with a database name at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its private directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// Publishes the URL to the other processes of the test run, and leaves the server to its watcher.
    pub(crate) fn share(self) -> Result<String> {
        let (draft, url) = (self.path().join("url.new"), self.url.clone());
        // Written beside and renamed, so that nobody reads half of it.
        fs::write(&draft, &url)
            .and_then(|()| fs::rename(&draft, self.path().join("url")))
            .map_err(Error::io("publish the server's url"))?;
        std::mem::forget(self);
        Ok(url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Without the file the watcher still sees our process end, a little later.
        if File::create(self.path().join("stop")).is_ok() {
            let _ = self.watcher.wait();
        }
    }
}
