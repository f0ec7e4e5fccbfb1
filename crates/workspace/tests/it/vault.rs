#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatewright_secret::SecretString;
use gatewright_workspace::{
    Keychain, KeychainError, SecretError, VaultError, VaultState, Workspace,
};

/// A keychain in memory, which can be taken away.
#[derive(Default)]
struct Memory {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    absent: bool,
}

impl Memory {
    fn check(&self) -> Result<(), KeychainError> {
        if self.absent {
            return Err(KeychainError::Absent {
                detail: "no service is running".to_owned(),
            });
        }
        Ok(())
    }
}

impl Keychain for Memory {
    fn read(&self, account: &str) -> Result<Option<Vec<u8>>, KeychainError> {
        self.check()?;
        Ok(self.entries.lock().unwrap().get(account).cloned())
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeychainError> {
        self.check()?;
        self.entries
            .lock()
            .unwrap()
            .insert(account.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<(), KeychainError> {
        self.check()?;
        self.entries.lock().unwrap().remove(account);
        Ok(())
    }
}

const LIMIT: Duration = Duration::from_secs(30);

fn absent() -> Arc<Memory> {
    Arc::new(Memory {
        absent: true,
        ..Memory::default()
    })
}

#[tokio::test]
async fn a_secret_survives_a_restart_and_is_in_no_file_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(Memory::default());
    let workspace = Workspace::open(folder.path()).unwrap();
    assert!(matches!(
        workspace.put_secret("a", &SecretString::new("canary")),
        Err(SecretError::Locked)
    ));
    let state = workspace
        .open_with_keychain(keychain.clone(), LIMIT)
        .await
        .unwrap();
    assert_eq!(state, VaultState::Keychain);
    workspace
        .put_secret("a", &SecretString::new("canary"))
        .unwrap();
    drop(workspace);

    let bytes = std::fs::read(folder.path().join("workspace.db")).unwrap();
    assert!(!bytes.windows(6).any(|window| window == b"canary"));

    let workspace = Workspace::open(folder.path()).unwrap();
    assert!(matches!(workspace.secret("a"), Err(SecretError::Locked)));
    workspace.open_with_keychain(keychain, LIMIT).await.unwrap();
    assert!(workspace.secret("a").unwrap().unwrap().matches("canary"));
    assert!(workspace.secret("b").unwrap().is_none());
    workspace.remove_secret("a").unwrap();
    assert!(!workspace.has_secret("a").unwrap());
}

#[tokio::test]
async fn another_key_opens_nothing_and_destroys_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let right = Arc::new(Memory::default());
    let workspace = Workspace::open(folder.path()).unwrap();
    workspace
        .open_with_keychain(right.clone(), LIMIT)
        .await
        .unwrap();
    workspace
        .put_secret("a", &SecretString::new("canary"))
        .unwrap();
    let account = right.entries.lock().unwrap().keys().next().unwrap().clone();
    drop(workspace);

    let wrong = Arc::new(Memory::default());
    wrong.entries.lock().unwrap().insert(account, vec![7; 32]);
    for keychain in [wrong, Arc::new(Memory::default()), absent()] {
        let workspace = Workspace::open(folder.path()).unwrap();
        let state = workspace.open_with_keychain(keychain, LIMIT).await.unwrap();
        assert!(matches!(state, VaultState::NoKeychain { .. }), "{state:?}");
        assert!(matches!(
            workspace.open_with_passphrase(&SecretString::new("a long passphrase")),
            Err(VaultError::KeyIsInKeychain)
        ));
    }

    let workspace = Workspace::open(folder.path()).unwrap();
    workspace.open_with_keychain(right, LIMIT).await.unwrap();
    assert!(workspace.secret("a").unwrap().unwrap().matches("canary"));
}

#[tokio::test]
async fn without_a_keychain_a_passphrase_opens_it_now_and_later() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let state = workspace.open_with_keychain(absent(), LIMIT).await.unwrap();
    assert_eq!(
        state,
        VaultState::NoKeychain {
            detail: "no service is running".to_owned()
        }
    );
    assert!(matches!(
        workspace.open_with_passphrase(&SecretString::new("too short")),
        Err(VaultError::ShortPassphrase)
    ));
    workspace
        .open_with_passphrase(&SecretString::new("correct horse battery"))
        .unwrap();
    assert_eq!(workspace.vault_state().unwrap(), VaultState::Passphrase);
    workspace
        .put_secret("a", &SecretString::new("canary"))
        .unwrap();
    drop(workspace);

    let workspace = Workspace::open(folder.path()).unwrap();
    // A keychain that answers by now does not replace the passphrase.
    let state = workspace
        .open_with_keychain(Arc::new(Memory::default()), LIMIT)
        .await
        .unwrap();
    assert_eq!(state, VaultState::Locked);
    assert!(matches!(
        workspace.open_with_passphrase(&SecretString::new("correct horse batterz")),
        Err(VaultError::WrongPassphrase)
    ));
    workspace
        .open_with_passphrase(&SecretString::new("correct horse battery"))
        .unwrap();
    assert!(workspace.secret("a").unwrap().unwrap().matches("canary"));
}

#[tokio::test]
async fn two_calls_at_once_make_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let keychain = Arc::new(Memory::default());
    let workspace = Workspace::open(folder.path()).unwrap();
    let (first, second) = tokio::join!(
        workspace.open_with_keychain(keychain.clone(), LIMIT),
        workspace.open_with_keychain(keychain.clone(), LIMIT),
    );
    assert_eq!(
        (first.unwrap(), second.unwrap()),
        (VaultState::Keychain, VaultState::Keychain)
    );
    workspace
        .put_secret("a", &SecretString::new("canary"))
        .unwrap();
    drop(workspace);
    let workspace = Workspace::open(folder.path()).unwrap();
    workspace.open_with_keychain(keychain, LIMIT).await.unwrap();
    assert!(workspace.secret("a").unwrap().unwrap().matches("canary"));
}
