mod format;
mod proof;
