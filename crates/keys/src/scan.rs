//! Keys in other people's text: logs, commits, tickets.

use crate::key::{ApiKey, KEY_LENGTH, KEY_PREFIX};

/// Every key in a text, by form and checksum alone; each once, in the order of their places.
///
/// What stands directly before or behind a key does not hide it.
pub fn find_keys(text: &str) -> Vec<ApiKey> {
    let mut found: Vec<ApiKey> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (place, _) in text.match_indices(KEY_PREFIX) {
        let Some(candidate) = text.get(place..place + KEY_LENGTH) else {
            continue;
        };
        if let Ok(key) = ApiKey::parse(candidate)
            && seen.insert(key.digest())
        {
            found.push(key);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_keys_wherever_they_stand_and_each_once() {
        let mut rng = rand::rng();
        let (one, other) = (ApiKey::generate(&mut rng), ApiKey::generate(&mut rng));
        let text = format!(
            "token={}; \u{e4}gw_gw_{}x\n\"{}\" gw_0000 gw_",
            one.secret().expose(),
            other.secret().expose(),
            one.secret().expose()
        );
        let found: Vec<[u8; 32]> = find_keys(&text).iter().map(ApiKey::digest).collect();
        assert_eq!(found, [one.digest(), other.digest()]);
    }

    #[test]
    fn what_has_another_checksum_is_none() {
        let text = format!("gw_{}", "A".repeat(36));
        assert!(find_keys(&text).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), tail in "gw_\\PC{0,60}") {
            let _ = find_keys(&text);
            let _ = find_keys(&format!("{text}{tail}"));
        }
    }
}
