//! What is in a repository from the start: one branch with one file.

use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

const HISTORY: &str = "\
commit refs/heads/main
committer Fred Flintstone <fred@example.com> 1740992400 +0000
data 12
Begin here.
M 100644 inline README.md
data 37
# Quarry software

Handle with care.

";

pub(super) async fn repository(directory: &Path) -> std::io::Result<()> {
    tokio::fs::create_dir_all(directory).await?;
    git(
        directory,
        &["init", "--bare", "--quiet", "--initial-branch=main"],
        "",
    )
    .await?;
    git(directory, &["fast-import", "--quiet"], HISTORY).await
}

async fn git(directory: &Path, arguments: &[&str], input: &str) -> std::io::Result<()> {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).await?;
    }
    let status = child.wait().await?;
    if status.success() {
        return Ok(());
    }
    Err(std::io::Error::other(format!(
        "git {} failed",
        arguments[0]
    )))
}
