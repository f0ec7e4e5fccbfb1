//! Many API keys in the gateway's store, without a call of the admin API for each.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use gatewright_keys::{ApiKey, KeyId, KeyKind};
use gatewright_store::{KeyStore as _, Narrowing, NewKey, SealKey, SqliteStore};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::ours::Setup;

/// How many of them are told: those that requests carry.
const TOLD: usize = 64;

/// Makes the keys; returns some of them. Each is narrowed by a path and has an owner of its own.
pub(crate) fn fill(data: &Path, setup: &Setup) -> Result<Vec<String>> {
    let seal = SealKey::read_or_create(&data.join("seal.key"))?;
    let store = SqliteStore::open(data, Some(seal)).context("the store")?;
    let pepper = store.key_pepper()?;
    let mut random = StdRng::seed_from_u64(1);
    let mut told = Vec::new();
    for number in 0..setup.keys {
        let key = ApiKey::generate(&mut random);
        store.add_key(
            &NewKey {
                id: KeyId::new(number as u64 + 1),
                tag: pepper.tag(&key.digest()),
                shown: key.shown_prefix().to_owned(),
                kind: KeyKind::Bearer,
                owner: format!("u{number}-{}", setup.groups),
                name: format!("key {number}"),
                at: now(),
                by: "bench".to_owned(),
                expires_at: None,
                max_uses: None,
                narrowing: Narrowing {
                    paths: vec!["/rest/**".to_owned()],
                    ..Narrowing::default()
                },
            },
            u32::MAX,
        )?;
        if told.len() < TOLD {
            told.push(key.secret().expose().to_owned());
        }
    }
    Ok(told)
}

#[expect(clippy::disallowed_methods, reason = "keys are made now")]
fn now() -> time::OffsetDateTime {
    SystemTime::now().into()
}
