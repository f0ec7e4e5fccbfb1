//! What would be published: products and providers as they are made here, the rules as they are
//! typed, over what runs there.

use std::collections::{BTreeMap, BTreeSet};

use gatewright_admin_api::{Client as AdminClient, Notation};
use gatewright_config::raw::Document;
use gatewright_config::{Format, to_toml};
use gatewright_wire::{Merge, MergeTake, Rules, WireError};
use gatewright_workspace::RulesDraft;

use super::document::Ours;
use super::merge::{self, Merged, Place};
use super::{LastPublished, parse_document, published_by, words};
use crate::app::App;
use crate::errors;
use crate::rules::{base_of, shape, typed_problems};

/// The draft of the rules, read.
#[derive(Clone, Debug)]
pub(crate) struct RulesKept {
    /// What is typed.
    pub(crate) rules: Rules,
    /// What runs there, as it was looked at last.
    pub(crate) base: Document,
    /// The version of that.
    pub(crate) base_version: u32,
    /// Whether there is a draft at all.
    begun: bool,
    left_to_them: BTreeMap<String, String>,
    /// Products and providers that came with an imported document.
    pub(crate) imported: Document,
}

/// The draft, after what runs there was looked at.
pub(crate) struct Taken {
    pub(crate) client: AdminClient,
    pub(crate) kept: RulesKept,
    /// What somebody else published meanwhile.
    pub(crate) merge: Option<Merge>,
    /// What runs there.
    pub(crate) before: Document,
    pub(crate) version: u32,
}

impl App {
    /// The draft of the rules.
    pub(crate) fn rules_kept(&self) -> Result<RulesKept, WireError> {
        let draft = self
            .workspace
            .rules_draft()
            .map_err(|error| errors::store(&error))?;
        let Some(draft) = draft else {
            return Ok(RulesKept {
                rules: shape::rules_of(&Document::default()),
                base: Document::default(),
                base_version: 0,
                begun: false,
                left_to_them: BTreeMap::new(),
                imported: Document::default(),
            });
        };
        let base = base_of(&draft.base);
        Ok(RulesKept {
            rules: serde_json::from_value(draft.rules).unwrap_or_else(|_| shape::rules_of(&base)),
            base,
            base_version: draft.base_version,
            begun: true,
            left_to_them: draft.left_to_them,
            imported: base_of(&draft.imported),
        })
    }

    /// Keeps the draft of the rules.
    pub(crate) fn keep_rules(&self, kept: &RulesKept) -> Result<(), WireError> {
        let touched = !typed_problems(kept).is_empty()
            || shape::with_rules(&kept.base, &kept.rules) != kept.base
            || kept.imported != Document::default();
        let draft = RulesDraft {
            rules: serde_json::to_value(&kept.rules)
                .map_err(|_| errors::internal("the rules cannot be written"))?,
            base: to_toml(&kept.base),
            base_version: kept.base_version,
            touched,
            left_to_them: kept.left_to_them.clone(),
            imported: if kept.imported == Document::default() {
                String::new()
            } else {
                to_toml(&kept.imported)
            },
        };
        self.workspace
            .set_rules_draft(&draft)
            .map_err(|error| errors::store(&error))
    }

    /// The document that what is here would make of what was looked at last.
    pub(crate) fn document(&self, kept: &RulesKept) -> Result<Document, WireError> {
        Ok(over(
            &kept.base,
            kept,
            &self.ours()?,
            &self.last_published()?,
        ))
    }

