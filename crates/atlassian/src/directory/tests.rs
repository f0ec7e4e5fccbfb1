//! Tests against servers on real sockets.

use super::*;
use crate::testing::{Reply, Seen, Server, client, json, page};

fn directory(kind: ProductKind, server: &Server) -> Directory {
    let account = DirectoryAccount::Token(SecretString::new("canary"));
    Directory::new(kind, server.at("/app/"), account, client())
}

fn basic(kind: ProductKind, server: &Server) -> Directory {
    let account = DirectoryAccount::Basic {
        user: "svc".to_owned(),
        password: SecretString::new("canary"),
    };
    Directory::new(kind, server.at("/app"), account, client())
}

fn name(lookup: &Lookup) -> String {
    match lookup {
        Lookup::Found(user) => format!("found {}", user.name),
        Lookup::Inactive(user) => format!("inactive {}", user.name),
        Lookup::Deleted(user) => format!("deleted {}", user.name),
        Lookup::NotFound => "not found".to_owned(),
        Lookup::Ambiguous { users } => format!("{} users", users.len()),
    }
}

/// The decoded value of a query parameter.
fn parameter(seen: &Seen, name: &str) -> String {
    let url = Url::parse(&format!("http://h{}", seen.target)).unwrap();
    url.query_pairs()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[tokio::test]
async fn jira_tells_active_inactive_deleted_and_missing_users_apart() {
    let server = Server::start(|seen: &Seen| match parameter(seen, "username").to_lowercase().as_str() {
        "fred" => json(
            200,
            r#"{"key":"JIRAUSER1","name":"fred","displayName":"Fred F","emailAddress":"fred@example.com","active":true,"deleted":false,
               "groups":{"size":2,"items":[{"name":"jira-users"},{"name":"dev team"}]}}"#,
        ),
        "gone" => json(200, r#"{"name":"gone","active":false}"#),
        "dead" => json(200, r#"{"name":"dead","active":false,"deleted":true}"#),
        "m b/ü&x" => json(200, r#"{"name":"m b/ü&x","active":true}"#),
        _ => json(404, r#"{"errorMessages":["The user named 'x' does not exist"],"errors":{}}"#),
    })
    .await;
    let directory = directory(ProductKind::Jira, &server);
    let by_name = async |text: &str| name(&directory.user_by_name(text).await.unwrap());
    assert_eq!(by_name("FRED").await, "found fred");
    assert_eq!(by_name("gone").await, "inactive gone");
    assert_eq!(by_name("dead").await, "deleted dead");
    assert_eq!(by_name("nobody").await, "not found");
    assert_eq!(by_name("m b/ü&x").await, "found m b/ü&x");
    assert_eq!(by_name(" ").await, "not found");
    assert_eq!(
        server.targets()[5],
        "/app/rest/api/2/user?username=m%20b%2F%C3%BC%26x&expand=groups"
    );
    let Lookup::Found(fred) = directory.user_by_name("fred").await.unwrap() else {
        panic!()
    };
    assert_eq!(fred.key.as_deref(), Some("JIRAUSER1"));
    assert_eq!(fred.email.as_deref(), Some("fred@example.com"));
    let fred = User { key: None, ..fred };
    assert_eq!(
        directory.groups_of(&fred).await.unwrap(),
        ["jira-users", "dev team"]
    );
}

#[tokio::test]
async fn another_user_in_the_answer_never_passes_for_the_one_asked_for() {
    let server = Server::start(|_| json(200, r#"{"name":"admin","active":true}"#)).await;
    let error = directory(ProductKind::Jira, &server)
        .user_by_name("fred")
        .await
        .unwrap_err();
    assert!(
        matches!(error, DirectoryError::UnexpectedAnswer { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn jiras_search_by_email_is_paged_and_matched_exactly() {
    let server = Server::start(|seen: &Seen| {
        let start: usize = parameter(seen, "startAt").parse().unwrap();
        let user = |index: usize, email: &str, active: bool| {
            format!(r#"{{"name":"u{index}","emailAddress":"{email}","active":{active}}}"#)
        };
        let entries: Vec<String> = if start == 0 {
            (0..1000)
                .map(|index| user(index, "xfred@example.com", true))
                .collect()
        } else {
            vec![
                user(1000, "Fred@Example.com", true),
                user(1001, "fred@example.com", false),
            ]
        };
        json(200, &format!("[{}]", entries.join(",")))
    })
    .await;
    let directory = directory(ProductKind::Jira, &server);
    let found = directory.users_by_email("fred@example.com").await.unwrap();
    assert_eq!(name(&found), "found u1000");
    assert_eq!(server.seen().len(), 2);
    let many = directory.users_by_email("xfred@example.com").await.unwrap();
    assert_eq!(name(&many), "1000 users");
    assert_eq!(
        name(&directory.users_by_email("fred").await.unwrap()),
        "not found"
    );
}

#[tokio::test]
async fn confluence_pages_the_groups_and_has_no_email() {
    let server = Server::start(|seen: &Seen| {
        if seen.target.contains("/memberof") {
            assert_eq!(parameter(seen, "username"), "jdoe");
            let start: usize = parameter(seen, "start").parse().unwrap();
            let entries: Vec<String> = (start..(start + 2).min(5))
                .map(|index| format!(r#"{{"type":"group","name":"g{index}"}}"#))
                .collect();
            let body = format!(
                r#"{{"results":[{}],"start":{start},"limit":2,"size":{}}}"#,
                entries.join(","),
                entries.len()
            );
            return json(200, &body);
        }
        match parameter(seen, "username").as_str() {
            "jdoe" => json(200, r#"{"type":"known","username":"jdoe","userKey":"9e7f","displayName":"Doe, Jane","status":"current"}"#),
            "old" => json(200, r#"{"type":"known","username":"old","status":"deactivated"}"#),
            "dead" => json(200, r#"{"type":"unknown","username":"dead"}"#),
            _ => json(404, r#"{"statusCode":404,"message":"No user found"}"#),
        }
    })
    .await;
    let directory = directory(ProductKind::Confluence, &server);
    let by_name = async |text: &str| name(&directory.user_by_name(text).await.unwrap());
    assert_eq!(by_name("old").await, "inactive old");
    assert_eq!(by_name("dead").await, "deleted dead");
    assert_eq!(by_name("nobody").await, "not found");
    let Lookup::Found(jane) = directory.user_by_name("jdoe").await.unwrap() else {
        panic!()
    };
    assert_eq!(jane.key.as_deref(), Some("9e7f"));
    assert_eq!(
        directory.groups_of(&jane).await.unwrap(),
        ["g0", "g1", "g2", "g3", "g4"]
    );
    assert_eq!(
        directory.users_by_email("j@example.com").await.unwrap_err(),
        DirectoryError::NoEmail
    );
}

/// Bitbucket with users whose slug is another than their name.
fn bitbucket(seen: &Seen) -> Reply {
    let page = |values: &[&str], next: Option<usize>| {
        let next = next.map_or("null".to_owned(), |next| next.to_string());
        let last = next == "null";
        json(
            200,
            &format!(
                r#"{{"size":{},"limit":100,"isLastPage":{last},"start":0,"nextPageStart":{next},"values":[{}]}}"#,
                values.len(),
                values.join(",")
            ),
        )
    };
    let fred = r#"{"name":"Fred","slug":"fred","emailAddress":"fred@example.com","active":true,"displayName":"Fred F","id":7,"type":"NORMAL"}"#;
    let odd = r#"{"name":"j_doe@example","slug":"j_doe_example","emailAddress":"jane@example.com","active":false,"id":8}"#;
    let other = r#"{"name":"j.doe@example","slug":"j.doe_example","emailAddress":"jane@example.com","active":true,"id":9}"#;
    let path = seen.target.split('?').next().unwrap();
    match path {
        "/app/rest/api/latest/users/fred" => json(200, fred),
        "/app/rest/api/latest/admin/users/more-members" => json(
            401,
            r#"{"errors":[{"context":null,"message":"You are not permitted to access this resource","exceptionName":"com.atlassian.bitbucket.AuthorisationException"}]}"#,
        ),
        "/app/rest/api/latest/groups" => page(&[r#""devs""#, r#""a b/c""#, r#""others""#], None),
        "/app/rest/api/latest/users" if seen.target.contains("group=") => {
            match parameter(seen, "group").as_str() {
                "devs" | "a b/c" => page(&[fred], None),
                _ => page(&[odd], None),
            }
        }
        "/app/rest/api/latest/users" => match parameter(seen, "start").as_str() {
            "0" => page(&[fred, odd], Some(40)),
            _ => page(&[other], None),
        },
        _ => json(
            404,
            r#"{"errors":[{"context":null,"message":"No such user","exceptionName":"com.atlassian.bitbucket.user.NoSuchUserException"}]}"#,
        ),
    }
}

#[tokio::test]
async fn bitbucket_matches_the_name_and_not_the_slug() {
    let server = Server::start(bitbucket).await;
    let directory = directory(ProductKind::Bitbucket, &server);
    let by_name = async |text: &str| name(&directory.user_by_name(text).await.unwrap());
    assert_eq!(by_name("fred").await, "found Fred");
    assert_eq!(server.seen().len(), 1);
    assert_eq!(by_name("J_DOE@example").await, "inactive j_doe@example");
    assert_eq!(by_name("j.doe@example").await, "found j.doe@example");
    assert_eq!(by_name("j_doe_example").await, "not found");
    assert_eq!(by_name("..").await, "not found");
    let jane = directory.users_by_email("JANE@example.com").await.unwrap();
    assert_eq!(name(&jane), "found j.doe@example");
}

#[tokio::test]
async fn bitbuckets_groups_are_found_without_the_admin_api_too() {
    let server = Server::start(bitbucket).await;
    let directory = directory(ProductKind::Bitbucket, &server);
    let Lookup::Found(fred) = directory.user_by_name("fred").await.unwrap() else {
        panic!()
    };
    assert_eq!(directory.groups_of(&fred).await.unwrap(), ["devs", "a b/c"]);

    let server = Server::start(|seen: &Seen| {
        let start = parameter(seen, "start");
        assert_eq!(parameter(seen, "context"), "Fred");
        let body = if start == "0" {
            r#"{"isLastPage":false,"nextPageStart":1,"values":[{"name":"devs","deletable":true}]}"#
        } else {
            r#"{"isLastPage":true,"nextPageStart":null,"values":[{"name":"ops"}]}"#
        };
        json(200, body)
    })
    .await;
    let directory = self::directory(ProductKind::Bitbucket, &server);
    assert_eq!(directory.groups_of(&fred).await.unwrap(), ["devs", "ops"]);
}

#[tokio::test]
async fn the_account_itself_is_checked() {
    let server = Server::start(|_| json(200, r#"{"name":"svc","active":true}"#)).await;
    let jira = directory(ProductKind::Jira, &server);
    assert_eq!(jira.account().await.unwrap().name, "svc");

    let server =
        Server::start(|_| json(200, r#"{"type":"anonymous","displayName":"Anonymous"}"#)).await;
    let confluence = directory(ProductKind::Confluence, &server);
    let error = confluence.account().await.unwrap_err();
    assert_eq!(error, DirectoryError::CredentialRefused { words: None });

    let server = Server::start(|seen: &Seen| {
        if seen.target.ends_with("application-properties") {
            json(200, r#"{"version":"9"}"#).with("X-AUSERNAME", "svc")
        } else {
            json(200, r#"{"name":"svc","slug":"svc","active":true}"#)
        }
    })
    .await;
    let bitbucket = directory(ProductKind::Bitbucket, &server);
    assert_eq!(
        bitbucket.account().await.unwrap().slug.as_deref(),
        Some("svc")
    );
}

#[tokio::test]
async fn refusals_are_told_apart() {
    type Case = (ProductKind, fn() -> Reply, &'static str, bool);
    let cases: [Case; 9] = [
        (
            ProductKind::Jira,
            || json(401, r#"{"message":"Client must be authenticated"}"#),
            "the product does not accept the directory account",
            true,
        ),
        (
            ProductKind::Jira,
            || json(404, "{}").with("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),
            "the product does not accept the directory account",
            true,
        ),
        (
            ProductKind::Jira,
            || json(200, r#"{"name":"fred"}"#).with("X-AUSERNAME", "anonymous"),
            "the product does not accept the directory account",
            true,
        ),
        (
            ProductKind::Jira,
            || {
                page(403, "Forbidden").with(
                    "X-Authentication-Denied-Reason",
                    "CAPTCHA_CHALLENGE; login-url=https://h/login.jsp",
                )
            },
            "the directory account is locked until a CAPTCHA is solved",
            true,
        ),
        (
            ProductKind::Jira,
            || json(403, r#"{"errorMessages":["no"]}"#),
            "the directory account may not look users up",
            false,
        ),
        (
            ProductKind::Confluence,
            || Reply(429, Vec::new(), String::new()).with("Retry-After", "7"),
            "the product limits the rate of requests",
            false,
        ),
        (
            ProductKind::Jira,
            || page(503, "Starting"),
            "the product is not available: 503",
            false,
        ),
        (
            ProductKind::Jira,
            || page(404, "Not Found"),
            "the directory answered 404 in an unexpected way: there is no REST API at this URL",
            false,
        ),
        (
            ProductKind::Jira,
            || page(200, "Sign in"),
            "the directory answered 200 in an unexpected way: Sign in",
            false,
        ),
    ];
    for (kind, reply, words, stops) in cases {
        let server = Server::start(move |_| reply()).await;
        let error = directory(kind, &server)
            .user_by_name("fred")
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), words);
        assert_eq!(error.stops(), stops, "{words}");
        assert!(!error.hint().is_empty());
        assert!(!format!("{error:?}").contains("canary"));
    }
}

#[tokio::test]
async fn a_refused_password_is_not_sent_again_even_by_ten_at_once() {
    let server = Server::start(|_| json(401, r#"{"message":"no"}"#)).await;
    let directory = basic(ProductKind::Jira, &server);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let directory = directory.clone();
        tasks.spawn(async move { directory.user_by_name("fred").await });
    }
    for outcome in tasks.join_all().await {
        assert!(outcome.unwrap_err().stops());
    }
    assert_eq!(server.seen().len(), 1);
    directory.try_again();
    directory.user_by_name("fred").await.unwrap_err();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn the_application_link_can_look_users_up() {
    let server = Server::start(|_| json(200, r#"{"name":"fred","active":true}"#)).await;
    let pem = SecretString::new(include_str!("../../fixtures/keys/rsa-2048-pkcs1.pem"));
    let account = DirectoryAccount::OAuth1As {
        signer: Oauth1Signer::new("gatewright", &pem).unwrap(),
        user: "svc".to_owned(),
        clock: Arc::new(|| time::macros::datetime!(2026-11-22 17:00:00 UTC)),
    };
    let directory = Directory::new(ProductKind::Jira, server.at("/app"), account, client());
    assert_eq!(
        name(&directory.user_by_name("fred").await.unwrap()),
        "found fred"
    );
    let seen = &server.seen()[0];
    assert_eq!(
        seen.target,
        "/app/rest/api/2/user?username=fred&expand=groups&xoauth_requestor_id=svc"
    );
    assert!(
        seen.header("authorization")
            .unwrap()
            .starts_with("OAuth oauth_consumer_key=\"gatewright\"")
    );
    assert_eq!(seen.header("accept"), Some("application/json"));
}
