//! Jira Software, Jira Service Management and sessions.

use serde_json::json;

use crate::running::Running;

#[tokio::test]
async fn boards_desks_queues_and_requests_are_there_for_those_who_may() {
    let sandbox = Running::start().await;
    let get = |path: &str, user: &str| sandbox.jira("GET", path).user(user);
    let boards = get("/rest/agile/1.0/board", "barney").send().await.json();
    assert_eq!(boards["values"][0]["name"], "ROCK board");
    assert_eq!(boards["isLast"], true);
    let issues = get("/rest/agile/1.0/board/1/issue?maxResults=1", "barney");
    let issues = issues.send().await.json();
    assert_eq!(
        (issues["total"].clone(), issues["isLast"].clone()),
        (json!(2), json!(false))
    );
    let nobody = sandbox.jira("GET", "/rest/agile/1.0/board").send().await;
    assert_eq!(nobody.status, 401);

    let queue = "/rest/servicedeskapi/servicedesk/1/queue?includeCount=true";
    assert_eq!(get(queue, "fred").send().await.status, 412);
    let opted = |user| {
        get(queue, user)
            .header("x-experimentalapi", "opt-in")
            .send()
    };
    assert_eq!(opted("fred").await.json()["values"][0]["issueCount"], 1);
    assert_eq!(opted("wilma").await.status, 403);
    let mine = "/rest/servicedeskapi/request";
    assert_eq!(get(mine, "fred").send().await.json()["size"], 1);
    assert_eq!(get(mine, "wilma").send().await.json()["size"], 0);
    let info = sandbox
        .jira("GET", "/rest/servicedeskapi/info")
        .send()
        .await;
    assert_eq!(info.status, 200);
}

#[tokio::test]
async fn a_session_answers_before_the_header_and_ends_when_it_is_told_to() {
    let sandbox = Running::start().await;
    let path = "/rest/auth/1/session";
    let sign_in = |user: &str, password: &str| {
        sandbox
            .jira("POST", path)
            .json(&json!({ "username": user, "password": password }))
            .send()
    };
    let wrong = sign_in("fred", "no").await;
    assert_eq!(wrong.status, 401);
    assert_eq!(wrong.json()["errorMessages"][0], "Login failed");
    let right = sign_in("fred", "fred-password").await;
    assert_eq!(right.status, 200);
    let id = right.json()["session"]["value"]
        .as_str()
        .unwrap()
        .to_owned();
    let cookie = format!("JSESSIONID={id}");
    assert!(right.header("set-cookie").starts_with(&cookie));
    let myself = || {
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .header("cookie", &cookie)
    };
    assert_eq!(myself().send().await.json()["name"], "fred");
    let mixed = myself().basic("barney", "wrong").send().await;
    assert_eq!(mixed.json()["name"], "fred");
    assert_eq!(
        mixed.header("x-seraph-loginreason"),
        "AUTHENTICATION_DENIED"
    );
    let out = sandbox.jira("DELETE", path).header("cookie", &cookie);
    assert_eq!(out.send().await.status, 204);
    assert_eq!(myself().send().await.status, 401);

    sandbox
        .jira("PUT", "/rest/sandbox/1.0/captcha/barney")
        .user("fred")
        .send()
        .await;
    let locked = sign_in("barney", "barney-password").await;
    assert_eq!(locked.status, 403);
    assert_eq!(locked.json()["errorMessages"][0], "Login denied");
    assert!(
        locked
            .header("x-authentication-denied-reason")
            .starts_with("CAPTCHA_CHALLENGE")
    );
}
