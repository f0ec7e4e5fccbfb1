//! One change alone, applied to a document.

use gatewright_config::Change;
use gatewright_config::raw::Document;
use serde_json::{Map, Value};

/// `document` with this one change towards `towards`; `None` if the path leads nowhere. The tests
/// of the rules are left out: they must not keep the rules from being compared.
pub(crate) fn isolate(
    document: &Document,
    towards: &Document,
    change: &Change,
) -> Option<Document> {
    let strip = |document: &Document| {
        let mut document = document.clone();
        document.expect.clear();
        serde_json::to_value(document).ok()
    };
    let mut value = strip(document)?;
    let source = strip(towards)?;
    apply(&mut value, &source, change)?;
    serde_json::from_value(value).ok()
}

fn apply(value: &mut Value, source: &Value, change: &Change) -> Option<()> {
    if let Some(rest) = change.path.strip_prefix("products.") {
        return product(value, source, rest, change);
    }
    let keys: Vec<&str> = change.path.split('.').collect();
    at(value, source, &keys, change)
}

fn product(value: &mut Value, source: &Value, rest: &str, change: &Change) -> Option<()> {
    let there = find(source, rest);
    let here = find(value, rest);
    if let (Some((_, key)), Some((_, other))) = (&here, &there)
        && key == other
        && !key.is_empty()
    {
        let keys: Vec<String> = key.split('.').map(str::to_owned).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let source = source.get("products")?.get(there.as_ref()?.0)?.clone();
        let index = here.as_ref()?.0;
        let target = value.get_mut("products")?.get_mut(index)?;
        return at(target, &source, &keys, change);
    }
    let exact = |found: Option<(usize, String)>| found.filter(|(_, key)| key.is_empty());
    match (exact(here), exact(there)) {
        (None, Some((index, _))) => {
            let new = source.get("products")?.get(index)?.clone();
            let root = value.as_object_mut()?;
            root.entry("products")
                .or_insert_with(|| Value::Array(Vec::new()))
                .as_array_mut()?
                .push(new);
        }
        (Some((index, _)), None) => {
            let id = value.get("products")?.get(index)?.get("id")?.clone();
            value.get_mut("products")?.as_array_mut()?.remove(index);
            // Rules about a product that is gone go with it.
            for list in ["public", "bypass"] {
                if let Some(rules) = value
                    .get_mut("access")
                    .and_then(|access| access.get_mut(list))
                    .and_then(Value::as_array_mut)
                {
                    rules.retain(|rule| rule.get("product") != Some(&id));
                }
            }
        }
        (Some(_), Some(_)) | (None, None) => return None,
    }
    Some(())
}

/// The product whose id begins the text, and what follows behind its dot. Ids may have dots.
fn find(value: &Value, text: &str) -> Option<(usize, String)> {
    let products = value.get("products")?.as_array()?;
    products
        .iter()
        .enumerate()
        .filter_map(|(index, product)| {
            let id = product.get("id")?.as_str()?;
            let rest = text.strip_prefix(id)?;
            let rest = if rest.is_empty() {
                rest
            } else {
                rest.strip_prefix('.')?
            };
            Some((index, id.len(), rest.to_owned()))
        })
        .max_by_key(|(_, length, _)| *length)
        .map(|(index, _, rest)| (index, rest))
}

fn at(target: &mut Value, source: &Value, keys: &[&str], change: &Change) -> Option<()> {
    let (last, parents) = keys.split_last()?;
    let mut place = target;
    let mut from = Some(source);
    for key in parents {
        from = from.and_then(|from| from.get(key));
        place = place
            .as_object_mut()?
            .entry(*key)
            .or_insert_with(|| Value::Object(Map::new()));
    }
    let new = from.and_then(|from| from.get(last)).cloned();
    let place = place.as_object_mut()?;
    let is_list =
        new.as_ref().is_some_and(Value::is_array) || place.get(*last).is_some_and(Value::is_array);
    if is_list {
        return entry(place, last, new.as_ref(), change);
    }
    match new {
        Some(new) => {
            place.insert((*last).to_owned(), new);
        }
        None => {
            place.remove(*last);
        }
    }
    Some(())
}

/// One entry of a list comes or goes.
fn entry(
    place: &mut Map<String, Value>,
    key: &str,
    new: Option<&Value>,
    change: &Change,
) -> Option<()> {
    let list = place
        .entry(key)
        .or_insert_with(|| Value::Array(Vec::new()))
        .as_array_mut()?;
    match (&change.before, &change.after) {
        (None, Some(added)) => {
            let added = new?
                .as_array()?
                .iter()
                .find(|one| shown(one).as_ref() == Some(added))?;
            list.push(added.clone());
        }
        (Some(removed), None) => list.retain(|one| shown(one).as_ref() != Some(removed)),
        (Some(_), Some(_)) | (None, None) => return None,
    }
    Some(())
}

/// An entry as a difference shows it.
fn shown(entry: &Value) -> Option<String> {
    if let Some(text) = entry.as_str() {
        return Some(text.to_owned());
    }
    let part = |key: &str| entry.get(key).and_then(Value::as_str);
    if let (Some(product), Some(path)) = (part("product"), part("path")) {
        return Some(format!("{product} {path}"));
    }
    Some(format!("{} until {}", part("rule")?, part("until")?))
}
