//! Bitbucket's questions.

use super::{ApiFamily, Input, Preset, Purpose, get};

const TEXT: Input = Input {
    name: "text",
    label: "Name",
    example: "crane",
};

pub(super) const PRESETS: &[Preset] = &[
    get(
        "bitbucket.who-am-i",
        "Who am I",
        ApiFamily::Platform,
        Purpose::WhoAmI,
        crate::bitbucket::request::WHO_AM_I,
    ),
    get(
        "bitbucket.projects",
        "Projects",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/latest/projects?limit=10",
    ),
    get(
        "bitbucket.repositories",
        "Repositories",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/latest/repos?limit=10",
    ),
    get(
        "bitbucket.my-pull-requests",
        "My pull requests",
        ApiFamily::Platform,
        Purpose::Mine,
        "/rest/api/latest/dashboard/pull-requests?state=OPEN&limit=10",
    ),
    get(
        "bitbucket.to-review",
        "Pull requests that I review",
        ApiFamily::Platform,
        Purpose::Mine,
        "/rest/api/latest/dashboard/pull-requests?role=REVIEWER&state=OPEN&limit=10",
    ),
    get(
        "bitbucket.recent",
        "My recent repositories",
        ApiFamily::Platform,
        Purpose::Mine,
        "/rest/api/latest/profile/recent/repos?limit=10",
    ),
    Preset {
        inputs: &[TEXT],
        ..get(
            "bitbucket.search",
            "Repositories by name",
            ApiFamily::Platform,
            Purpose::Search,
            "/rest/api/latest/repos?name={text}&limit=10",
        )
    },
    get(
        "bitbucket.admin-groups",
        "Groups (administration)",
        ApiFamily::Platform,
        Purpose::Administration,
        "/rest/api/latest/admin/groups?limit=10",
    ),
];
