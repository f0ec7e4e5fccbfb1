//! `gatewright sandbox`: an identity provider and three products on this computer.

use std::io::{self, Write as _};

use gatewright_commands::terminal::Answer;
use gatewright_sandbox::{Options, start, system_clock};
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Value, json};

use crate::run::asked_to_stop;

/// Runs until it is asked to stop.
pub(crate) async fn run(port: u16, json: bool) -> Result<Answer, WireError> {
    let sandbox = start(Options {
        port,
        now: system_clock(),
    })
    .await
    .map_err(|error| WireError {
        code: ErrorCode::PortTaken,
        message: format!("The sandbox did not start: {error}."),
        hint: error.hint().to_owned(),
        field: None,
    })?;
    let description = json!(sandbox.description());
    if json {
        let mut output = io::stdout();
        let _ = writeln!(output, "{description}");
        let _ = output.flush();
    } else {
        let _ = write!(io::stderr(), "{}", for_people(&description));
    }
    sandbox.run_until(asked_to_stop()).await;
    Ok(Answer {
        json: json!({ "stopped": true }),
        text: "Stopped.\n".to_owned(),
        exit: 0,
    })
}

fn for_people(description: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let provider = |name: &str| &description["providers"][name];
    let mut lines = format!(
        "GitHub Enterprise  {}  client {}\nOpenID Connect     {}  client {}\n",
        text(&provider("ghes")["base_url"]),
        text(&provider("ghes")["client_id"]),
        text(&provider("oidc")["issuer"]),
        text(&provider("oidc")["client_id"]),
    );
    for product in ["jira", "confluence", "bitbucket"] {
        lines.push_str(&format!(
            "{product:<19}{}\n",
            text(&description["products"][product])
        ));
    }
    lines.push_str("\nUsers (password):\n");
    for user in description["users"].as_array().into_iter().flatten() {
        lines.push_str(&format!(
            "  {:<22}{:<26}{}\n",
            text(&user["username"]),
            format!("({})", text(&user["password"])),
            text(&user["note"]),
        ));
    }
    lines.push_str("\nCtrl-C ends it; nothing is kept.\n");
    lines
}
