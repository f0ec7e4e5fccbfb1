//! Look-ups per product, with their paging.

use serde_json::Value;

use super::{Directory, DirectoryError, Lookup, User};
use crate::answer::same_user;
use crate::product::ProductKind;
use crate::{bitbucket, confluence, jira};

/// How many entries of a list are read before it is called endless.
const LONGEST_LIST: usize = 10_000;

/// How many groups are asked one by one for a member.
const MOST_GROUPS: usize = 500;

pub(super) fn misread(what: &str) -> DirectoryError {
    DirectoryError::UnexpectedAnswer {
        status: 200,
        detail: format!("this is no {what}"),
    }
}

pub(super) async fn account(directory: &Directory) -> Result<User, DirectoryError> {
    let path = directory.kind.who_am_i();
    let refused = || DirectoryError::CredentialRefused { words: None };
    match directory.kind {
        ProductKind::Jira => {
            let body = directory.ask(path).await?.ok_or_else(|| misread("user"))?;
            jira::reply::user(&body).ok_or_else(refused)
        }
        ProductKind::Confluence => {
            let body = directory.ask(path).await?.ok_or_else(|| misread("user"))?;
            confluence::reply::user(&body).ok_or_else(refused)
        }
        ProductKind::Bitbucket => {
            let name = directory.named_by(path).await?.ok_or_else(refused)?;
            match by_name(directory, &name).await? {
                Lookup::Found(user) | Lookup::Inactive(user) | Lookup::Deleted(user) => Ok(user),
                Lookup::NotFound | Lookup::Ambiguous { .. } => Err(misread("user")),
            }
        }
    }
}

pub(super) async fn by_name(directory: &Directory, name: &str) -> Result<Lookup, DirectoryError> {
    let exact = |user: Option<User>| match user {
        Some(user) if same_user(&user.name, name) => Ok(one(user)),
        // Another user than the one asked for must never pass for them.
        Some(_) | None => Err(misread("user of this name")),
    };
    match directory.kind {
        ProductKind::Jira => match directory.ask(&jira::request::user(name)).await? {
            Some(body) => exact(jira::reply::user(&body)),
            None => jira_deleted(directory, name).await,
        },
        ProductKind::Confluence => match directory.ask(&confluence::request::user(name)).await? {
            Some(body) => exact(confluence::reply::user(&body)),
            None => Ok(Lookup::NotFound),
        },
        ProductKind::Bitbucket => {
            // The slug is mostly the name in lower case; the name in the answer decides.
            let slug = name.to_lowercase();
            let usable = !matches!(slug.as_str(), "." | "..");
            if usable
                && let Some(body) = directory.ask(&bitbucket::request::user(&slug)).await?
                && let Some(user) = bitbucket::reply::user(&body)
                && same_user(&user.name, name)
            {
                return Ok(one(user));
            }
            let users = bitbucket_users(directory, name).await?;
            Ok(chosen(
                users
                    .into_iter()
                    .filter(|user| same_user(&user.name, name))
                    .collect(),
            ))
        }
    }
}

pub(super) async fn by_email(directory: &Directory, email: &str) -> Result<Lookup, DirectoryError> {
    let has_it = |user: &User| {
        user.email
            .as_deref()
            .is_some_and(|own| same_user(own, email))
    };
    let users = match directory.kind {
        ProductKind::Jira => jira_users(directory, email).await?,
        ProductKind::Confluence => return Err(DirectoryError::NoEmail),
        ProductKind::Bitbucket => bitbucket_users(directory, email).await?,
    };
    Ok(chosen(users.into_iter().filter(has_it).collect()))
}

pub(super) async fn groups(
    directory: &Directory,
    user: &User,
) -> Result<Vec<String>, DirectoryError> {
    match directory.kind {
        ProductKind::Jira => match directory.ask(&jira::request::groups(user)).await? {
            Some(body) => jira::reply::groups(&body).ok_or_else(|| misread("list of groups")),
            None => Ok(Vec::new()),
        },
        ProductKind::Confluence => confluence_groups(directory, user).await,
        ProductKind::Bitbucket => match bitbucket_groups(directory, user).await {
            // Access tokens are refused under /admin, and the published reference contradicts
            // itself about what this path answers.
            Err(
                DirectoryError::PermissionMissing { .. } | DirectoryError::UnexpectedAnswer { .. },
            ) => bitbucket_groups_one_by_one(directory, user).await,
            read => read,
        },
    }
}

fn one(user: User) -> Lookup {
    match (user.deleted, user.active) {
        (true, _) => Lookup::Deleted(user),
        (false, true) => Lookup::Found(user),
        (false, false) => Lookup::Inactive(user),
    }
}

