//! Paging and refusals, against servers on real sockets.

use gatewright_secret::SecretString;
use url::Url;

use super::*;
use crate::directory::DirectoryAccount;
use crate::testing::{Reply, Seen, Server, client, json};

fn directory(kind: ProductKind, server: &Server) -> Directory {
    let account = DirectoryAccount::Token(SecretString::new("canary"));
    Directory::new(kind, server.at("/app/"), account, client())
}

fn number(seen: &Seen, name: &str, otherwise: usize) -> usize {
    let url = Url::parse(&format!("http://h{}", seen.target)).unwrap();
    url.query_pairs()
        .find(|(other, _)| other == name)
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(otherwise)
}

/// The entries of one page of a list of this length.
fn entries(
    all: usize,
    start: usize,
    limit: usize,
    one: impl Fn(usize) -> String,
) -> (String, usize) {
    let shown: Vec<String> = (start..all.min(start + limit)).map(one).collect();
    (shown.join(","), shown.len())
}

fn user(index: usize) -> String {
    format!(
        r#"{{"name":"u{index}","username":"u{index}","type":"known","active":true,"id":{index}}}"#
    )
}

fn jira(seen: &Seen) -> Reply {
    let (start, limit) = (number(seen, "startAt", 0), number(seen, "maxResults", 50));
    assert!(limit <= 50, "Jira gives no more than fifty members a page");
    let (values, size) = entries(130, start, limit, user);
    let last = start + size >= 130;
    json(
        200,
        &format!(
            r#"{{"maxResults":{limit},"startAt":{start},"total":130,"isLast":{last},"values":[{values}]}}"#
        ),
    )
}

fn confluence(seen: &Seen) -> Reply {
    let (start, limit) = (number(seen, "start", 0), number(seen, "limit", 25));
    let (results, size) = if seen.target.contains("/member") {
        entries(450, start, limit, user)
    } else {
        entries(450, start, limit, |index| {
            format!(r#"{{"type":"group","name":"Group {index}"}}"#)
        })
    };
    json(
        200,
        &format!(r#"{{"results":[{results}],"start":{start},"limit":{limit},"size":{size}}}"#),
    )
}

fn bitbucket(seen: &Seen) -> Reply {
    let (start, limit) = (number(seen, "start", 0), number(seen, "limit", 25));
    let (values, size) = if seen.target.contains("/groups") {
        entries(250, start, limit, |index| format!(r#""group {index}""#))
    } else {
        entries(1200, start, limit, user)
    };
    let all = if seen.target.contains("/groups") {
        250
    } else {
        1200
    };
    let next = start + size;
    let (last, next) = if next >= all {
        (true, "null".to_owned())
    } else {
        (false, next.to_string())
    };
    json(
        200,
        &format!(
            r#"{{"size":{size},"limit":{limit},"isLastPage":{last},"start":{start},"nextPageStart":{next},"values":[{values}]}}"#
        ),
    )
}

type Answering = fn(&Seen) -> Reply;

#[tokio::test]
async fn members_are_read_page_by_page_and_no_further_than_asked() {
    let answers: [(ProductKind, Answering, usize); 3] = [
        (ProductKind::Jira, jira, 130),
        (ProductKind::Confluence, confluence, 450),
        (ProductKind::Bitbucket, bitbucket, 1200),
    ];
    for (kind, answer, all) in answers {
        let server = Server::start(answer).await;
        let directory = directory(kind, &server);
        let whole = directory.members("a b/c", 5000).await.unwrap().unwrap();
        assert_eq!(
            (whole.users.len(), whole.more, whole.total),
            (all, false, Some(all)),
            "{kind}"
        );
        let names: std::collections::BTreeSet<_> =
            whole.users.iter().map(|user| &user.name).collect();
        assert_eq!(names.len(), all, "{kind}: nobody twice");
        let asked = server.seen().len();
        let some = directory.members("a b/c", 60).await.unwrap().unwrap();
        assert_eq!((some.users.len(), some.more), (60, true), "{kind}");
        assert!(server.seen().len() - asked <= 2, "{kind}");
        assert!(
            server
                .targets()
                .iter()
                .all(|target| target.contains("a%20b%2Fc"))
        );
    }
}

#[tokio::test]
async fn confluences_groups_are_searched_here_and_counted_by_one_page() {
    let server = Server::start(confluence).await;
    let directory = directory(ProductKind::Confluence, &server);
    let found = directory.groups("GROUP 44", 5).await.unwrap();
    assert_eq!((found.groups.len(), found.more), (5, true));
    let names: Vec<&str> = found
        .groups
        .iter()
        .map(|group| group.name.as_str())
        .collect();
    assert_eq!(names[..2], ["Group 44", "Group 440"]);
    assert_eq!(
        found.groups[0].members,
        Some(MemberCount {
            count: 200,
            or_more: true
        })
    );
}

#[tokio::test]
async fn bitbuckets_groups_are_paged_and_their_members_counted_up_to_a_thousand() {
    let server = Server::start(bitbucket).await;
    let directory = directory(ProductKind::Bitbucket, &server);
    let found = directory.groups("", 3).await.unwrap();
    assert_eq!((found.groups.len(), found.more), (3, true));
    assert_eq!(
        found.groups[0].members,
        Some(MemberCount {
            count: 1000,
            or_more: true
        })
    );
    let one = directory.groups("249", 3).await.unwrap();
    assert_eq!((one.groups.len(), one.more, one.total), (1, false, Some(1)));
}

#[tokio::test]
async fn who_may_not_count_is_asked_once_and_lists_all_the_same() {
    let server = Server::start(|seen: &Seen| {
        if seen.target.contains("/groups/picker") {
            json(200, r#"{"header":"","total":40,"groups":[{"name":"a"},{"name":"b"}]}"#)
        } else {
            json(403, r#"{"message":"Client must be authenticated as a system administrator to access this resource.","status-code":403}"#)
        }
    })
    .await;
    let directory = directory(ProductKind::Jira, &server);
    let found = directory.groups("x", 2).await.unwrap();
    assert_eq!((found.more, found.total), (true, Some(40)));
    assert!(found.groups.iter().all(|group| group.members.is_none()));
    assert_eq!(server.seen().len(), 2);
    assert!(matches!(
        directory.members("a", 5).await.unwrap_err(),
        DirectoryError::PermissionMissing { .. }
    ));
}
