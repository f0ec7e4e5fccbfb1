//! Starts a sandbox and prints its description as one line of JSON; ends with ctrl-c.

use gatewright_sandbox::{Options, start, system_clock};

#[tokio::main]
async fn main() {
    let sandbox = match start(Options {
        port: 0,
        now: system_clock(),
    })
    .await
    {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("{error}: {}", error.hint());
            return;
        }
    };
    let line = serde_json::json!(sandbox.description());
    #[expect(clippy::print_stdout, reason = "the line is what the example is for")]
    {
        println!("{line}");
    }
    sandbox
        .run_until(async {
            if let Err(error) = tokio::signal::ctrl_c().await {
                eprintln!("cannot wait for ctrl-c: {error}");
            }
        })
        .await;
}
