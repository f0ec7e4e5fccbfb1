//! axe-core, the accessibility checker, inside the real window.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::files::node;
use crate::window::Window;

/// Looks at the whole document and answers with a sentence for each place that breaks a rule.
const LOOK: &str = "const done = arguments[arguments.length - 1]; \
    axe.run(document, { resultTypes: ['violations'] }).then( \
      r => done(r.violations.flatMap(v => v.nodes.map(n => \
        `${v.id} (${v.impact}): ${n.target.join(' ')} ${n.html.slice(0, 220)} | ${n.failureSummary}`))), \
      e => done(`axe failed: ${e}`))";

/// What breaks a rule of axe-core in what the window shows now.
pub async fn violations(window: &Window) -> Result<Vec<String>> {
    let there = window
        .script("return typeof axe === 'object'", vec![])
        .await?;
    if there != Value::Bool(true) {
        let file = node("node_modules/axe-core/axe.min.js")?;
        let source = std::fs::read_to_string(&file)
            .with_context(|| format!("{}: cargo xtask setup", file.display()))?;
        window.script(&source, vec![]).await.context("axe-core")?;
    }
    let answer = window.script_later(LOOK, vec![]).await?;
    let Value::Array(found) = answer else {
        bail!("{answer}");
    };
    Ok(found
        .iter()
        .map(|one| one.as_str().unwrap_or_default().to_owned())
        .collect())
}
