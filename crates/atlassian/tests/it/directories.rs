//! Users and groups as the sandbox's directories have them.

use gatewright_atlassian::{
    Directory, DirectoryAccount, Lookup, Match, MatchedBy, MemberCount, ProductKind,
};
use gatewright_secret::SecretString;

use crate::running::Running;

fn directory(sandbox: &Running, kind: ProductKind, user: &str) -> Directory {
    let account = DirectoryAccount::Basic {
        user: user.to_owned(),
        password: SecretString::new(format!("{user}-password")),
    };
    Directory::new(
        kind,
        sandbox.base_url(kind),
        account,
        sandbox.client.clone(),
    )
}

fn who(found: &[Match]) -> Vec<(&str, MatchedBy)> {
    found
        .iter()
        .map(|found| (found.user.name.as_str(), found.by))
        .collect()
}

#[tokio::test]
async fn groups_are_searched_counted_and_opened_in_all_three_products() {
    let sandbox = Running::start().await;
    for kind in ProductKind::ALL {
        let directory = directory(&sandbox, kind, "fred");
        let found = directory.groups("DEV", 10).await.unwrap();
        assert!(!found.more);
        assert_eq!(found.groups.len(), 1, "{kind}");
        assert_eq!(found.groups[0].name, "developers");
        assert_eq!(
            found.groups[0].members,
            Some(MemberCount {
                count: 4,
                or_more: false
            }),
            "{kind}"
        );
        let one = directory.groups("", 1).await.unwrap();
        assert_eq!((one.groups.len(), one.more), (1, true), "{kind}");
        let members = directory.members("developers", 10).await.unwrap().unwrap();
        let mut names: Vec<&str> = members
            .users
            .iter()
            .map(|user| user.name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["anna+b", "barney", "fred", "jdoe"], "{kind}");
        assert_eq!((members.more, members.total), (false, Some(4)));
        let two = directory.members("developers", 2).await.unwrap().unwrap();
        assert_eq!((two.users.len(), two.more), (2, true), "{kind}");
        let none = directory.members("no such group", 2).await.unwrap();
        let is_empty = none.is_none_or(|list| list.users.is_empty());
        assert!(is_empty, "{kind}");
    }
}

#[tokio::test]
async fn an_account_that_may_not_count_still_lists() {
    let sandbox = Running::start().await;
    let directory = directory(&sandbox, ProductKind::Jira, "barney");
    let found = directory.groups("dev", 10).await.unwrap();
    assert_eq!(found.groups[0].name, "developers");
    assert_eq!(found.groups[0].members, None);
}

#[tokio::test]
async fn inactive_deleted_and_missing_users_are_told_apart() {
    let sandbox = Running::start().await;
    let jira = directory(&sandbox, ProductKind::Jira, "fred");
    assert!(matches!(
        jira.user_by_name("bambam").await.unwrap(),
        Lookup::Inactive(_)
    ));
    assert!(matches!(
        jira.user_by_name("Arnold").await.unwrap(),
        Lookup::Deleted(_)
    ));
    assert_eq!(jira.user_by_name("gazoo").await.unwrap(), Lookup::NotFound);
    // Without the right to see deleted users there is nothing to tell.
    let little = directory(&sandbox, ProductKind::Jira, "barney");
    assert_eq!(
        little.user_by_name("arnold").await.unwrap(),
        Lookup::NotFound
    );
}

#[tokio::test]
async fn name_key_email_and_slug_are_told_apart() {
    let sandbox = Running::start().await;
    let jira = directory(&sandbox, ProductKind::Jira, "fred");
    assert_eq!(
        who(&jira.find("FRED", 5).await.unwrap()),
        [("fred", MatchedBy::Name)]
    );
    assert_eq!(
        who(&jira.find("JIRAUSER10100", 5).await.unwrap()),
        [("fred", MatchedBy::Key)]
    );
    assert_eq!(
        who(&jira.find("john.smith@example.com", 5).await.unwrap()),
        [("jsmith", MatchedBy::Email), ("jsmith2", MatchedBy::Email)]
    );
    assert_eq!(
        who(&jira.find("John Smith", 5).await.unwrap()),
        [
            ("jsmith", MatchedBy::DisplayName),
            ("jsmith2", MatchedBy::DisplayName)
        ]
    );
    assert_eq!(jira.find("JS", 5).await.unwrap()[0].by, MatchedBy::Part);
    assert!(jira.find(" ", 5).await.unwrap().is_empty());

    let confluence = directory(&sandbox, ProductKind::Confluence, "fred");
    let jdoe = confluence.find("JDOE", 5).await.unwrap();
    assert_eq!(who(&jdoe), [("jdoe", MatchedBy::Name)]);
    let key = jdoe[0].user.key.clone().unwrap();
    assert_eq!(
        who(&confluence.find(&key, 5).await.unwrap()),
        [("jdoe", MatchedBy::Key)]
    );

    let bitbucket = directory(&sandbox, ProductKind::Bitbucket, "fred");
    assert_eq!(
        who(&bitbucket.find("anna_b", 5).await.unwrap()),
        [("anna+b", MatchedBy::Slug)]
    );
    assert_eq!(
        who(&bitbucket.find("anna+b", 5).await.unwrap()),
        [("anna+b", MatchedBy::Name)]
    );
    assert_eq!(
        who(&bitbucket.find("wilma@corp.example.com", 5).await.unwrap()),
        [("wilma", MatchedBy::Email)]
    );
}
