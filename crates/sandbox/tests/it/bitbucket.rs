//! Bitbucket: its own error shapes, its tokens, its people.

use serde_json::{Value, json};

use crate::running::{Answer, Running};

fn exception(answer: &Answer) -> Value {
    answer.json()["errors"][0]["exceptionName"].clone()
}

#[tokio::test]
async fn the_properties_are_public_and_only_a_header_says_who_one_is() {
    let sandbox = Running::start().await;
    let path = "/rest/api/1.0/application-properties";
    let nobody = sandbox.bitbucket("GET", path).send().await;
    assert_eq!(nobody.json()["displayName"], "Bitbucket");
    assert!(!nobody.headers.contains_key("x-ausername"));
    let me = sandbox.bitbucket("GET", path).user("fred").send().await;
    assert_eq!(
        (me.header("x-ausername"), me.header("x-auserid")),
        ("fred".to_owned(), "101".to_owned())
    );
}

#[tokio::test]
async fn a_refusal_is_a_401_whether_the_password_or_the_permission_is_wrong() {
    let sandbox = Running::start().await;
    let dashboard = || sandbox.bitbucket("GET", "/rest/api/latest/dashboard/pull-requests?limit=1");
    let nobody = dashboard().send().await;
    assert_eq!(
        (nobody.status.as_u16(), exception(&nobody)),
        (401, json!("com.atlassian.bitbucket.AuthorisationException"))
    );
    assert_eq!(
        nobody.header("www-authenticate"),
        "Basic realm=\"Atlassian Bitbucket\""
    );
    let wrong = dashboard().basic("barney", "wrong").send().await;
    assert_eq!(wrong.status, 401);
    assert_eq!(
        exception(&wrong),
        "com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException"
    );
    let forbidden = sandbox
        .bitbucket("GET", "/rest/api/latest/admin/groups")
        .user("barney")
        .send()
        .await;
    assert_eq!(
        (forbidden.status.as_u16(), forbidden.header("x-ausername")),
        (401, "barney".to_owned())
    );
    let good = dashboard().user("barney").send().await.json();
    assert_eq!(
        (&good["size"], &good["isLastPage"], &good["nextPageStart"]),
        (&json!(1), &json!(false), &json!(1))
    );
}

#[tokio::test]
async fn the_captcha_is_a_401_too() {
    let sandbox = Running::start().await;
    let recent = || sandbox.bitbucket("GET", "/rest/api/latest/profile/recent/repos");
    for _ in 0..3 {
        recent().basic("barney", "wrong").send().await;
    }
    let locked = recent().user("barney").send().await;
    assert_eq!(locked.status, 401);
    assert_eq!(
        exception(&locked),
        "com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException"
    );
}

