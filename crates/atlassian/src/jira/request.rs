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

/// One user by name, even when they were deleted.
pub(crate) fn deleted_user(name: &str) -> String {
    format!(
        "/rest/api/2/user?username={}&includeDeleted=true",
        encoded(name)
    )
}

/// One user by the key that stays when the name changes.
pub(crate) fn user_by_key(key: &str) -> String {
    format!("/rest/api/2/user?key={}", encoded(key))
}

/// The groups whose name has this text; this list has no pages.
pub(crate) fn groups_with(text: &str, limit: usize) -> String {
    format!(
        "/rest/api/2/groups/picker?query={}&maxResults={limit}",
        encoded(text)
    )
}

/// How many members one page of a group brings at most.
pub(crate) const MEMBERS_PAGE: usize = 50;

/// The members of a group, inactive ones too. For administrators.
pub(crate) fn members(group: &str, start: usize, limit: usize) -> String {
    format!(
        "/rest/api/2/group/member?groupname={}&includeInactiveUsers=true&startAt={start}&maxResults={limit}",
        encoded(group)
    )
}
