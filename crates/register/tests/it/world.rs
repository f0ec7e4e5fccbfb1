//! A register that can be crashed and opened again.

use std::net::IpAddr;
use std::sync::Arc;

use gatewright_keys::{ApiKey, KeyKind};
use gatewright_register::{Made, Order, Register, Standing};
use gatewright_store::{IssuedKey, Narrowing, SealKey, SqliteStore, Store};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

pub(crate) const NOON: OffsetDateTime = time::macros::datetime!(2026-11-22 12:00 UTC);

pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) register: Arc<Register>,
    _directory: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> =
            Arc::new(SqliteStore::open(directory.path(), Some(SealKey::random())).unwrap());
        Self {
            register: Register::open(Arc::clone(&store), NOON).unwrap(),
            store,
            _directory: directory,
        }
    }

    /// What a killed process leaves behind.
    pub(crate) fn crash(&mut self) {
        self.register = Register::open(Arc::clone(&self.store), NOON).unwrap();
    }

    pub(crate) async fn restart(&mut self) {
        self.register.close().await.unwrap();
        self.crash();
    }

    pub(crate) async fn key(&self, max_uses: Option<u64>) -> Made {
        let order = Order {
            max_uses,
            ..order("fred")
        };
        self.register.make(order, 10).await.unwrap()
    }

    pub(crate) fn kept(&self, made: &Made) -> IssuedKey {
        self.store.key(made.record.id).unwrap().unwrap()
    }

    pub(crate) async fn passes(&self, key: &ApiKey) -> bool {
        self.passes_from(key, "10.0.0.1").await
    }

    pub(crate) async fn passes_from(&self, key: &ApiKey, address: &str) -> bool {
        let address: IpAddr = address.parse().unwrap();
        let redeemed = self.register.redeem(&key.digest(), address, NOON).await;
        matches!(redeemed.unwrap(), Standing::Good(_))
    }
}

pub(crate) fn order(owner: &str) -> Order {
    Order {
        kind: KeyKind::Bearer,
        owner: owner.to_owned(),
        name: "build server".to_owned(),
        expires_at: Some(NOON + Duration::days(90)),
        max_uses: None,
        narrowing: Narrowing::default(),
        by: "ann".to_owned(),
        at: NOON,
    }
}
