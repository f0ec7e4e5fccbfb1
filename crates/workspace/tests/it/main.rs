//! The workspace on a real disk.

mod file;
mod vault;

use gatewright_workspace::{ActAs, Product, ProductKind};

/// A product to keep.
fn product(id: &str) -> Product {
    Product {
        id: id.to_owned(),
        kind: ProductKind::Jira,
        version: "10.3.2".to_owned(),
        title: "Jira".to_owned(),
        base_url: "http://127.0.0.1:1/jira".to_owned(),
        public_url: "/jira".to_owned(),
        directory_user: None,
        act_as: ActAs::Oauth1 {
            consumer_key: "gatewright".to_owned(),
        },
        key_pair: None,
        directory_check: None,
        act_as_check: None,
    }
}