#[tokio::test]
async fn a_token_is_made_by_its_user_alone_and_kept_from_administration() {
    let sandbox = Running::start().await;
    let tokens = "/rest/access-tokens/latest/users/fred";
    let body =
        json!({ "name": "robot", "permissions": ["PROJECT_READ", "REPO_ADMIN"], "expiryDays": 30 });
    assert_eq!(
        sandbox
            .bitbucket("PUT", tokens)
            .user("barney")
            .json(&body)
            .send()
            .await
            .status,
        401
    );
    let made = sandbox
        .bitbucket("PUT", tokens)
        .user("fred")
        .json(&body)
        .send()
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let repos = sandbox
        .bitbucket("GET", "/rest/api/latest/profile/recent/repos")
        .bearer(&token)
        .send()
        .await;
    assert_eq!(repos.header("x-ausername"), "fred");
    let basic = sandbox
        .bitbucket("GET", "/rest/api/latest/repos")
        .basic("fred", &token)
        .send()
        .await;
    assert_eq!(basic.header("x-ausername"), "fred");
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/admin/users")
            .bearer(&token)
            .send()
            .await
            .status,
        401
    );
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/admin/users")
            .user("fred")
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        sandbox
            .bitbucket("PUT", tokens)
            .bearer(&token)
            .json(&body)
            .send()
            .await
            .status,
        401
    );
    let missing = sandbox
        .bitbucket("PUT", "/rest/access-tokens/latest/users/nobody")
        .user("fred")
        .json(&body)
        .send()
        .await;
    assert_eq!(missing.status, 404);
    for bad in [
        json!({ "permissions": ["REPO_READ"] }),
        json!({ "name": "x" }),
        json!({ "name": "x", "permissions": ["ALL"] }),
    ] {
        assert_eq!(
            sandbox
                .bitbucket("PUT", tokens)
                .user("fred")
                .json(&bad)
                .send()
                .await
                .status,
            400
        );
    }
    let listed = sandbox
        .bitbucket("GET", tokens)
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(listed["values"][0].get("token"), None);
    let one = format!("{tokens}/{}", listed["values"][0]["id"].as_str().unwrap());
    assert_eq!(
        sandbox
            .bitbucket("DELETE", &one)
            .user("fred")
            .send()
            .await
            .status,
        204
    );
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/repos")
            .bearer(&token)
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_token_that_only_reads_does_not_write() {
    let sandbox = Running::start().await;
    let body = json!({ "name": "reader", "permissions": ["PROJECT_READ"] });
    let made = sandbox
        .bitbucket("PUT", "/rest/access-tokens/1.0/users/fred")
        .user("fred")
        .json(&body)
        .send()
        .await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let project = json!({ "key": "NEW", "name": "New" });
    let path = "/rest/api/latest/projects";
    assert_eq!(
        sandbox
            .bitbucket("POST", path)
            .bearer(&token)
            .json(&project)
            .send()
            .await
            .status,
        401
    );
    assert_eq!(
        sandbox
            .bitbucket("POST", path)
            .user("fred")
            .json(&project)
            .send()
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn who_am_i_is_empty_for_nobody_and_for_a_token() {
    let sandbox = Running::start().await;
    let path = "/plugins/servlet/applinks/whoami";
    assert_eq!(
        sandbox
            .bitbucket("GET", path)
            .user("fred")
            .send()
            .await
            .text,
        "fred"
    );
    let nobody = sandbox.bitbucket("GET", path).send().await;
    assert_eq!((nobody.status.as_u16(), nobody.text.as_str()), (200, ""));
    let body = json!({ "name": "x", "permissions": ["REPO_READ"] });
    let made = sandbox
        .bitbucket("PUT", "/rest/access-tokens/latest/users/fred")
        .user("fred")
        .json(&body)
        .send()
        .await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let by_token = sandbox.bitbucket("GET", path).bearer(&token).send().await;
    assert_eq!(
        (by_token.text.as_str(), by_token.header("x-ausername")),
        ("", "fred".to_owned())
    );
}

#[tokio::test]
async fn people_are_found_by_slug_and_not_by_name() {
    let sandbox = Running::start().await;
    let get = |path: &'static str| sandbox.bitbucket("GET", path).user("fred").send();
    assert_eq!(
        get("/rest/api/latest/users/anna_b").await.json()["name"],
        "anna+b"
    );
    assert_eq!(get("/rest/api/latest/users/anna+b").await.status, 404);
    assert_eq!(get("/rest/api/latest/users/dino").await.status, 404);
    let found = get("/rest/api/latest/users?filter=anna.betty@example.com")
        .await
        .json();
    assert_eq!(found["values"][0]["slug"], "anna_b");
    let detailed = get("/rest/api/latest/admin/users?filter=anna").await.json();
    assert!(detailed["values"][0]["directoryName"].is_string());
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/users")
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn groups_of_a_user_and_users_of_a_group() {
    let sandbox = Running::start().await;
    let get = |path: &'static str| sandbox.bitbucket("GET", path).user("fred").send();
    let groups = get("/rest/api/latest/admin/users/more-members?context=mallory")
        .await
        .json();
    let names: Vec<&Value> = groups["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| &group["name"])
        .collect();
    assert_eq!(names, ["stash-users", "contractors"]);
    let members = get("/rest/api/latest/admin/groups/more-members?context=contractors")
        .await
        .json();
    assert_eq!(members["values"][0]["name"], "mallory");
    assert_eq!(
        get("/rest/api/latest/users?group=contractors").await.json()["size"],
        1
    );
    assert_eq!(
        get("/rest/api/latest/groups?filter=contr").await.json()["values"],
        json!(["contractors"])
    );
}

#[tokio::test]
async fn nobody_sees_what_is_public() {
    let sandbox = Running::start().await;
    let repos = sandbox
        .bitbucket("GET", "/rest/api/latest/repos")
        .send()
        .await
        .json();
    assert_eq!(
        (&repos["size"], &repos["values"][0]["slug"]),
        (&json!(1), &json!("stone-wheel"))
    );
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/projects/QUARRY")
            .send()
            .await
            .status,
        401
    );
    assert_eq!(
        sandbox
            .bitbucket("GET", "/rest/api/latest/projects/OPEN")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_cross_site_form_is_refused_in_bitbuckets_shape() {
    let sandbox = Running::start().await;
    let refused = sandbox
        .bitbucket("POST", "/rest/api/latest/projects")
        .user("fred")
        .form(&[("key", "X")])
        .send()
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errors"][0]["message"], "XSRF check failed");
    assert_eq!(exception(&refused), Value::Null);
}
