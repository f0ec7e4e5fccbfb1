//! `pair-code`: lets an admin in. It works beside a running gateway, on the same database.

use std::fs;

use gatewright_admin::{PAIR_CODE_LIFE, make_pair_code};
use gatewright_admin_api::Fingerprint;
use gatewright_store::{Role, SqliteStore};
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use crate::arguments::PairCode;
use crate::failure::{Failure, with_causes};
use crate::serve::FINGERPRINT_FILE;

#[expect(clippy::print_stdout, reason = "what was asked for")]
pub(crate) fn pair_code(arguments: &PairCode) -> Result<(), Failure> {
    let directory = &arguments.data.directory;
    let store = SqliteStore::open(directory, None)
        .map_err(|error| Failure::unable("store", with_causes(&error)).hint(error.hint()))?;
    let fingerprint: Option<Fingerprint> = fs::read_to_string(directory.join(FINGERPRINT_FILE))
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let now = crate::now();
    let role = Role::from(arguments.role);
    let code = make_pair_code(&store, role, fingerprint, now)
        .map_err(|error| Failure::unable("store", with_causes(&error)).hint(error.hint()))?;
    if arguments.json {
        let expires_at = (now + PAIR_CODE_LIFE).format(&Rfc3339).unwrap_or_default();
        println!(
            "{}",
            json!({
                "code": code.shown(),
                "role": role.as_str(),
                "expires_at": expires_at,
                "fingerprint": fingerprint.map(|fingerprint| fingerprint.to_string()),
            })
        );
    } else {
        println!("{}", code.shown());
        eprintln!("Good once, for ten minutes, for an admin with the role {role}.");
    }
    Ok(())
}
