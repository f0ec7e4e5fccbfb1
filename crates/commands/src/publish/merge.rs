//! Three documents by their places: what both began with, what is here, and what runs meanwhile.

use std::collections::BTreeMap;

use gatewright_config::raw::Document;
use gatewright_wire::{Change, MergePlace, MergeTake};
use serde_json::{Map, Value};

/// A place of a document that is changed as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A value of a section.
    Value(Vec<&'static str>, String),
    /// A value of the rules of a product.
    ProductRule(String, String),
    /// A product without its rules.
    Product(String),
    /// A provider.
    Provider(String),
}

impl Place {
    /// Where, as changes name it.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Value(sections, key) => {
                let mut parts = sections.clone();
                parts.push(key);
                parts.join(".")
            }
            Self::ProductRule(id, key) => format!("products.{id}.access.{key}"),
            Self::Product(id) => format!("products.{id}"),
            Self::Provider(id) => format!("providers.{id}"),
        }
    }

    fn has(&self, path: &str) -> bool {
        let own = self.path();
        let inside = path
            .strip_prefix(&own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let of_rules = path
            .strip_prefix(&own)
            .is_some_and(|rest| rest.starts_with(".access."));
        inside && !(matches!(self, Self::Product(_)) && of_rules)
    }
}

/// One place in all three documents.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    pub(crate) place: Place,
    base: Value,
    mine: Value,
    theirs: Value,
}

impl Merged {
    /// Whether what runs is another than what both began with.
    pub(crate) fn is_theirs(&self) -> bool {
        self.theirs != self.base
    }

    /// Whether what is here is another than what both began with.
    pub(crate) fn is_mine(&self) -> bool {
        self.mine != self.base
    }

    /// Whether both changed it, and not to the same.
    pub(crate) fn clashes(&self) -> bool {
        self.is_mine() && self.is_theirs() && self.mine != self.theirs
    }

    /// Whether both can be taken.
    fn is_list(&self) -> bool {
        let list = |value: &Value| value.is_array() || value.is_null();
        matches!(self.place, Place::Value(..) | Place::ProductRule(..))
            && (self.mine.is_array() || self.theirs.is_array())
            && list(&self.mine)
            && list(&self.theirs)
    }

    /// What it becomes.
    fn taken(&self, take: MergeTake) -> Value {
        if !self.is_mine() {
            return self.theirs.clone();
        }
        if !self.is_theirs() {
            return self.mine.clone();
        }
        match take {
            MergeTake::Theirs => self.theirs.clone(),
            MergeTake::Both if self.is_list() => {
                let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
                let (base, mine) = (items(&self.base), items(&self.mine));
                let mut both: Vec<Value> = items(&self.theirs)
                    .into_iter()
                    .filter(|item| !base.contains(item) || mine.contains(item))
                    .collect();
                for item in mine {
                    if !base.contains(&item) && !both.contains(&item) {
                        both.push(item);
                    }
                }
                Value::Array(both)
            }
            MergeTake::Both | MergeTake::Yours => self.mine.clone(),
        }
    }
}

/// Every place that one of both changed.
pub(crate) fn places(base: &Document, mine: &Document, theirs: &Document) -> Vec<Merged> {
    let (mut base, mut mine, mut theirs) = (parts(base), parts(mine), parts(theirs));
    let mut all: Vec<Place> = base
        .keys()
        .chain(mine.keys())
        .chain(theirs.keys())
        .cloned()
        .collect();
    all.sort();
    all.dedup();
    all.into_iter()
        .map(|place| Merged {
            base: base.remove(&place).unwrap_or_default(),
            mine: mine.remove(&place).unwrap_or_default(),
            theirs: theirs.remove(&place).unwrap_or_default(),
            place,
        })
        .filter(|merged| merged.is_mine() || merged.is_theirs())
        .collect()
}

