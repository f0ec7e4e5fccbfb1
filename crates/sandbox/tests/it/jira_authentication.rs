//! Jira: who gets in and who does not.

use serde_json::json;
use time::Duration;

use crate::running::Running;

#[tokio::test]
async fn myself_is_the_user_and_nobody_is_refused() {
    let sandbox = Running::start().await;
    let me = sandbox
        .jira("GET", "/rest/api/2/myself")
        .user("fred")
        .send()
        .await;
    assert_eq!(me.header("x-ausername"), "fred");
    assert_eq!(me.header("x-seraph-loginreason"), "OK");
    let bean = me.json();
    assert_eq!(
        (&bean["name"], &bean["emailAddress"]),
        (&json!("fred"), &json!("fred@example.com"))
    );
    assert_eq!(bean["groups"], json!({ "size": 4, "items": [] }));
    let expanded = sandbox
        .jira(
            "GET",
            "/rest/api/latest/myself?expand=groups,applicationRoles",
        )
        .user("fred")
        .send()
        .await;
    assert_eq!(
        expanded.json()["groups"]["items"][0]["name"],
        "jira-administrators"
    );
    let nobody = sandbox.jira("GET", "/rest/api/2/myself").send().await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.header("x-ausername")),
        (401, "anonymous".to_owned())
    );
    assert_eq!(
        nobody.json(),
        json!({ "message": "Client must be authenticated to access this resource.", "status-code": 401 })
    );
    let realm = nobody.header("www-authenticate");
    assert!(
        realm.starts_with("OAuth realm=\"http%3A%2F%2F127.0.0.1%3A")
            && realm.ends_with("%2Fjira\""),
        "{realm}"
    );
}

#[tokio::test]
async fn xml_is_the_first_choice_unless_json_is_preferred() {
    let sandbox = Running::start().await;
    for accept in [
        "*/*",
        "text/html,application/xml;q=0.9",
        "application/xml, application/json",
    ] {
        let refused = sandbox
            .jira("GET", "/rest/api/2/myself")
            .header("accept", accept)
            .send()
            .await;
        assert!(
            refused
                .header("content-type")
                .starts_with("application/xml"),
            "{accept}"
        );
        assert!(
            refused
                .text
                .contains("<status><status-code>401</status-code><message>Client must be")
        );
    }
    let manifest = "/rest/applinks/1.0/manifest";
    let xml = sandbox
        .jira("GET", manifest)
        .header("accept", "*/*")
        .send()
        .await;
    assert!(xml.text.contains("<typeId>jira</typeId>"), "{}", xml.text);
    let json = sandbox.jira("GET", manifest).send().await.json();
    assert_eq!(json["typeId"], "jira");
    let types = json["inboundAuthenticationTypes"].to_string();
    assert!(types.contains("TwoLeggedOAuthWithImpersonationAuthenticationProvider"));
}

#[tokio::test]
async fn a_wrong_password_is_refused_in_html_and_three_bring_the_captcha() {
    let sandbox = Running::start().await;
    let ask = |password: &'static str| {
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .basic("barney", password)
            .send()
    };
    for _ in 0..3 {
        let refused = ask("wrong").await;
        assert_eq!(refused.status, 401);
        assert_eq!(
            refused.header("x-seraph-loginreason"),
            "AUTHENTICATED_FAILED"
        );
        assert!(
            refused
                .text
                .contains("Basic Authentication Failure - Reason : AUTHENTICATED_FAILED")
        );
    }
    let locked = ask("barney-password").await;
    assert_eq!(locked.status, 403);
    assert_eq!(
        locked.header("x-seraph-loginreason"),
        "AUTHENTICATION_DENIED"
    );
    let reason = locked.header("x-authentication-denied-reason");
    assert!(
        reason.starts_with("CAPTCHA_CHALLENGE; login-url=http://127.0.0.1:"),
        "{reason}"
    );
    assert!(reason.ends_with("/jira/login.jsp"), "{reason}");
    assert!(
        locked
            .header("www-authenticate")
            .starts_with("OAuth realm=")
    );
    let freed = sandbox
        .jira("DELETE", "/rest/sandbox/1.0/captcha/barney")
        .user("fred")
        .send()
        .await;
    assert_eq!(freed.status, 204);
    assert_eq!(ask("barney-password").await.status, 200);
}

#[tokio::test]
async fn basic_can_be_asked_for_and_a_stale_session_is_refused() {
    let sandbox = Running::start().await;
    let asked = sandbox
        .jira("GET", "/rest/api/2/serverInfo?os_authType=basic")
        .send()
        .await;
    assert_eq!(asked.status, 401);
    assert_eq!(
        asked.header("www-authenticate"),
        "Basic realm=\"protected-area\""
    );
    let cookie = "a=b; JSESSIONID=0123456789ABCDEF";
    let stale = sandbox
        .jira("GET", "/rest/api/2/serverInfo")
        .header("cookie", cookie)
        .send()
        .await;
    assert_eq!(stale.status, 401);
    assert!(stale.text.contains("an invalid cookie was sent"));
    let also = sandbox
        .jira("GET", "/rest/api/2/myself")
        .header("cookie", cookie)
        .user("fred")
        .send()
        .await;
    assert_eq!(also.status, 200);
    let parameters = "/rest/api/2/myself?os_username=fred&os_password=fred-password";
    assert_eq!(
        sandbox
            .jira("GET", parameters)
            .send()
            .await
            .header("x-ausername"),
        "fred"
    );
}

