//! Groups as the products' own directories have them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use gatewright_wire::{
    FindGroups, FoundGroup, FoundGroups, GroupMember, GroupMembers, GroupName, WireError,
};
use gatewright_workspace as kept;

use crate::app::{App, count};
use crate::errors;

/// How many groups one search shows.
const GROUPS: usize = 30;
/// How many members are read of one group.
const MEMBERS: usize = 200;

impl App {
    /// Looks for groups in the products' directories.
    pub async fn find_groups(&self, request: FindGroups) -> Result<FoundGroups, WireError> {
        let products = self.with_directory(&request.product)?;
        let answers = join_all(products.iter().map(|product| async {
            let directory = self.directory(product).await?;
            directory
                .groups(&request.search, GROUPS)
                .await
                .map_err(|error| errors::directory(&error))
        }))
        .await;
        let mut found: BTreeMap<String, FoundGroup> = BTreeMap::new();
        let mut unasked = Vec::new();
        let mut more = false;
        for (product, answer) in products.iter().zip(answers) {
            match answer {
                Ok(list) => {
                    more = more || list.more;
                    for group in list.groups {
                        let members = group.members.map(|members| count(members.count));
                        let entry = found.entry(group.name.clone()).or_insert(FoundGroup {
                            name: group.name,
                            products: Vec::new(),
                            members: None,
                        });
                        entry.products.push(product.title.clone());
                        entry.members = entry.members.max(members);
                    }
                }
                Err(error) => unasked.push(said(product, &error)),
            }
        }
        Ok(FoundGroups {
            more: more || found.len() > GROUPS,
            groups: found.into_values().take(GROUPS).collect(),
            unasked,
        })
    }

    /// Who is in a group: "who would that be?".
    pub async fn group_members(&self, request: GroupName) -> Result<GroupMembers, WireError> {
        let products = self.with_directory(&request.product)?;
        let answers = join_all(products.iter().map(|product| async {
            let directory = self.directory(product).await?;
            directory
                .members(&request.group, MEMBERS)
                .await
                .map_err(|error| errors::directory(&error))
        }))
        .await;
        let mut members: Vec<GroupMember> = Vec::new();
        let mut names = BTreeSet::new();
        let mut unasked = Vec::new();
        let (mut asked, mut exists, mut more, mut most) = (false, false, false, 0);
        for (product, answer) in products.iter().zip(answers) {
            match answer {
                Ok(None) => asked = true,
                Ok(Some(list)) => {
                    (asked, exists) = (true, true);
                    more = more || list.more;
                    most = most.max(list.total.unwrap_or_default());
                    for user in list.users {
                        if names.insert(user.name.to_lowercase()) {
                            members.push(GroupMember {
                                name: user.name,
                                display_name: user.display_name.unwrap_or_default(),
                            });
                        }
                    }
                }
                Err(error) => unasked.push(said(product, &error)),
            }
        }
        members.sort_by_key(|member| member.name.to_lowercase());
        Ok(GroupMembers {
            group: request.group,
            exists: asked.then_some(exists),
            count: count(members.len().max(most)),
            more: more || most > members.len(),
            members,
            unasked,
        })
    }

    /// The products that have a directory account; of all, or the one that is named.
    fn with_directory(&self, id: &str) -> Result<Vec<kept::Product>, WireError> {
        Ok(self
            .workspace
            .products()
            .map_err(|error| errors::store(&error))?
            .into_iter()
            .filter(|product| product.directory_user.is_some())
            .filter(|product| id.is_empty() || product.id == id)
            .collect())
    }
}

fn said(product: &kept::Product, error: &WireError) -> String {
    format!("{}: {}", product.title, error.message)
}
