//! Jira's questions.

use super::{ApiFamily, Input, Preset, Purpose, get};

/// Some paths of Jira Service Management answer only to those who know that they may change.
const OPT_IN: &[(&str, &str)] = &[("X-ExperimentalApi", "opt-in")];

const DESK: Input = Input {
    name: "desk",
    label: "Service desk",
    example: "1",
};

const BOARD: Input = Input {
    name: "board",
    label: "Board",
    example: "1",
};

pub(super) const PRESETS: &[Preset] = &[
    get(
        "jira.who-am-i",
        "Who am I",
        ApiFamily::Platform,
        Purpose::WhoAmI,
        crate::jira::request::WHO_AM_I,
    ),
    get(
        "jira.projects",
        "Projects",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/2/project",
    ),
    get(
        "jira.issues",
        "Issues, the newest",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/2/search?jql=order%20by%20created&maxResults=10&fields=summary,status",
    ),
    get(
        "jira.my-issues",
        "My issues",
        ApiFamily::Platform,
        Purpose::Mine,
        "/rest/api/2/search?jql=assignee%20%3D%20currentUser%28%29&maxResults=10&fields=summary,status",
    ),
    Preset {
        method: "POST",
        body: Some(r#"{"jql":"assignee = currentUser()","maxResults":10,"fields":["summary"]}"#),
        ..get(
            "jira.search",
            "Search (POST)",
            ApiFamily::Platform,
            Purpose::Search,
            "/rest/api/2/search",
        )
    },
    get(
        "jira.permissions",
        "My permissions",
        ApiFamily::Platform,
        Purpose::Mine,
        "/rest/api/2/mypermissions",
    ),
    get(
        "jira.boards",
        "Boards",
        ApiFamily::Agile,
        Purpose::Boards,
        "/rest/agile/1.0/board?maxResults=10",
    ),
    Preset {
        inputs: &[BOARD],
        ..get(
            "jira.board-issues",
            "Issues of a board",
            ApiFamily::Agile,
            Purpose::Boards,
            "/rest/agile/1.0/board/{board}/issue?maxResults=10&fields=summary",
        )
    },
    get(
        "jira.service-desks",
        "Service desks",
        ApiFamily::ServiceManagement,
        Purpose::ServiceDesk,
        "/rest/servicedeskapi/servicedesk?limit=10",
    ),
    get(
        "jira.my-requests",
        "My requests",
        ApiFamily::ServiceManagement,
        Purpose::ServiceDesk,
        "/rest/servicedeskapi/request?limit=10",
    ),
    Preset {
        headers: OPT_IN,
        inputs: &[DESK],
        ..get(
            "jira.queues",
            "Queues of a service desk",
            ApiFamily::ServiceManagement,
            Purpose::ServiceDesk,
            "/rest/servicedeskapi/servicedesk/{desk}/queue?includeCount=true",
        )
    },
    get(
        "jira.basic-config",
        "Basic authentication setting",
        ApiFamily::Platform,
        Purpose::Administration,
        "/rest/basicauth/1.0/config",
    ),
];
