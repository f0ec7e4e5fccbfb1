//! The security tests of the OAuth engine: their list, where they are, and the table of them in
//! `docs/`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::root;

/// Where the list and the mutants are kept.
pub(crate) const FOLDER: &str = "tests/mutants/oauth";
const TABLE: &str = "docs/oauth-tests.md";

/// One line of the list.
pub(crate) struct Id {
    /// With hyphens; the names of its tests begin with it, hyphens as underscores.
    pub(crate) name: String,
    /// What is checked.
    pub(crate) what: String,
    /// When it passes.
    pub(crate) passes: String,
    /// The standard behind it.
    pub(crate) standard: String,
}

impl Id {
    /// What the names of its tests begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("{}_", self.name.replace('-', "_"))
    }
}

/// A kept patch that breaks what one id is about.
pub(crate) struct Mutant {
    /// Below the root.
    pub(crate) path: String,
    /// What it breaks, in a few words.
    pub(crate) breaks: String,
    /// The package whose tests find it.
    pub(crate) package: String,
    /// The files that it changes.
    pub(crate) files: Vec<String>,
}

/// A test, by file and name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Test {
    file: String,
    name: String,
}

/// The list, in its order.
pub(crate) fn ids() -> Result<Vec<Id>> {
    let list = root().join(FOLDER).join("ids.txt");
    let text = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    text.lines()
        .map(|line| {
            let parts: Vec<&str> = line.split('\t').collect();
            let [id, what, passes, standard] = parts[..] else {
                bail!("{}: not four parts between tabs: {line}", list.display());
            };
            Ok(Id {
                name: id.to_owned(),
                what: what.to_owned(),
                passes: passes.to_owned(),
                standard: standard.to_owned(),
            })
        })
        .collect()
}

/// The patch that is kept for an id.
pub(crate) fn mutant(id: &Id) -> Result<Mutant> {
    let path = format!("{FOLDER}/{}.patch", id.name);
    let text = fs::read_to_string(root().join(&path)).with_context(|| path.clone())?;
    let headed = |head: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(head))
            .map(str::to_owned)
            .with_context(|| format!("{path} has no line that begins with {head}"))
    };
    let files: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("+++ b/"))
        .map(str::to_owned)
        .collect();
    if files.is_empty() {
        bail!("{path} changes no file");
    }
    Ok(Mutant {
        breaks: headed("Breaks: ")?,
        package: headed("Crate: ")?,
        files,
        path,
    })
}

/// Writes the table, or only checks that it is as it would be written.
pub(crate) fn run(check: bool) -> Result<()> {
    let table = table()?;
    let path = root().join(TABLE);
    if !check {
        fs::write(&path, table).with_context(|| TABLE.to_owned())?;
        println!("{TABLE} is written");
        return Ok(());
    }
    let kept = fs::read_to_string(&path).with_context(|| TABLE.to_owned())?;
    if kept != table {
        bail!("{TABLE} is stale: cargo xtask oauth-tests");
    }
    println!("{TABLE} is as the tests are");
    Ok(())
}

const HEAD: &str = "# Security tests of the OAuth engine

Each test here runs against the real listener and real sockets, with servers that misbehave. Its name
begins with its id, hyphens as underscores. For each id a patch is kept that breaks what the id is
about; `cargo xtask mutants oauth` applies them one by one to a copy and reports whether a test turns
red.

Answers by `response_mode=form_post` and answers behind a `#` are refused by design: a `POST` to the
listener is never an answer, and a browser does not send what stands behind a `#`. Their tests are about
the refusal, and so are their mutants.

This table is written by `cargo xtask oauth-tests` from the list, the patches and the tests; a test
fails when it is stale.

| # | Id | What is checked | It passes when | Tests | The mutant | Standard |
|---|---|---|---|---|---|---|
";

fn table() -> Result<String> {
    let sources = sources()?;
    let mut table = HEAD.to_owned();
    let mut without = Vec::new();
    for (index, id) in ids()?.iter().enumerate() {
        let tests = tests(&sources, &id.prefix());
        if tests.is_empty() {
            without.push(id.name.clone());
        }
        let mutant = mutant(id)?;
        let tests: Vec<String> = tests
            .iter()
            .map(|test| format!("`{}` in [{1}](../{1})", test.name, test.file))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| {} | `{}` | {} | {} | {} | [{}](../{}) | {} |",
            index + 1,
            id.name,
            id.what,
            id.passes,
            tests.join("<br>"),
            mutant.breaks,
            mutant.path,
            id.standard,
        );
    }
    if !without.is_empty() {
        bail!("no test begins with {}", without.join(", "));
    }
    Ok(table)
}

/// The tests in these sources whose name begins so.
fn tests(sources: &[(String, String)], prefix: &str) -> Vec<Test> {
    let mut tests: Vec<Test> = sources
        .iter()
        .flat_map(|(file, text)| {
            test_names(text)
                .filter(|name| name.starts_with(prefix))
                .map(|name| Test {
                    file: file.clone(),
                    name: name.to_owned(),
                })
        })
        .collect();
    tests.sort();
    tests
}

/// The functions under a test attribute.
fn test_names(text: &str) -> impl Iterator<Item = &str> {
    let mut marked = false;
    text.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with("#[") {
            marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            return None;
        }
        let name = line
            .trim_start_matches("async ")
            .strip_prefix("fn ")
            .filter(|_| marked)
            .and_then(|rest| rest.split(['(', '<']).next());
        marked = false;
        name
    })
}

/// Every source file of the crates, by its path below the root.
fn sources() -> Result<Vec<(String, String)>> {
    let mut folders = vec![root().join("crates")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                sources.push((below_root(&path), text));
            }
        }
    }
    Ok(sources)
}

fn below_root(path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(root()).unwrap_or(path).to_path_buf();
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_a_test_and_a_mutant_and_the_table_is_not_stale() {
        run(true).unwrap();
        assert_eq!(ids().unwrap().len(), 43);
    }

    #[test]
    fn every_kept_patch_belongs_to_an_id() {
        let ids = ids().unwrap();
        for entry in fs::read_dir(root().join(FOLDER)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let is_patch = path
                .extension()
                .is_some_and(|extension| extension == "patch");
            assert!(!is_patch || ids.iter().any(|id| id.name == name), "{name}");
        }
    }

    #[test]
    fn only_functions_under_a_test_attribute_are_tests() {
        let text = "#[test]\nfn one_is() {}\nfn helper() {}\n#[tokio::test]\n#[ignore = \"x\"]\nasync fn two_is() {}\n";
        assert_eq!(test_names(text).collect::<Vec<_>>(), ["one_is", "two_is"]);
    }
}
