//! `check`: what is wrong with a document.

use std::fs;

use serde_json::json;

use crate::arguments::Check;
use crate::failure::Failure;
use crate::file::format_of;

#[expect(clippy::print_stdout, reason = "what was asked for")]
pub(crate) fn check(arguments: &Check) -> Result<(), Failure> {
    let path = &arguments.file;
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::usage(
            "unreadable_file",
            format!("cannot read {}: {error}", path.display()),
        )
    })?;
    let problems = gatewright_admin::check(&text, format_of(path));
    if arguments.json {
        println!(
            "{}",
            json!({ "valid": problems.is_empty(), "problems": problems })
        );
    } else if problems.is_empty() {
        println!("{}: valid", path.display());
    } else {
        for problem in &problems {
            let line = problem
                .line
                .map(|line| format!("{line}:"))
                .unwrap_or_default();
            println!(
                "{}:{line} {}: {}",
                path.display(),
                problem.path,
                problem.message
            );
            if !problem.hint.is_empty() {
                println!("    {}", problem.hint);
            }
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let count = problems.len();
    let noun = if count == 1 { "problem" } else { "problems" };
    Err(Failure::answered(
        "invalid_document",
        format!("the document has {count} {noun}"),
    )
    .hint("each is named above with its place and what would be right"))
}
