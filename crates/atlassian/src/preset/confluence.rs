//! Confluence's questions.

use super::{ApiFamily, Input, Preset, Purpose, get};

const TEXT: Input = Input {
    name: "text",
    label: "Text",
    example: "crane",
};

pub(super) const PRESETS: &[Preset] = &[
    get(
        "confluence.who-am-i",
        "Who am I",
        ApiFamily::Platform,
        Purpose::WhoAmI,
        crate::confluence::request::WHO_AM_I,
    ),
    get(
        "confluence.spaces",
        "Spaces",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/space?limit=10",
    ),
    get(
        "confluence.pages",
        "Pages",
        ApiFamily::Platform,
        Purpose::Content,
        "/rest/api/content?type=page&limit=10",
    ),
    Preset {
        inputs: &[TEXT],
        ..get(
            "confluence.search",
            "Search",
            ApiFamily::Platform,
            Purpose::Search,
            "/rest/api/content/search?cql=text%20~%20%22{text}%22&limit=10",
        )
    },
    get(
        "confluence.basic-config",
        "Basic authentication setting",
        ApiFamily::Platform,
        Purpose::Administration,
        "/rest/basicauth/1.0/config",
    ),
];