/// One active user goes before inactive ones; several of a kind are ambiguous.
fn chosen(users: Vec<User>) -> Lookup {
    let (active, others): (Vec<User>, Vec<User>) = users
        .into_iter()
        .partition(|user| user.active && !user.deleted);
    let mut candidates = if active.is_empty() { others } else { active };
    match candidates.len() {
        0 => Lookup::NotFound,
        1 => candidates.pop().map_or(Lookup::NotFound, one),
        _ => Lookup::Ambiguous { users: candidates },
    }
}

/// Jira tells of a deleted user only when it is asked to, and only administrators.
async fn jira_deleted(directory: &Directory, name: &str) -> Result<Lookup, DirectoryError> {
    match directory.ask(&jira::request::deleted_user(name)).await {
        Ok(body) => Ok(body
            .as_ref()
            .and_then(jira::reply::user)
            .filter(|user| same_user(&user.name, name))
            .map_or(Lookup::NotFound, one)),
        Err(DirectoryError::PermissionMissing { .. } | DirectoryError::UnexpectedAnswer { .. }) => {
            Ok(Lookup::NotFound)
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn jira_users(
    directory: &Directory,
    text: &str,
) -> Result<Vec<User>, DirectoryError> {
    let mut users: Vec<User> = Vec::new();
    loop {
        let path = jira::request::users_with(text, users.len());
        let body = directory
            .ask(&path)
            .await?
            .ok_or_else(|| misread("list of users"))?;
        let page = jira::reply::users(&body).ok_or_else(|| misread("list of users"))?;
        let full = page.len() >= jira::request::PAGE;
        users.extend(page);
        if !full {
            return Ok(users);
        }
        too_long(users.len())?;
    }
}

async fn confluence_groups(
    directory: &Directory,
    user: &User,
) -> Result<Vec<String>, DirectoryError> {
    let mut groups: Vec<String> = Vec::new();
    loop {
        let path = confluence::request::groups(user, groups.len());
        let Some(body) = directory.ask(&path).await? else {
            return Ok(groups);
        };
        let (page, more) =
            confluence::reply::groups(&body).ok_or_else(|| misread("list of groups"))?;
        let empty = page.is_empty();
        groups.extend(page);
        if !more || empty {
            return Ok(groups);
        }
        too_long(groups.len())?;
    }
}

pub(super) async fn bitbucket_users(
    directory: &Directory,
    text: &str,
) -> Result<Vec<User>, DirectoryError> {
    pages(
        directory,
        |start| bitbucket::request::users_with(text, start),
        bitbucket::reply::user,
    )
    .await
}

async fn bitbucket_groups(
    directory: &Directory,
    user: &User,
) -> Result<Vec<String>, DirectoryError> {
    pages(
        directory,
        |start| bitbucket::request::groups(user, start),
        bitbucket::reply::group,
    )
    .await
}

async fn bitbucket_groups_one_by_one(
    directory: &Directory,
    user: &User,
) -> Result<Vec<String>, DirectoryError> {
    let all = pages(
        directory,
        bitbucket::request::all_groups,
        bitbucket::reply::group,
    )
    .await?;
    if all.len() > MOST_GROUPS {
        return Err(DirectoryError::TooMany { limit: MOST_GROUPS });
    }
    let mut groups = Vec::new();
    for group in all {
        let members = pages(
            directory,
            |start| bitbucket::request::members_with(&group, &user.name, start),
            bitbucket::reply::user,
        )
        .await?;
        if members
            .iter()
            .any(|member| same_user(&member.name, &user.name))
        {
            groups.push(group);
        }
    }
    Ok(groups)
}

/// All pages of one of Bitbucket's lists.
pub(super) async fn pages<T>(
    directory: &Directory,
    path: impl Fn(usize) -> String,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<T>, DirectoryError> {
    let mut entries = Vec::new();
    let mut start = 0;
    loop {
        let body = directory
            .ask(&path(start))
            .await?
            .ok_or_else(|| misread("list"))?;
        let (page, next) = bitbucket::reply::page(&body, &read).ok_or_else(|| misread("list"))?;
        entries.extend(page);
        match next {
            Some(next) if next > start => start = next,
            Some(_) | None => return Ok(entries),
        }
        too_long(entries.len())?;
    }
}

pub(super) fn too_long(length: usize) -> Result<(), DirectoryError> {
    if length > LONGEST_LIST {
        return Err(DirectoryError::TooMany {
            limit: LONGEST_LIST,
        });
    }
    Ok(())
}
