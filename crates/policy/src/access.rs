//! Who may call and from where.

use crate::AddressSet;

/// A set of names of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSet(Vec<String>);

impl GroupSet {
    /// The set of these groups; empty names are left out, so that they match nobody.
    pub fn new<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        let mut names: Vec<String> = names
            .into_iter()
            .map(Into::into)
            .filter(|name: &String| !name.is_empty())
            .collect();
        names.sort_unstable();
        names.dedup();
        Self(names)
    }

    /// Whether there is no group in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, sorted.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// The first of the groups that is in the set, compared exactly: for what permits.
    pub fn exactly_one_of<'a>(&self, groups: &'a [String]) -> Option<&'a str> {
        groups
            .iter()
            .find(|group| self.0.binary_search(group).is_ok())
            .map(String::as_str)
    }

    /// The first of the groups that is in the set, compared without case: for what restricts.
    pub fn any_like_one_of<'a>(&self, groups: &'a [String]) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        groups
            .iter()
            .find(|group| {
                let folded = group.to_lowercase();
                self.0.iter().any(|name| name.to_lowercase() == folded)
            })
            .map(String::as_str)
    }
}

/// Who may call and from where: for all products, or for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Only members of these groups; empty: everybody.
    pub groups_allowed: GroupSet,
    /// Members of these groups may read and not write.
    pub groups_read_only: GroupSet,
    /// Only these addresses; empty: all.
    pub addresses_allowed: AddressSet,
}

impl Access {
    /// Whether a rule here asks for somebody's groups.
    pub fn asks_for_groups(&self) -> bool {
        !self.groups_allowed.is_empty() || !self.groups_read_only.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_compares_exactly_and_restriction_without_case() {
        let set = GroupSet::new(["jira-users", ""]);
        let groups = |name: &str| vec![name.to_owned()];
        assert_eq!(
            set.exactly_one_of(&groups("jira-users")),
            Some("jira-users")
        );
        assert_eq!(set.exactly_one_of(&groups("Jira-Users")), None);
        assert_eq!(set.exactly_one_of(&groups("jira-users-readonly")), None);
        assert_eq!(set.exactly_one_of(&groups("")), None);
        assert_eq!(
            set.any_like_one_of(&groups("Jira-Users")),
            Some("Jira-Users")
        );
        assert_eq!(set.any_like_one_of(&groups("jira-users-readonly")), None);
    }
}