#[tokio::test]
async fn basic_can_be_switched_off_with_exceptions() {
    let sandbox = Running::start().await;
    let config = "/rest/basicauth/1.0/config";
    let block = json!({ "block-requests": true, "allowed-paths": ["/rest/api/2/serverInfo*"], "allowed-users": ["fred"] });
    assert_eq!(
        sandbox
            .jira("PUT", config)
            .user("barney")
            .json(&block)
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        sandbox
            .jira("PUT", config)
            .user("fred")
            .json(&block)
            .send()
            .await
            .json(),
        block
    );
    let refused = sandbox
        .jira("GET", "/rest/api/2/myself")
        .user("barney")
        .send()
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.json(),
        json!({ "message": "Basic Authentication has been disabled on this instance." })
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/serverInfo")
            .user("barney")
            .send()
            .await
            .status,
        200
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/myself")
            .user("fred")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_inactive_and_those_without_access_do_not_get_in() {
    let sandbox = Running::start().await;
    let inactive = sandbox
        .jira("GET", "/rest/api/2/myself")
        .user("bambam")
        .send()
        .await;
    assert_eq!(inactive.status, 401);
    let without = sandbox
        .jira("GET", "/rest/api/2/myself")
        .user("slate")
        .send()
        .await;
    assert_eq!(
        (
            without.status.as_u16(),
            without.header("x-seraph-loginreason")
        ),
        (403, "AUTHORISATION_FAILED".to_owned())
    );
}

#[tokio::test]
async fn a_name_is_percent_encoded_in_the_header() {
    let sandbox = Running::start().await;
    let me = sandbox
        .jira("GET", "/rest/api/2/myself")
        .basic("pearl@example.com", "pearl-password")
        .send()
        .await;
    assert_eq!(me.header("x-ausername"), "pearl%40example.com");
}

#[tokio::test]
async fn a_personal_token_is_shown_once_and_ends() {
    let sandbox = Running::start().await;
    let tokens = "/rest/pat/latest/tokens";
    let body = json!({ "name": "robot", "expirationDuration": 90 });
    let made = sandbox
        .jira("POST", tokens)
        .user("barney")
        .json(&body)
        .send()
        .await;
    assert_eq!(made.status, 201);
    let raw = made.json()["rawToken"].as_str().unwrap().to_owned();
    let listed = sandbox
        .jira("GET", tokens)
        .user("barney")
        .send()
        .await
        .json();
    assert_eq!(listed[0].get("rawToken"), None);
    let me = || sandbox.jira("GET", "/rest/api/2/myself");
    assert_eq!(
        me().bearer(&raw).send().await.header("x-ausername"),
        "barney"
    );
    assert_eq!(
        me().basic("barney", &raw)
            .send()
            .await
            .header("x-ausername"),
        "barney"
    );
    assert_eq!(me().basic("fred", &raw).send().await.status, 401);
    sandbox.pass(Duration::days(91));
    let expired = me().bearer(&raw).send().await;
    assert_eq!(
        (
            expired.status.as_u16(),
            expired.header("x-seraph-loginreason")
        ),
        (401, "AUTHENTICATED_FAILED".to_owned())
    );
    let id = made.json()["id"].to_string();
    assert_eq!(
        sandbox
            .jira("DELETE", &format!("{tokens}/{id}"))
            .user("barney")
            .send()
            .await
            .status,
        204
    );
    assert_eq!(
        sandbox
            .jira("GET", tokens)
            .user("barney")
            .send()
            .await
            .json(),
        json!([])
    );
    assert_eq!(sandbox.jira("GET", tokens).send().await.status, 401);
}

#[tokio::test]
async fn a_form_needs_the_no_check_header_and_json_does_not() {
    let sandbox = Running::start().await;
    let search = || sandbox.jira("POST", "/rest/api/2/search").user("fred");
    let form = search().form(&[("jql", "")]).send().await;
    assert_eq!(
        (form.status.as_u16(), form.text.as_str()),
        (403, "XSRF check failed")
    );
    assert_eq!(search().send().await.status, 403);
    assert_eq!(
        search()
            .form(&[])
            .header("x-atlassian-token", "no-check")
            .send()
            .await
            .status,
        200
    );
    assert_eq!(search().json(&json!({})).send().await.status, 200);
}

#[tokio::test]
async fn a_browser_has_to_come_from_the_products_own_pages() {
    let sandbox = Running::start().await;
    let origin = sandbox
        .description
        .products
        .jira
        .trim_end_matches("/jira")
        .to_owned();
    let search = || {
        sandbox
            .jira("POST", "/rest/api/2/search")
            .user("fred")
            .json(&json!({}))
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64)")
            .header("x-atlassian-token", "no-check")
    };
    assert_eq!(search().send().await.status, 403);
    assert_eq!(
        search()
            .header("origin", "https://gateway.example.com")
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        search()
            .header("referer", &format!("{origin}.evil.example/x"))
            .send()
            .await
            .status,
        403
    );
    assert_eq!(search().header("origin", &origin).send().await.status, 200);
    assert_eq!(
        search()
            .header("user-agent", "gatewright")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn versions_and_format_suffixes_name_the_same_resource() {
    let sandbox = Running::start().await;
    for path in [
        "/rest/api/2/myself.json",
        "/rest/api/latest/myself",
        "//rest/api/2;x=1/myself",
    ] {
        assert_eq!(
            sandbox.jira("GET", path).user("fred").send().await.status,
            200,
            "{path}"
        );
    }
    let unknown = sandbox
        .jira("GET", "/rest/api/3/myself")
        .user("fred")
        .send()
        .await;
    assert_eq!(unknown.status, 404);
    assert!(
        unknown.json()["message"]
            .as_str()
            .unwrap()
            .starts_with("null for uri: http://127.0.0.1:")
    );
}
