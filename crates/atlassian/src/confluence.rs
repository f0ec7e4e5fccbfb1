//! Confluence Data Center.

pub(crate) mod reply;
pub(crate) mod request;

#[cfg(test)]
mod tests;
