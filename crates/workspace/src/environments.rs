//! Several environments: each a file of its own beside the first, all sealed with one key.

use std::sync::Arc;

use crate::database::{COMPUTER, OpenError, StoreError, Workspace};
use crate::record::Environment;
use crate::seal::random_id;

/// The id of the environment in the first file.
const FIRST: &str = "first";
/// The ids of the others, in their order.
const OTHERS: &str = "environments";
/// Whether the first file holds an environment that is to be seen.
const FIRST_GONE: &str = "first-environment-removed";
/// The id of the one that was worked with last.
const CURRENT: &str = "current-environment";

impl Workspace {
    /// The id of the environment in the first file.
    pub const FIRST: &str = FIRST;

    /// The ids of all environments in the order in which they were added.
    pub fn environment_ids(&self) -> Result<Vec<String>, StoreError> {
        let gone = self
            .computer_preference::<bool>(FIRST_GONE)?
            .unwrap_or_default();
        let mut ids = Vec::new();
        if !gone {
            ids.push(FIRST.to_owned());
        }
        ids.extend(self.environment_files()?);
        Ok(ids)
    }

    /// The ids of the environments that have files of their own.
    pub(crate) fn environment_files(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.computer_preference(OTHERS)?.unwrap_or_default())
    }

    /// The id of the environment that was worked with last.
    pub fn current_environment(&self) -> Result<String, StoreError> {
        let ids = self.environment_ids()?;
        let last: Option<String> = self.computer_preference(CURRENT)?;
        Ok(last
            .filter(|last| ids.contains(last))
            .or_else(|| ids.first().cloned())
            .unwrap_or_else(|| FIRST.to_owned()))
    }

    /// Remembers which environment is worked with.
    pub fn set_current_environment(&self, id: &str) -> Result<(), StoreError> {
        self.set_computer_preference(CURRENT, &id)
    }

    /// Opens one of the environments; the first is this workspace itself.
    pub fn open_environment(first: &Arc<Self>, id: &str) -> Result<Arc<Self>, OpenError> {
        if id == FIRST {
            return Ok(Arc::clone(first));
        }
        Self::open_beside(Arc::clone(first), &file_of(id)).map(Arc::new)
    }

    /// Makes an environment and gives its id.
    pub fn add_environment(
        first: &Arc<Self>,
        environment: &Environment,
    ) -> Result<(String, Arc<Self>), OpenError> {
        let store = |source| OpenError::Store {
            path: first.path().to_owned(),
            source,
        };
        let id = random_id()
            .ok_or(rusqlite::Error::InvalidQuery)
            .map_err(StoreError::from)
            .map_err(store)?;
        let made = Self::open_environment(first, &id)?;
        made.set_environment(environment).map_err(store)?;
        let mut ids = first.environment_files().map_err(store)?;
        ids.push(id.clone());
        first.set_computer_preference(OTHERS, &ids).map_err(store)?;
        Ok((id, made))
    }

    /// Removes an environment with all that is kept in it; `opened` is its open file.
    pub fn remove_environment(&self, id: &str, opened: &Self) -> Result<(), StoreError> {
        opened.forget_everything()?;
        if id == FIRST {
            return self.set_computer_preference(FIRST_GONE, &true);
        }
        let mut ids = self.environment_files()?;
        ids.retain(|one| one != id);
        self.set_computer_preference(OTHERS, &ids)?;
        // Where the system does not delete an open file, an empty one stays.
        let _ = std::fs::remove_file(opened.path());
        Ok(())
    }

    /// Overwrites all that belongs to this environment; vault and computer preferences stay.
    fn forget_everything(&self) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for table in [
                "secrets",
                "products",
                "providers",
                "tokens",
                "test_outcomes",
                "checks",
                "own_endpoints",
                "history",
            ] {
                transaction.execute(&format!("DELETE FROM {table}"), [])?;
            }
            transaction.execute(
                "DELETE FROM settings WHERE name NOT LIKE ?1",
                [format!("{COMPUTER}%")],
            )?;
            transaction.commit()
        })
    }
}

/// The name of an environment's file.
fn file_of(id: &str) -> String {
    format!("environment-{id}.db")
}

/// Whether a name is one of an environment's file.
pub(crate) fn is_file(name: &str) -> bool {
    name.strip_prefix("environment-")
        .and_then(|rest| rest.strip_suffix(".db"))
        .is_some_and(|id| {
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}
