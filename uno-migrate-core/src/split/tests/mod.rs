mod differential;
mod golden;
mod properties;