/// The places in the words of the window.
pub(crate) fn shown(places: &[Merged], theirs: &[Change], yours: &[Change]) -> Vec<MergePlace> {
    let of = |changes: &[Change], place: &Place| -> Vec<Change> {
        changes
            .iter()
            .filter(|change| place.has(&change.path))
            .cloned()
            .collect()
    };
    let mut rows: Vec<MergePlace> = places
        .iter()
        .map(|merged| {
            let (theirs, yours) = (of(theirs, &merged.place), of(yours, &merged.place));
            let path = merged.place.path();
            let title = theirs
                .first()
                .or(yours.first())
                .map_or_else(|| path.clone(), |change| change.title.clone());
            MergePlace {
                path,
                title,
                theirs,
                yours,
                clash: merged.clashes(),
                list: merged.is_list(),
            }
        })
        .collect();
    rows.sort_by_key(|row| !row.clash);
    rows
}

/// The document that runs, with the rules of what is here where they were changed. Products and
/// providers stay theirs: they are made elsewhere.
pub(crate) fn rules_merged(
    theirs: &Document,
    places: &[Merged],
    take: impl Fn(&Place) -> MergeTake,
) -> Document {
    let Ok(mut merged) = serde_json::to_value(theirs) else {
        return theirs.clone();
    };
    for one in places.iter().filter(|one| one.is_mine()) {
        let value = one.taken(take(&one.place));
        match &one.place {
            Place::Value(sections, key) => {
                let section = sections
                    .iter()
                    .try_fold(&mut merged, |at, section| member(at, section));
                if let Some(section) = section {
                    put(section, key, value);
                }
            }
            Place::ProductRule(id, key) => {
                let product = merged
                    .get_mut("products")
                    .and_then(Value::as_array_mut)
                    .and_then(|products| products.iter_mut().find(|one| one["id"] == id.as_str()));
                if let Some(access) = product.and_then(|product| member(product, "access")) {
                    put(access, key, value);
                }
            }
            Place::Product(_) | Place::Provider(_) => {}
        }
    }
    serde_json::from_value(merged).unwrap_or_else(|_| theirs.clone())
}

/// The table of a name inside a table, made where it is not there.
fn member<'a>(at: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    Some(
        at.as_object_mut()?
            .entry(name)
            .or_insert_with(|| Value::Object(Map::new())),
    )
}

fn put(table: &mut Value, key: &str, value: Value) {
    if let Some(table) = table.as_object_mut() {
        if value.is_null() {
            table.remove(key);
        } else {
            table.insert(key.to_owned(), value);
        }
    }
}

fn parts(document: &Document) -> BTreeMap<Place, Value> {
    let mut parts = BTreeMap::new();
    let Ok(Value::Object(document)) = serde_json::to_value(document) else {
        return parts;
    };
    let table = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    for section in ["settings", "access", "audit"] {
        for (key, value) in table(document.get(section)).unwrap_or_default() {
            if (section, key.as_str()) == ("settings", "keys") {
                for (key, value) in table(Some(&value)).unwrap_or_default() {
                    parts.insert(Place::Value(vec!["settings", "keys"], key), value);
                }
            } else {
                parts.insert(Place::Value(vec![section], key), value);
            }
        }
    }
    for whole in ["expect", "network"] {
        if let Some(value) = document.get(whole) {
            parts.insert(Place::Value(Vec::new(), whole.to_owned()), value.clone());
        }
    }
    let list = |name: &str| -> Vec<Map<String, Value>> {
        document
            .get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|one| table(Some(one)))
            .collect()
    };
    for mut product in list("products") {
        let id = product["id"].as_str().unwrap_or_default().to_owned();
        for (key, value) in table(product.remove("access").as_ref()).unwrap_or_default() {
            parts.insert(Place::ProductRule(id.clone(), key), value);
        }
        parts.insert(Place::Product(id), Value::Object(product));
    }
    for provider in list("providers") {
        let id = provider["id"].as_str().unwrap_or_default().to_owned();
        parts.insert(Place::Provider(id), Value::Object(provider));
    }
    parts
}

