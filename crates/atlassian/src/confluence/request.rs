//! Paths of Confluence's REST API.

use crate::directory::User;
use crate::product::encoded;

/// Answers with 200 to nobody where anonymous access is on: the type must be `known`.
pub(crate) const WHO_AM_I: &str = "/rest/api/user/current";

/// A page that tells product and version; Confluence has no public properties in its REST API.
pub(crate) const PROPERTIES: &str = "/login.action";

/// How many groups one page brings.
pub(crate) const PAGE: usize = 200;

/// One user by name.
pub(crate) fn user(name: &str) -> String {
    format!("/rest/api/user?username={}&expand=status", encoded(name))
}

/// The groups of a user.
pub(crate) fn groups(user: &User, start: usize) -> String {
    format!(
        "/rest/api/user/memberof?username={}&start={start}&limit={PAGE}",
        encoded(&user.name)
    )
}

/// One user by the key that stays when the name changes.
pub(crate) fn user_by_key(key: &str) -> String {
    format!("/rest/api/user?key={}&expand=status", encoded(key))
}

/// The names of all groups.
pub(crate) fn all_groups(start: usize) -> String {
    format!("/rest/api/group?start={start}&limit={PAGE}")
}

/// The members of a group.
pub(crate) fn members(group: &str, start: usize) -> String {
    format!(
        "/rest/api/group/{}/member?start={start}&limit={PAGE}&expand=status",
        encoded(group)
    )
}
