//! The user guide shows what the gallery takes, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, ensure};
use gatewright_tests::repository;
use gatewright_tests::tour::{GUIDE, SCENES};

/// The names of pictures that a page refers to.
fn pictures(page: &str) -> impl Iterator<Item = &str> {
    page.split("](pictures/")
        .skip(1)
        .filter_map(|rest| rest.split_once(".png)").map(|(name, _)| name))
}

#[test]
fn every_picture_of_the_guide_is_there_and_is_one_that_the_gallery_takes() -> Result<()> {
    let folder = repository().join("docs/guide");
    let mut named = BTreeSet::new();
    for entry in fs::read_dir(&folder).context("docs/guide")? {
        let file = entry?.path();
        if file.extension().is_some_and(|ending| ending == "md") {
            let page = fs::read_to_string(&file)?;
            named.extend(pictures(&page).map(str::to_owned));
        }
    }
    ensure!(!named.is_empty(), "the guide shows nothing");
    let taken: BTreeSet<String> = GUIDE.iter().map(|name| (*name).to_owned()).collect();
    ensure!(
        named == taken,
        "named: {named:?}, kept by the gallery: {taken:?}"
    );
    for name in &named {
        ensure!(
            SCENES.iter().any(|scene| scene.name == name),
            "{name} is no scene"
        );
        let file = folder.join("pictures").join(format!("{name}.png"));
        let size = fs::metadata(&file)
            .with_context(|| file.display().to_string())?
            .len();
        ensure!(size < 150 * 1024, "{} has {size} bytes", file.display());
    }
    Ok(())
}

#[test]
fn every_link_between_pages_of_the_guide_leads_somewhere() -> Result<()> {
    let folder = repository().join("docs/guide");
    for entry in fs::read_dir(&folder).context("docs/guide")? {
        let file = entry?.path();
        if file.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let page = fs::read_to_string(&file)?;
        for link in page.split("](").skip(1) {
            let target = link.split_once(')').map_or("", |(target, _)| target);
            let target = target.split_once('#').map_or(target, |(path, _)| path);
            if target.is_empty() || target.starts_with("http") {
                continue;
            }
            ensure!(
                folder.join(target).exists(),
                "{} leads to {target}, which is not there",
                file.display()
            );
        }
    }
    Ok(())
}
