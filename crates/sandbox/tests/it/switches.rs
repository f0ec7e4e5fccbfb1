//! What administrators switch: the header authenticator and people.

use serde_json::json;

use crate::running::Running;

#[tokio::test]
async fn a_header_names_the_user_once_the_authenticator_is_on() {
    let sandbox = Running::start().await;
    let myself = |user| {
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .header("x-remote-user", user)
            .send()
    };
    assert_eq!(myself("barney").await.status, 401);
    let on = json!({ "enabled": true, "header": "X-Remote-User" });
    let path = "/rest/sandbox/1.0/header-authenticator";
    assert_eq!(
        sandbox
            .jira("PUT", path)
            .user("barney")
            .json(&on)
            .send()
            .await
            .status,
        401
    );
    assert_eq!(
        sandbox
            .jira("PUT", path)
            .user("fred")
            .json(&on)
            .send()
            .await
            .status,
        204
    );
    assert_eq!(myself("barney").await.header("x-ausername"), "barney");
    assert_eq!(myself("gazoo").await.header("x-ausername"), "anonymous");
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .user("fred")
            .send()
            .await
            .header("x-ausername"),
        "fred"
    );
}

#[tokio::test]
async fn somebody_can_be_switched_off_while_it_runs() {
    let sandbox = Running::start().await;
    let off = json!({ "active": false });
    let path = "/rest/sandbox/1.0/users/barney";
    assert_eq!(
        sandbox
            .jira("PUT", path)
            .user("fred")
            .json(&off)
            .send()
            .await
            .status,
        204
    );
    let seen = sandbox
        .jira("GET", "/rest/api/2/user?username=barney")
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(seen["active"], false);
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .user("barney")
            .send()
            .await
            .status,
        401
    );
    assert_eq!(
        sandbox
            .confluence("GET", "/rest/api/user/current")
            .user("barney")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_token_can_be_made_to_end_now() {
    let sandbox = Running::start().await;
    let made = sandbox
        .jira("POST", "/rest/pat/latest/tokens")
        .user("barney")
        .json(&json!({ "name": "x" }))
        .send()
        .await;
    let (id, raw) = (
        made.json()["id"].clone(),
        made.json()["rawToken"].as_str().unwrap().to_owned(),
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .bearer(&raw)
            .send()
            .await
            .status,
        200
    );
    let path = format!("/rest/sandbox/1.0/tokens/{id}/expire");
    assert_eq!(
        sandbox.jira("POST", &path).user("fred").send().await.status,
        204
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .bearer(&raw)
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn confluence_shows_whether_somebody_is_switched_off_when_it_is_asked() {
    let sandbox = Running::start().await;
    let off = json!({ "active": false });
    sandbox
        .confluence("PUT", "/rest/sandbox/1.0/users/barney")
        .user("fred")
        .json(&off)
        .send()
        .await;
    let get = |path: &'static str| sandbox.confluence("GET", path).user("fred").send();
    assert_eq!(
        get("/rest/api/user?username=barney&expand=status")
            .await
            .json()["status"],
        "deactivated"
    );
    assert_eq!(
        get("/rest/api/user?username=fred&expand=status")
            .await
            .json()["status"],
        "current"
    );
    assert_eq!(
        get("/rest/api/user?username=fred")
            .await
            .json()
            .get("status"),
        None
    );
}
