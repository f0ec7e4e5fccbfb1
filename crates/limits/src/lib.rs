#![doc = include_str!("../README.md")]

/// How many bytes, or characters where it says so.
pub mod size {
    /// The body of an answer that is small by nature: tokens, descriptions, keys.
    pub const SMALL_ANSWER: usize = 1024 * 1024;
    /// The body of any other answer; userinfo may name thousands of groups.
    pub const ANSWER: usize = 5 * 1024 * 1024;
    /// A token that is looked into.
    pub const TOKEN: usize = 64 * 1024;
    /// The query of an answer through the browser.
    pub const CALLBACK: usize = 64 * 1024;
    /// The head of a request to the listener.
    pub const REQUEST_HEAD: usize = 128 * 1024;
    /// What is kept of a body in the record of calls.
    pub const RECORDED_BODY: usize = 64 * 1024;
    /// A collection, a command or a file that is imported.
    pub const IMPORT: usize = 5 * 1024 * 1024;
    /// One setting of an import: no address and no token is longer.
    pub const SETTING: usize = 64 * 1024;
    /// What is kept of a provider's words, in characters.
    pub const WORDS: usize = 600;
    /// What is kept of a page's title, in characters.
    pub const TITLE: usize = 120;
    /// What is kept of a name in a certificate, in characters.
    pub const CERTIFICATE_NAME: usize = 200;
}

/// How many of a kind.
pub mod count {
    /// How deep JSON may be nested.
    pub const JSON_DEPTH: usize = 64;
    /// How many values one JSON document may hold, at all depths together.
    pub const JSON_VALUES: usize = 50_000;
    /// Fields of one form that came as an answer or a query.
    pub const FIELDS: usize = 1_000;
    /// Keys that are taken from one key set.
    pub const KEYS: usize = 100;
    /// Attributes that are proposed as a username.
    pub const CANDIDATES: usize = 40;
    /// How deep attributes are looked for.
    pub const ATTRIBUTE_DEPTH: usize = 6;
    /// Entries that are taken from one list of a provider's description.
    pub const LISTED: usize = 500;
    /// Folders of an imported collection in each other.
    pub const FOLDERS: usize = 32;
    /// Connections that are taken from one collection.
    pub const IMPORTED: usize = 200;
    /// Parameters of one kind that an imported connection has.
    pub const PARAMETERS: usize = 100;
    /// How deep variables of a collection may name variables.
    pub const VARIABLES: usize = 8;
    /// Words of an imported command.
    pub const COMMAND_WORDS: usize = 2_000;
    /// Calls that a record keeps.
    pub const RECORDED_CALLS: usize = 200;
    /// Certificates of a server that are shown.
    pub const CERTIFICATES: usize = 10;
    /// Connections that the listener keeps.
    pub const CONNECTIONS: usize = 64;
    /// How often a port is looked for that is free in both address families.
    pub const PORT_TRIES: usize = 20;
}

/// How long.
pub mod time {
    use std::time::Duration;

    /// A whole call, from the first look-up of a name to the last byte.
    pub const CALL: Duration = Duration::from_secs(30);
    /// Connecting, name and handshake included.
    pub const CONNECT: Duration = Duration::from_secs(10);
    /// How far two clocks may differ.
    pub const LEEWAY: Duration = Duration::from_mins(1);
    /// How long an assertion by which the client names itself is good.
    pub const ASSERTION: Duration = Duration::from_mins(1);
    /// How long a provider's keys are not fetched again because of a key that they lack.
    pub const KEYS_AGAIN: Duration = Duration::from_mins(1);
    /// After which a provider's keys are fetched anew.
    pub const KEYS_KEPT: Duration = Duration::from_hours(1);
    /// The longest life of a token that is believed: a hundred years.
    pub const TOKEN_LIFE: Duration = Duration::from_hours(876_600);
    /// How long a connection to the listener may take to ask its one question.
    pub const ASKING: Duration = Duration::from_secs(10);
    /// How long a connection to the listener may live.
    pub const CONNECTION: Duration = Duration::from_secs(20);
    /// How long the last page can be asked for.
    pub const LAST_PAGE: Duration = Duration::from_secs(10);
    /// How long a browser that comes too late is told so.
    pub const TOO_LATE: Duration = Duration::from_mins(1);
    /// How long the listener stays once the last page was asked for.
    pub const FAREWELL: Duration = Duration::from_secs(1);
    /// The longest pause between two questions about a sign-in on another device.
    pub const DEVICE_PAUSE: Duration = Duration::from_mins(1);
}

/// Whether a text that may be JSON keeps to [`count::JSON_DEPTH`] and [`count::JSON_VALUES`]. It is
/// asked before anything is built from the text; whether it is JSON at all is not its business.
pub fn json_fits(bytes: &[u8]) -> bool {
    let (mut depth, mut values) = (0_usize, 1_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > count::JSON_DEPTH || values > count::JSON_VALUES {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_and_number_are_limited_and_texts_do_not_count() {
        let nested = |depth: usize| [b"[".repeat(depth), b"]".repeat(depth)].concat();
        assert!(json_fits(&nested(count::JSON_DEPTH)));
        assert!(!json_fits(&nested(count::JSON_DEPTH + 1)));
        assert!(json_fits(format!("[{}0]", "0,".repeat(1000)).as_bytes()));
        assert!(!json_fits(
            format!("[{}0]", "0,".repeat(count::JSON_VALUES)).as_bytes()
        ));
        let text = format!("[\"\\\"{}\"]", "[,{".repeat(count::JSON_VALUES));
        assert!(json_fits(text.as_bytes()));
    }
}
