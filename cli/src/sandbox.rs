//! `gatewright sandbox`: an identity provider and three products on this computer.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use gatewright_commands::errors::sentence;
use gatewright_sandbox::{Options, StartError, start, system_clock};
use gatewright_wire::{ErrorCode, WireError};
use serde_json::{Value, json};

use crate::run::asked_to_stop;

/// Runs until it is asked to stop, or until its input ends where that is wanted.
pub(crate) async fn run(port: u16, json: bool, until_input_ends: bool) -> Result<(), WireError> {
    let sandbox = start(Options {
        port,
        now: system_clock(),
    })
    .await
    .map_err(|error| WireError {
        code: match error {
            StartError::Bind { .. } => ErrorCode::PortTaken,
            StartError::KeyPair => ErrorCode::Internal,
        },
        message: format!("The sandbox did not start: {error}."),
        hint: sentence(error.hint()),
        field: None,
    })?;
    let stop = asked_to_stop();
    let description = json!(sandbox.description());
    if json {
        let mut output = io::stdout();
        let _ = writeln!(output, "{description}");
        let _ = output.flush();
    } else {
        let _ = write!(io::stderr(), "{}", for_people(&description));
    }
    let input_ends = async move {
        if until_input_ends {
            // A failure to read is an end as well.
            let _ = tokio::io::copy(&mut tokio::io::stdin(), &mut tokio::io::sink()).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let ended = async move {
        tokio::select! {
            () = stop => {}
            () = input_ends => {}
        }
    };
    sandbox.run_until(ended).await;
    Ok(())
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
        let _ = writeln!(
            lines,
            "{product:<19}{}",
            text(&description["products"][product])
        );
    }
    lines.push_str("\nUsers (password):\n");
    for user in description["users"].as_array().into_iter().flatten() {
        let _ = writeln!(
            lines,
            "  {:<22}{:<26}{}",
            text(&user["username"]),
            format!("({})", text(&user["password"])),
            text(&user["note"]),
        );
    }
    lines.push_str("\nCtrl-C ends it; nothing is kept.\n");
    lines
}
