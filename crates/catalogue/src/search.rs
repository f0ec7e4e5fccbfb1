//! Finding a provider by what one calls it.

use crate::provider::Provider;
use crate::providers::providers;

/// The providers in whose name, id, group or further words every word of the query occurs, those
/// whose name begins with it first. An empty query finds all; the custom ones stand at the end.
pub fn search(query: &str) -> Vec<&'static Provider> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<&'static Provider> = providers()
        .iter()
        .copied()
        .filter(|provider| {
            let text = [
                &[provider.name, provider.id, provider.group],
                provider.keywords,
            ]
            .concat()
            .join(" ")
            .to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    if let Some(first) = words.first() {
        found.sort_by_key(|provider| {
            (
                provider.group == "Custom",
                !provider.name.to_lowercase().starts_with(first),
            )
        });
    }
    found
}
