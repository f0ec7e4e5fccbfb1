//! Groups, their members, and how many there are.

use serde::{Deserialize, Serialize};

use super::look_up::{misread, too_long};
use super::{Directory, DirectoryError, User};
use crate::product::ProductKind;
use crate::{bitbucket, confluence, jira};

/// The most groups of one search: each costs one more question for its members.
const MOST_GROUPS: usize = 100;

/// A group as the product spells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The name.
    pub name: String,
    /// How many members it has; `None` when the directory account may not see them.
    pub members: Option<MemberCount>,
}

/// How many members a group has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCount {
    /// The number.
    pub count: usize,
    /// Whether there are more than that: only the first page was counted.
    pub or_more: bool,
}

/// What a search for groups found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    /// The groups.
    pub groups: Vec<Group>,
    /// Whether there are more than these.
    pub more: bool,
    /// How many there are in all, where the product says so.
    pub total: Option<usize>,
}

/// The members of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    /// The members; inactive ones are marked. Bitbucket lists only active ones.
    pub users: Vec<User>,
    /// Whether there are more than these.
    pub more: bool,
    /// How many there are in all, where the product says so.
    pub total: Option<usize>,
}

pub(super) async fn groups(
    directory: &Directory,
    search: &str,
    limit: usize,
) -> Result<GroupList, DirectoryError> {
    let limit = limit.clamp(1, MOST_GROUPS);
    let (names, more, total) = match directory.kind {
        ProductKind::Jira => jira_names(directory, search, limit).await?,
        ProductKind::Confluence => confluence_names(directory, search, limit).await?,
        ProductKind::Bitbucket => bitbucket_names(directory, search, limit).await?,
    };
    let mut groups = Vec::with_capacity(names.len());
    let mut may_count = true;
    for name in names {
        let members = if may_count {
            match count(directory, &name).await {
                Ok(members) => members,
                // The account may list groups and not look into them: all the same for the rest.
                Err(DirectoryError::PermissionMissing { .. }) => {
                    may_count = false;
                    None
                }
                Err(error) => return Err(error),
            }
        } else {
            None
        };
        groups.push(Group { name, members });
    }
    Ok(GroupList {
        groups,
        more,
        total,
    })
}

type Names = (Vec<String>, bool, Option<usize>);

async fn jira_names(
    directory: &Directory,
    search: &str,
    limit: usize,
) -> Result<Names, DirectoryError> {
    let path = jira::request::groups_with(search, limit);
    let body = directory.ask(&path).await?;
    let (mut names, total) = body
        .as_ref()
        .and_then(jira::reply::found_groups)
        .ok_or_else(|| misread("list of groups"))?;
    let more = names.len() > limit || total.is_some_and(|total| total > names.len());
    names.truncate(limit);
    Ok((names, more, total))
}

/// Confluence has no search by name: all names are read until enough fit.
async fn confluence_names(
    directory: &Directory,
    search: &str,
    limit: usize,
) -> Result<Names, DirectoryError> {
    let mut names = Vec::new();
    let mut start = 0;
    loop {
        let body = directory
            .ask(&confluence::request::all_groups(start))
            .await?;
        let (page, more) = body
            .as_ref()
            .and_then(confluence::reply::groups)
            .ok_or_else(|| misread("list of groups"))?;
        start += page.len();
        let last = !more || page.is_empty();
        names.extend(page.into_iter().filter(|name| has(name, search)));
        if names.len() > limit {
            names.truncate(limit);
            return Ok((names, true, None));
        }
        if last {
            let total = names.len();
            return Ok((names, false, Some(total)));
        }
        too_long(start)?;
    }
}

async fn bitbucket_names(
    directory: &Directory,
    search: &str,
    limit: usize,
) -> Result<Names, DirectoryError> {
    let mut names = Vec::new();
    let mut start = 0;
    loop {
        let path = bitbucket::request::groups_with(search, start);
        let body = directory.ask(&path).await?;
        let (page, next) = body
            .as_ref()
            .and_then(|body| bitbucket::reply::page(body, bitbucket::reply::group))
            .ok_or_else(|| misread("list of groups"))?;
        names.extend(page.into_iter().filter(|name| has(name, search)));
        if names.len() > limit {
            names.truncate(limit);
            return Ok((names, true, None));
        }
        match next {
            Some(next) if next > start => start = next,
            Some(_) | None => {
                let total = names.len();
                return Ok((names, false, Some(total)));
            }
        }
        too_long(start)?;
    }
}