#[cfg(test)]
mod tests {
    use gatewright_config::{Format, parse};

    use super::*;

    fn document(rules: &str) -> Document {
        let text = format!(
            "format = 1\n{rules}\n[[products]]\nid = \"jira.x\"\nkind = \"jira\"\nbase_url = \"http://a\"\npublic_url = \"/jira\"\n"
        );
        parse(&text, Format::Toml).unwrap()
    }

    #[test]
    fn what_only_one_changed_is_kept_from_both() {
        let base = document("");
        let mine = document("[access]\ngroups_read_only = [\"contractors\"]\n");
        let theirs = document("[settings.keys]\nmax_lifetime = \"90d\"\n");
        let places = places(&base, &mine, &theirs);
        assert!(places.iter().all(|place| !place.clashes()), "{places:?}");
        let merged = rules_merged(&theirs, &places, |_| MergeTake::Yours);
        assert_eq!(merged.access.groups_read_only, ["contractors"]);
        assert_eq!(merged.settings.keys.max_lifetime, "90d");
    }

    #[test]
    fn a_value_that_both_changed_waits_for_a_choice() {
        let base = document("");
        let mine = document("[settings.keys]\nmax_lifetime = \"180d\"\n");
        let theirs = document("[settings.keys]\nmax_lifetime = \"90d\"\n");
        let places = places(&base, &mine, &theirs);
        assert_eq!(places.len(), 1);
        assert!(places[0].clashes());
        assert_eq!(places[0].place.path(), "settings.keys.max_lifetime");
        for (take, expected) in [(MergeTake::Yours, "180d"), (MergeTake::Theirs, "90d")] {
            let merged = rules_merged(&theirs, &places, |_| take);
            assert_eq!(merged.settings.keys.max_lifetime, expected);
        }
    }

    #[test]
    fn both_of_a_list_has_what_either_added_without_what_either_removed() {
        let list = |entries: &str| document(&format!("[access]\naddresses_allowed = {entries}\n"));
        let base = list("[\"10.0.0.0/8\", \"172.16.0.0/12\"]");
        let mine = list("[\"10.0.0.0/8\", \"192.0.2.0/24\"]");
        let theirs = list("[\"10.0.0.0/8\", \"172.16.0.0/12\", \"192.168.40.0/24\"]");
        let places = places(&base, &mine, &theirs);
        let rows = shown(&places, &[], &[]);
        assert!(rows[0].clash && rows[0].list);
        let merged = rules_merged(&theirs, &places, |_| MergeTake::Both);
        assert_eq!(
            merged.access.addresses_allowed,
            ["10.0.0.0/8", "192.168.40.0/24", "192.0.2.0/24"]
        );
    }

    #[test]
    fn rules_of_a_product_are_places_of_their_own() {
        let base = document("");
        let mut mine = base.clone();
        mine.products[0].access.groups_allowed = vec!["staff".to_owned()];
        let mut theirs = base.clone();
        theirs.products[0].base_url = "http://b".to_owned();
        let places = places(&base, &mine, &theirs);
        let paths: Vec<String> = places.iter().map(|one| one.place.path()).collect();
        assert_eq!(
            paths,
            ["products.jira.x.access.groups_allowed", "products.jira.x"]
        );
        assert!(places.iter().all(|place| !place.clashes()));
        let merged = rules_merged(&theirs, &places, |_| MergeTake::Yours);
        assert_eq!(merged.products[0].access.groups_allowed, ["staff"]);
        assert_eq!(merged.products[0].base_url, "http://b");
    }

    #[test]
    fn the_same_change_on_both_sides_is_none_to_choose() {
        let base = document("");
        let mine = document("[settings]\nread_only = true\n");
        let places = places(&base, &mine, &mine);
        assert!(!places[0].clashes());
    }
}
