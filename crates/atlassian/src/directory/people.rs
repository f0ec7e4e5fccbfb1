//! Everybody whom a text could mean, and by what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::look_up::{bitbucket_users, by_name, jira_users, misread};
use super::{Directory, DirectoryError, Lookup, User};
use crate::answer::same_user;
use crate::product::ProductKind;
use crate::{bitbucket, confluence, jira};

/// A user whom a text could mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The user.
    pub user: User,
    /// What of the user the text is.
    pub by: MatchedBy,
}

/// What of a user a text is; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// The name to sign in with.
    Name,
    /// What stays when the name changes.
    Key,
    /// Bitbucket's name in paths.
    Slug,
    /// The e-mail address.
    Email,
    /// The whole name for people.
    DisplayName,
    /// A part of one of them.
    Part,
}

impl MatchedBy {
    fn of(user: &User, text: &str) -> Self {
        let is = |value: Option<&str>| value.is_some_and(|value| same_user(value, text));
        if same_user(&user.name, text) {
            Self::Name
        } else if user.key.as_deref() == Some(text) {
            Self::Key
        } else if is(user.slug.as_deref()) {
            Self::Slug
        } else if is(user.email.as_deref()) {
            Self::Email
        } else if is(user.display_name.as_deref()) {
            Self::DisplayName
        } else {
            Self::Part
        }
    }
}

pub(super) async fn find(
    directory: &Directory,
    text: &str,
    limit: usize,
) -> Result<Vec<Match>, DirectoryError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut users: Vec<User> = match by_name(directory, text).await? {
        Lookup::Found(user) | Lookup::Inactive(user) | Lookup::Deleted(user) => vec![user],
        Lookup::Ambiguous { users } => users,
        Lookup::NotFound => Vec::new(),
    };
    match directory.kind {
        ProductKind::Jira => {
            let by_key = jira::request::user_by_key(text);
            let found = if_it_is_one(directory.ask(&by_key).await)?;
            users.extend(found.as_ref().and_then(jira::reply::user));
            users.extend(jira_users(directory, text).await?);
        }
        // Its REST API has no search for users: name and key are all.
        ProductKind::Confluence => {
            let by_key = confluence::request::user_by_key(text);
            let found = if_it_is_one(directory.ask(&by_key).await)?;
            users.extend(found.as_ref().and_then(confluence::reply::user));
        }
        ProductKind::Bitbucket => {
            if !matches!(text, "." | "..") {
                let by_slug = bitbucket::request::user(&text.to_lowercase());
                let found = directory.ask(&by_slug).await?;
                if let Some(body) = &found {
                    users.push(bitbucket::reply::user(body).ok_or_else(|| misread("user"))?);
                }
            }
            users.extend(bitbucket_users(directory, text).await?);
        }
    }
    let mut matches: Vec<Match> = Vec::new();
    for user in users {
        if !matches
            .iter()
            .any(|known| same_user(&known.user.name, &user.name))
        {
            matches.push(Match {
                by: MatchedBy::of(&user, text),
                user,
            });
        }
    }
    matches.sort_by_key(|found| found.by);
    matches.truncate(limit);
    Ok(matches)
}

/// A text that is no key at all is refused by some versions: then nobody has it.
fn if_it_is_one(
    asked: Result<Option<Value>, DirectoryError>,
) -> Result<Option<Value>, DirectoryError> {
    match asked {
        Err(DirectoryError::UnexpectedAnswer { .. } | DirectoryError::PermissionMissing { .. }) => {
            Ok(None)
        }
        answered => answered,
    }
}