fn has(name: &str, search: &str) -> bool {
    name.to_lowercase().contains(&search.to_lowercase())
}

/// One question for each group: a total where the product tells it, else one page.
async fn count(directory: &Directory, group: &str) -> Result<Option<MemberCount>, DirectoryError> {
    let exactly = |count| MemberCount {
        count,
        or_more: false,
    };
    match directory.kind {
        ProductKind::Jira => {
            let body = directory.ask(&jira::request::members(group, 0, 1)).await?;
            let page = body.as_ref().and_then(jira::reply::members);
            Ok(page.map(|(users, last, total)| match total {
                Some(total) => exactly(total),
                None => MemberCount {
                    count: users.len(),
                    or_more: !last,
                },
            }))
        }
        ProductKind::Confluence => {
            let body = directory
                .ask(&confluence::request::members(group, 0))
                .await?;
            let page = body.as_ref().and_then(confluence::reply::members);
            Ok(page.map(|(users, more)| MemberCount {
                count: users.len(),
                or_more: more,
            }))
        }
        ProductKind::Bitbucket => {
            let path = bitbucket::request::members(group, 0, bitbucket::request::COUNTED);
            let body = directory.ask(&path).await?;
            let page = body
                .as_ref()
                .and_then(|body| bitbucket::reply::page(body, bitbucket::reply::user));
            Ok(page.map(|(users, next)| MemberCount {
                count: users.len(),
                or_more: next.is_some(),
            }))
        }
    }
}

pub(super) async fn members(
    directory: &Directory,
    group: &str,
    limit: usize,
) -> Result<Option<MemberList>, DirectoryError> {
    let limit = limit.max(1);
    let mut users: Vec<User> = Vec::new();
    let mut start = 0;
    loop {
        let Some((page, next, total)) = members_page(directory, group, start).await? else {
            return Ok(None);
        };
        users.extend(page);
        let more = users.len() > limit || (users.len() == limit && next.is_some());
        if more {
            users.truncate(limit);
        }
        match next {
            Some(next) if !more && next > start => start = next,
            Some(_) | None => {
                return Ok(Some(MemberList {
                    total: total.or_else(|| (!more).then_some(users.len())),
                    users,
                    more,
                }));
            }
        }
        too_long(users.len())?;
    }
}

/// The users of one page, where the next one starts, and how many there are in all.
type Page = (Vec<User>, Option<usize>, Option<usize>);

async fn members_page(
    directory: &Directory,
    group: &str,
    start: usize,
) -> Result<Option<Page>, DirectoryError> {
    let misread = || misread("list of members");
    match directory.kind {
        ProductKind::Jira => {
            let path = jira::request::members(group, start, jira::request::MEMBERS_PAGE);
            let Some(body) = directory.ask(&path).await? else {
                return Ok(None);
            };
            let (users, last, total) = jira::reply::members(&body).ok_or_else(misread)?;
            let next = (!last && !users.is_empty()).then_some(start + users.len());
            Ok(Some((users, next, total)))
        }
        ProductKind::Confluence => {
            let path = confluence::request::members(group, start);
            let Some(body) = directory.ask(&path).await? else {
                return Ok(None);
            };
            let (users, more) = confluence::reply::members(&body).ok_or_else(misread)?;
            let next = (more && !users.is_empty()).then_some(start + users.len());
            Ok(Some((users, next, None)))
        }
        ProductKind::Bitbucket => {
            let path = bitbucket::request::members(group, start, bitbucket::request::PAGE);
            let Some(body) = directory.ask(&path).await? else {
                return Ok(None);
            };
            let (users, next) =
                bitbucket::reply::page(&body, bitbucket::reply::user).ok_or_else(misread)?;
            // An unknown group is no error there: it has no members.
            Ok(Some((users, next, None)))
        }
    }
}

#[cfg(test)]
mod tests;