    /// Looks at what runs there. Where somebody published meanwhile, theirs is taken in as far as
    /// it contradicts nothing here.
    pub(crate) async fn take_in(&self) -> Result<Taken, WireError> {
        let (client, _) = self.admin_client().await?;
        let runs = client
            .config(Notation::Toml)
            .await
            .map_err(|error| errors::call(&error))?;
        let version = u32::try_from(runs.version).unwrap_or(u32::MAX);
        let before = if version == 0 {
            Document::default()
        } else {
            parse_document(&runs.text, Format::Toml)?
        };
        let mut kept = self.rules_kept()?;
        if !kept.begun {
            kept.rules = shape::rules_of(&before);
        }
        if !kept.begun || kept.base == before {
            if !kept.begun || kept.base_version != version {
                kept.begun = true;
                kept.base = before.clone();
                kept.base_version = version;
                self.keep_rules(&kept)?;
            }
            return Ok(Taken {
                client,
                kept,
                merge: None,
                before,
                version,
            });
        }
        let ours = self.ours()?;
        let mine = over(&kept.base, &kept, &ours, &self.last_published()?);
        let places = merge::places(&kept.base, &mine, &before);
        let (their_published, their_comment) = published_by(&client, version).await;
        let open = places.iter().any(Merged::clashes);
        let shown = Merge {
            base_version: kept.base_version,
            their_version: version,
            their_published,
            their_comment,
            open,
            places: merge::shown(
                &places,
                &words::changes(&kept.base, &before, "", self.host.now()),
                &words::changes(&kept.base, &mine, "", self.host.now()),
            ),
        };
        if !open {
            kept.take(&before, version, &places, &ours, |_| MergeTake::Yours);
            self.keep_rules(&kept)?;
        }
        // Before the first version nobody published anything.
        let somebody = shown.places.iter().any(|place| !place.theirs.is_empty());
        Ok(Taken {
            client,
            kept,
            merge: (open || somebody).then_some(shown),
            before,
            version,
        })
    }

    /// Takes in what runs there, with a choice for each place that both changed.
    pub(crate) async fn take_in_with(
        &self,
        expected: u32,
        take: impl Fn(&str) -> Option<MergeTake>,
    ) -> Result<(), WireError> {
        let taken = self.take_in().await?;
        if taken.version != expected {
            return Err(errors::call(&gatewright_admin_api::CallError::Stale {
                current: u64::from(taken.version),
            }));
        }
        let mut kept = taken.kept;
        let ours = self.ours()?;
        let mine = over(&kept.base, &kept, &ours, &self.last_published()?);
        let places = merge::places(&kept.base, &mine, &taken.before);
        kept.take(&taken.before, taken.version, &places, &ours, |place| {
            take(&place.path()).unwrap_or(MergeTake::Yours)
        });
        self.keep_rules(&kept)
    }
}

impl RulesKept {
    /// What is here would become the document that runs.
    pub(crate) fn published(&mut self, document: &Document, version: u32) {
        self.base = document.clone();
        self.base_version = version;
        self.begun = true;
        self.imported = Document::default();
    }

    fn take(
        &mut self,
        before: &Document,
        version: u32,
        places: &[Merged],
        ours: &Ours,
        take: impl Fn(&Place) -> MergeTake,
    ) {
        let merged = merge::rules_merged(before, places, &take);
        let typed = std::mem::replace(&mut self.rules, shape::rules_of(&merged));
        // What is typed and is no number yet stays, and so do rules of products that are not there.
        if typed.settings.max_per_user.trim().parse::<u32>().is_err() {
            self.rules.settings.max_per_user = typed.settings.max_per_user;
        }
        for product in typed.products {
            if !merged.products.iter().any(|one| one.id == product.id) {
                self.rules.products.push(product);
            }
        }
        for one in places {
            let path = one.place.path();
            let Some(text) = ours.part(&one.place) else {
                continue;
            };
            if one.is_theirs() && (!one.is_mine() || take(&one.place) == MergeTake::Theirs) {
                self.left_to_them.insert(path, text);
            } else if one.is_mine() {
                self.left_to_them.remove(&path);
            }
        }
        self.base = before.clone();
        self.base_version = version;
    }
}

/// What is here over a document.
pub(super) fn over(
    runs: &Document,
    kept: &RulesKept,
    ours: &Ours,
    last: &LastPublished,
) -> Document {
    let left = |place: Place| {
        let kept = kept.left_to_them.get(&place.path());
        kept.is_some() && kept == ours.part(&place).as_ref()
    };
    let (ours, products, providers) = ours.without(
        |id| left(Place::Product(id.to_owned())),
        |id| left(Place::Provider(id.to_owned())),
    );
    let rest = |published: &BTreeSet<String>, left: &BTreeSet<String>| -> BTreeSet<String> {
        published.difference(left).cloned().collect()
    };
    let mut after = ours.merged_into(
        runs,
        &rest(&last.products, &products),
        &rest(&last.providers, &providers),
    );
    for product in &kept.imported.products {
        if !after.products.iter().any(|one| one.id == product.id) {
            after.products.push(product.clone());
        }
    }
    for provider in &kept.imported.providers {
        if !after.providers.iter().any(|one| one.id == provider.id) {
            after.providers.push(provider.clone());
        }
    }
    shape::with_rules(&after, &kept.rules)
}
