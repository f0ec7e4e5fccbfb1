//! The directory of one product.

use super::Kind;
use crate::people::{PEOPLE, Person, SERVICE_ACCOUNT, Standing};

/// Somebody in a product's directory.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) name: String,
    /// Jira's and Confluence's own key, which is not the name.
    pub(super) key: String,
    /// Bitbucket's number.
    pub(super) id: usize,
    /// Bitbucket's name in paths.
    pub(super) slug: String,
    pub(super) email: String,
    pub(super) display_name: String,
    pub(super) password: String,
    pub(super) groups: Vec<String>,
    pub(super) active: bool,
    pub(super) deleted: bool,
    /// Whether a group gives them the product ("can use").
    pub(super) may_use: bool,
    pub(super) administrator: bool,
    /// Wrong passwords since the last right one.
    pub(super) failures: u32,
    /// A project or a repository whose token this is: no human being, and nothing beyond it.
    pub(super) only: Option<String>,
}

impl Account {
    /// Whether it may sign in at all.
    pub(super) fn may_sign_in(&self) -> bool {
        self.active && !self.deleted
    }

    /// The service user behind a token of a project or a repository.
    pub(super) fn of_token(id: u64, place: &str) -> Self {
        let name = format!("access-token-user-{id}");
        Self {
            key: String::new(),
            id: usize::try_from(id).unwrap_or_default(),
            slug: name.clone(),
            email: String::new(),
            display_name: format!("Access token of {place}"),
            password: String::new(),
            groups: Vec::new(),
            active: true,
            deleted: false,
            may_use: true,
            administrator: false,
            failures: 0,
            only: Some(place.to_owned()),
            name,
        }
    }

    /// Whether a token's user may come near a project, or one repository of it.
    pub(super) fn reaches(&self, project: &str, slug: Option<&str>) -> bool {
        self.only
            .as_deref()
            .is_none_or(|only| match only.split_once('/') {
                Some((own, repository)) => {
                    own == project && slug.is_none_or(|slug| slug == repository)
                }
                None => only == project,
            })
    }

    pub(super) fn member_of(&self, group: &str) -> bool {
        self.groups.iter().any(|mine| mine == group)
    }
}

/// Everybody whom the product knows, and the service account.
pub(super) fn directory(kind: Kind, service_password: &str) -> Vec<Account> {
    let mut accounts: Vec<Account> = PEOPLE
        .iter()
        .enumerate()
        .filter_map(|(index, person)| account(kind, index, person))
        .collect();
    let mut service = Account {
        name: SERVICE_ACCOUNT.to_owned(),
        key: key(kind, PEOPLE.len()),
        id: 101 + PEOPLE.len(),
        slug: slug(SERVICE_ACCOUNT),
        email: "gatewright@example.com".to_owned(),
        display_name: "Gatewright service account".to_owned(),
        password: service_password.to_owned(),
        groups: Vec::new(),
        active: true,
        deleted: false,
        may_use: true,
        administrator: true,
        failures: 0,
        only: None,
    };
    service.groups = groups(kind, &[], &service);
    accounts.push(service);
    accounts
}

fn account(kind: Kind, index: usize, person: &Person) -> Option<Account> {
    let standing = match kind {
        Kind::Jira => person.jira,
        Kind::Confluence => person.confluence,
        Kind::Bitbucket => person.bitbucket,
    };
    if standing == Standing::Missing {
        return None;
    }
    let name = person.directory_name?;
    let mut account = Account {
        name: name.to_owned(),
        key: key(kind, index),
        id: 101 + index,
        slug: slug(name),
        email: person.directory_email().to_owned(),
        display_name: person.display_name.to_owned(),
        password: person.password(),
        groups: Vec::new(),
        active: standing != Standing::Inactive,
        deleted: standing == Standing::Deleted,
        may_use: standing != Standing::NoAccess,
        administrator: person.administrator,
        failures: 0,
        only: None,
    };
    account.groups = groups(kind, person.groups, &account);
    Some(account)
}

/// The product's own groups, then those of the company.
fn groups(kind: Kind, company: &[&str], account: &Account) -> Vec<String> {
    let (users, administrators) = product_groups(kind);
    let mut groups = Vec::new();
    if account.administrator {
        groups.push(administrators.to_owned());
    }
    if account.may_use {
        groups.push(users.to_owned());
    }
    groups.extend(company.iter().map(|group| (*group).to_owned()));
    groups
}

/// Whoever may use the product, and whoever administers it.
pub(super) fn product_groups(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Jira => ("jira-software-users", "jira-administrators"),
        Kind::Confluence => ("confluence-users", "confluence-administrators"),
        Kind::Bitbucket => ("stash-users", "bitbucket-system-admins"),
    }
}

fn key(kind: Kind, index: usize) -> String {
    match kind {
        Kind::Jira | Kind::Bitbucket => format!("JIRAUSER{}", 10100 + index),
        Kind::Confluence => format!("8a7f80828f1c0e5a018f1c0e{:08x}", 0x00a1_0000 + index),
    }
}

/// Bitbucket's way from a name to a slug: lower case, and `_` for what does not go into a path.
fn slug(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || "-._".contains(letter) {
                letter
            } else {
                '_'
            }
        })
        .collect()
}
