//! Confluence: the anonymous 200, people and pages.

use serde_json::{Value, json};

use crate::running::Running;

#[tokio::test]
async fn the_current_user_is_answered_200_even_when_it_is_nobody() {
    let sandbox = Running::start().await;
    let nobody = sandbox
        .confluence("GET", "/rest/api/user/current")
        .send()
        .await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.header("x-ausername")),
        (200, "anonymous".to_owned())
    );
    assert_eq!(nobody.json()["type"], "anonymous");
    let me = sandbox
        .confluence("GET", "/rest/api/user/current")
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(
        (&me["type"], &me["username"]),
        (&json!("known"), &json!("fred"))
    );
    assert_eq!(me.get("email"), None);
}

#[tokio::test]
async fn without_anonymous_access_nobody_is_refused_403() {
    let sandbox = Running::start().await;
    let scenario = json!({ "anonymous_access_off": true });
    sandbox
        .confluence("PUT", "/rest/sandbox/1.0/scenario")
        .user("fred")
        .json(&scenario)
        .send()
        .await;
    let nobody = sandbox
        .confluence("GET", "/rest/api/user/current")
        .send()
        .await;
    assert_eq!(nobody.status, 403);
    assert_eq!(nobody.json()["statusCode"], 403);
    assert_eq!(nobody.json()["data"]["authorized"], false);
    assert_eq!(
        sandbox
            .confluence("GET", "/rest/api/user/current")
            .user("fred")
            .send()
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn somebody_who_may_not_use_it_is_refused_with_their_name_on_it() {
    let sandbox = Running::start().await;
    let refused = sandbox
        .confluence("GET", "/rest/api/user/current")
        .user("slate")
        .send()
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("x-ausername")),
        (403, "slate".to_owned())
    );
    assert_eq!(
        refused.json()["message"],
        "Current user not permitted to use Confluence"
    );
}

#[tokio::test]
async fn three_wrong_passwords_bring_the_captcha() {
    let sandbox = Running::start().await;
    for _ in 0..3 {
        sandbox
            .confluence("GET", "/rest/api/user/current")
            .basic("barney", "wrong")
            .send()
            .await;
    }
    let locked = sandbox
        .confluence("GET", "/rest/api/user/current")
        .user("barney")
        .send()
        .await;
    assert_eq!(locked.status, 403);
    assert!(
        locked
            .header("x-authentication-denied-reason")
            .ends_with("/confluence/login.action")
    );
}

#[tokio::test]
async fn people_and_their_groups_are_for_people() {
    let sandbox = Running::start().await;
    let get = |path: &'static str| sandbox.confluence("GET", path).user("barney").send();
    let jane = get("/rest/api/user?username=JDOE").await.json();
    assert_eq!(jane["username"], "jdoe");
    assert_ne!(jane["userKey"], "jdoe");
    let groups = get("/rest/api/user/memberof?username=mallory").await.json();
    let names: Vec<&Value> = groups["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| &group["name"])
        .collect();
    assert_eq!(names, ["confluence-users", "contractors"]);
    assert_eq!(groups["size"], 2);
    assert_eq!(get("/rest/api/user?username=gazoo").await.status, 404);
    assert_eq!(
        get("/rest/api/group/contractors/member").await.json()["results"][0]["username"],
        "mallory"
    );
    assert_eq!(
        sandbox
            .confluence("GET", "/rest/api/user?username=fred")
            .send()
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn everybody_sees_the_pages_that_are_for_them() {
    let sandbox = Running::start().await;
    let titles = |list: Value| -> Vec<String> {
        list["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|page| page["title"].as_str().unwrap().to_owned())
            .collect()
    };
    let nobody = sandbox.confluence("GET", "/rest/api/content").send().await;
    assert_eq!(titles(nobody.json()), ["Opening hours"]);
    let contractor = sandbox
        .confluence("GET", "/rest/api/content")
        .user("mallory")
        .send()
        .await;
    assert_eq!(titles(contractor.json()), ["Opening hours", "Shift plan"]);
    let staff = sandbox
        .confluence("GET", "/rest/api/content")
        .user("barney")
        .send()
        .await;
    assert_eq!(titles(staff.json()).len(), 3);
    assert_eq!(
        sandbox
            .confluence("GET", "/rest/api/content/65603")
            .user("mallory")
            .send()
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn pages_are_written_with_the_next_version() {
    let sandbox = Running::start().await;
    let page = json!({
        "type": "page", "title": "Minutes", "space": { "key": "TEAM" },
        "body": { "storage": { "value": "<p>One</p>", "representation": "storage" } },
    });
    assert_eq!(
        sandbox
            .confluence("POST", "/rest/api/content")
            .json(&page)
            .send()
            .await
            .status,
        403
    );
    let made = sandbox
        .confluence("POST", "/rest/api/content")
        .user("barney")
        .json(&page)
        .send()
        .await
        .json();
    let path = format!("/rest/api/content/{}", made["id"].as_str().unwrap());
    let mut change = json!({
        "type": "page", "title": "Minutes", "version": { "number": 1 },
        "body": { "storage": { "value": "<p>Two</p>", "representation": "storage" } },
    });
    assert_eq!(
        sandbox
            .confluence("PUT", &path)
            .user("jdoe")
            .json(&change)
            .send()
            .await
            .status,
        409
    );
    change["version"]["number"] = json!(2);
    assert_eq!(
        sandbox
            .confluence("PUT", &path)
            .user("jdoe")
            .json(&change)
            .send()
            .await
            .status,
        200
    );
    let expanded = format!("{path}?expand=body.storage,version");
    let read = sandbox
        .confluence("GET", &expanded)
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(read["body"]["storage"]["value"], "<p>Two</p>");
    assert_eq!(read["version"]["by"]["username"], "jdoe");
    let plain = sandbox
        .confluence("GET", &path)
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(
        (plain.get("body"), &plain["_expandable"]["body"]),
        (None, &json!(""))
    );
    assert_eq!(sandbox.confluence("DELETE", &path).send().await.status, 404);
    assert_eq!(
        sandbox
            .confluence("DELETE", &path)
            .user("fred")
            .send()
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn search_understands_joined_clauses_and_refuses_the_rest() {
    let sandbox = Running::start().await;
    let cql = "/rest/api/content/search?cql=space%3DTEAM%20and%20title~%22plan%22";
    let found = sandbox
        .confluence("GET", cql)
        .user("fred")
        .send()
        .await
        .json();
    assert_eq!(found["results"][0]["title"], "Shift plan");
    let wrapped = sandbox
        .confluence("GET", "/rest/api/search?cql=type%3Dpage")
        .send()
        .await
        .json();
    assert_eq!(wrapped["totalSize"], 1);
    assert_eq!(
        sandbox
            .confluence("GET", "/rest/api/search?cql=nonsense")
            .send()
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_list_says_where_its_next_page_is() {
    let sandbox = Running::start().await;
    let mut path = "/rest/api/content?type=page&limit=2".to_owned();
    let mut titles = Vec::new();
    let mut pages = 0;
    loop {
        let body = sandbox.confluence("GET", &path).user("fred").send().await;
        let body = body.json();
        for page in body["results"].as_array().unwrap() {
            titles.push(page["title"].as_str().unwrap().to_owned());
        }
        pages += 1;
        let Some(next) = body["_links"]["next"].as_str() else {
            break;
        };
        assert!(next.contains("type=page"), "{next}");
        next.clone_into(&mut path);
    }
    assert_eq!(pages, 2);
    assert_eq!(titles, ["Opening hours", "Shift plan", "Salaries"]);
}
