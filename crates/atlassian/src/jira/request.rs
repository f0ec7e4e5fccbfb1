//! Paths of Jira's REST API.

use crate::directory::User;
use crate::product::encoded;

/// Answers with 401 to nobody, never with an anonymous 200.
pub(crate) const WHO_AM_I: &str = "/rest/api/2/myself";

/// Public: version, title, own base URL.
pub(crate) const PROPERTIES: &str = "/rest/api/2/serverInfo";

/// How many users one page brings.
pub(crate) const PAGE: usize = 1000;

/// One user by name, with their groups.
pub(crate) fn user(name: &str) -> String {
    format!("/rest/api/2/user?username={}&expand=groups", encoded(name))
}

/// Users whose name, display name or e-mail has this text.
pub(crate) fn users_with(text: &str, start: usize) -> String {
    format!(
        "/rest/api/2/user/search?username={}&startAt={start}&maxResults={PAGE}\
         &includeActive=true&includeInactive=true",
        encoded(text)
    )
}

/// The groups of a user.
pub(crate) fn groups(user: &User) -> String {
    match &user.key {
        Some(key) => format!("/rest/api/2/user?key={}&expand=groups", encoded(key)),
        None => self::user(&user.name),
    }
}
