//! Paths of Bitbucket's REST API.

use crate::directory::User;
use crate::product::encoded;

/// Public, and answered with `X-AUSERNAME` to somebody: Bitbucket's REST API has no who-am-I.
pub(crate) const WHO_AM_I: &str = "/rest/api/1.0/application-properties";

/// Public: version and display name.
pub(crate) const PROPERTIES: &str = WHO_AM_I;

/// Refuses nobody with 401, but names nobody either: a yes or a no.
pub(crate) const SIGNED_IN: &str = "/rest/api/latest/dashboard/pull-requests?limit=1";

/// How many entries one page brings.
pub(crate) const PAGE: usize = 100;

/// One user by slug, which is mostly the name in lower case.
pub(crate) fn user(slug: &str) -> String {
    format!("/rest/api/latest/users/{}", encoded(slug))
}

/// Users whose name, display name or e-mail has this text.
pub(crate) fn users_with(text: &str, start: usize) -> String {
    format!(
        "/rest/api/latest/users?filter={}&start={start}&limit={PAGE}",
        encoded(text)
    )
}

/// The groups of a user. Access tokens are refused here.
pub(crate) fn groups(user: &User, start: usize) -> String {
    format!(
        "/rest/api/latest/admin/users/more-members?context={}&start={start}&limit={PAGE}",
        encoded(&user.name)
    )
}

/// The names of all groups: open to access tokens.
pub(crate) fn all_groups(start: usize) -> String {
    format!("/rest/api/latest/groups?start={start}&limit={PAGE}")
}

/// The members of a group whose name, display name or e-mail has this text.
pub(crate) fn members_with(group: &str, text: &str, start: usize) -> String {
    format!(
        "/rest/api/latest/users?group={}&filter={}&start={start}&limit={PAGE}",
        encoded(group),
        encoded(text)
    )
}

/// The names of the groups that have this text.
pub(crate) fn groups_with(text: &str, start: usize) -> String {
    format!(
        "/rest/api/latest/groups?filter={}&start={start}&limit={PAGE}",
        encoded(text)
    )
}

/// How many members of a group are counted in one question: a page as long as Bitbucket makes them.
pub(crate) const COUNTED: usize = 1000;

/// The active members of a group.
pub(crate) fn members(group: &str, start: usize, limit: usize) -> String {
    format!(
        "/rest/api/latest/users?group={}&start={start}&limit={limit}",
        encoded(group)
    )
}
