//! `gatewright key`.

use gatewright_commands::terminal::{
    self, Answer, CreateKey, KeyKind, KeyQuery, KeyState, RotateKey, Surroundings,
};
use gatewright_wire::WireError;

use crate::arguments::{
    CreateKeyArguments, KeyKindArgument, KeyStateArgument, KeyVerb, ListKeyArguments,
};
use crate::secrets::Secrets;

pub(crate) async fn key(
    around: &Surroundings,
    verb: KeyVerb,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    match verb {
        KeyVerb::Create(arguments) => create(around, *arguments).await,
        KeyVerb::List(arguments) => list(around, *arguments).await,
        KeyVerb::Show { id, to } => terminal::show_key(around, &to.into(), &id).await,
        KeyVerb::Revoke { id, owner, to } => {
            terminal::revoke_keys(around, &to.into(), id, owner).await
        }
        KeyVerb::Rotate {
            id,
            overlap,
            expires,
            to,
        } => {
            let how = RotateKey { overlap, expires };
            terminal::rotate_key(around, &to.into(), &id, &how).await
        }
        KeyVerb::Leaked { stdin: _, to } => {
            let text = secrets.read_stdin("text")?;
            terminal::leaked_keys(around, &to.into(), &text).await
        }
    }
}

async fn create(around: &Surroundings, arguments: CreateKeyArguments) -> Result<Answer, WireError> {
    let key = CreateKey {
        owner: arguments.owner,
        name: arguments.name,
        kind: kind(arguments.kind),
        expires: arguments.expires,
        max_uses: arguments.max_uses,
        read_only: arguments.read_only,
        products: arguments.product,
        paths: arguments.path,
        addresses: arguments.address,
    };
    terminal::create_key(around, &arguments.to.into(), &key).await
}

async fn list(around: &Surroundings, arguments: ListKeyArguments) -> Result<Answer, WireError> {
    let query = KeyQuery {
        q: arguments.search,
        owner: arguments.owner,
        kind: arguments.kind.map(kind),
        state: arguments.state.map(|state| match state {
            KeyStateArgument::Active => KeyState::Active,
            KeyStateArgument::Exhausted => KeyState::Exhausted,
            KeyStateArgument::Expired => KeyState::Expired,
            KeyStateArgument::Revoked => KeyState::Revoked,
        }),
        limit: arguments.limit,
        ..KeyQuery::default()
    };
    terminal::list_keys(around, &arguments.to.into(), &query).await
}

fn kind(kind: KeyKindArgument) -> KeyKind {
    match kind {
        KeyKindArgument::Bearer => KeyKind::Bearer,
        KeyKindArgument::Basic => KeyKind::Basic,
    }
}
