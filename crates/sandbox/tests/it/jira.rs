//! Jira: people, projects and issues.

use serde_json::{Value, json};

use crate::running::Running;

#[tokio::test]
async fn some_things_are_for_everybody() {
    let sandbox = Running::start().await;
    let info = sandbox
        .jira("GET", "/rest/api/2/serverInfo")
        .send()
        .await
        .json();
    assert_eq!(info["deploymentType"], "Server");
    assert_eq!(info["baseUrl"], sandbox.description.products.jira.as_str());
    assert_eq!(
        sandbox.jira("GET", "/status").send().await.json()["state"],
        "RUNNING"
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/project")
            .send()
            .await
            .json(),
        json!([])
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/search?jql=")
            .send()
            .await
            .json()["total"],
        0
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/groups/picker")
            .send()
            .await
            .json()["total"],
        0
    );
    let permissions = sandbox
        .jira("GET", "/rest/api/2/mypermissions")
        .send()
        .await
        .json();
    assert_eq!(
        permissions["permissions"]["BROWSE_PROJECTS"]["havePermission"],
        false
    );
    assert_eq!(
        sandbox.jira("GET", "/rest/api/2/field").send().await.status,
        401
    );
}

#[tokio::test]
async fn people_differ_from_the_provider_in_the_announced_ways() {
    let sandbox = Running::start().await;
    let find = |query: &'static str| {
        sandbox
            .jira("GET", &format!("/rest/api/2/user?{query}"))
            .user("fred")
            .send()
    };
    assert_eq!(find("username=JDoe").await.json()["name"], "jdoe");
    assert_eq!(
        find("username=wilma").await.json()["emailAddress"],
        "wilma@corp.example.com"
    );
    assert_eq!(
        find("username=pearl@example.com").await.json()["displayName"],
        "Pearl Slaghoople"
    );
    assert_eq!(find("username=pearl").await.status, 404);
    assert_eq!(find("username=bambam").await.json()["active"], false);
    assert_eq!(find("username=gazoo").await.status, 404);
    assert_eq!(find("username=arnold").await.status, 404);
    assert_eq!(
        find("username=arnold&includeDeleted=true").await.json()["deleted"],
        true
    );
    assert_eq!(
        find("username=bjorn").await.json()["displayName"],
        "Björn Ångström 山田"
    );
    let barney = find("username=barney").await.json();
    assert_ne!(barney["key"], barney["name"]);
    let by_key = format!("/rest/api/2/user?key={}", barney["key"].as_str().unwrap());
    assert_eq!(
        sandbox
            .jira("GET", &by_key)
            .user("fred")
            .send()
            .await
            .json()["name"],
        "barney"
    );
    assert_eq!(
        sandbox
            .jira("GET", "/rest/api/2/user?username=fred")
            .send()
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_search_by_address_answers_an_array_with_everybody_who_has_it() {
    let sandbox = Running::start().await;
    let path = "/rest/api/2/user/search?username=john.smith@example.com";
    let found = sandbox.jira("GET", path).user("barney").send().await.json();
    let names: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["name"])
        .collect();
    assert_eq!(names, ["jsmith", "jsmith2"]);
    let path = "/rest/api/2/user/search?username=bamm";
    assert_eq!(
        sandbox.jira("GET", path).user("barney").send().await.json(),
        json!([])
    );
    let path = "/rest/api/2/user/search?username=bamm&includeInactive=true";
    assert_eq!(
        sandbox.jira("GET", path).user("barney").send().await.json()[0]["name"],
        "bambam"
    );
}

#[tokio::test]
async fn groups_are_listed_and_their_members_are_for_administrators() {
    let sandbox = Running::start().await;
    let path = "/rest/api/2/group/member?groupname=contractors";
    let members = sandbox.jira("GET", path).user("fred").send().await.json();
    assert_eq!(
        (&members["total"], &members["values"][0]["name"]),
        (&json!(1), &json!("mallory"))
    );
    assert_eq!(
        sandbox.jira("GET", path).user("barney").send().await.status,
        403
    );
    let picker = sandbox
        .jira("GET", "/rest/api/2/groups/picker?query=contr")
        .user("barney")
        .send()
        .await
        .json();
    assert_eq!(picker["groups"][0]["html"], "<b>contr</b>actors");
    assert_eq!(picker["header"], "Showing 1 of 1 matching groups");
}

#[tokio::test]
async fn issues_are_created_read_changed_and_deleted_by_name() {
    let sandbox = Running::start().await;
    let fields = json!({ "fields": {
        "project": { "key": "ROCK" }, "summary": "A new one", "issuetype": { "name": "Bug" },
    } });
    let made = sandbox
        .jira("POST", "/rest/api/2/issue")
        .user("barney")
        .json(&fields)
        .send()
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    let path = format!("/rest/api/2/issue/{key}");
    let issue = sandbox.jira("GET", &path).user("fred").send().await.json();
    assert_eq!(issue["fields"]["reporter"]["name"], "barney");
    let comment = json!({ "body": "Yabba" });
    let commented = sandbox
        .jira("POST", &format!("{path}/comment"))
        .user("jdoe")
        .json(&comment)
        .send()
        .await;
    assert_eq!(commented.json()["author"]["name"], "jdoe");
    let change = json!({ "fields": { "summary": "Changed" } });
    assert_eq!(
        sandbox
            .jira("PUT", &path)
            .user("barney")
            .json(&change)
            .send()
            .await
            .status,
        204
    );
    let jql = "/rest/api/2/search?jql=project%3DROCK%20AND%20reporter%20%3D%20currentUser()%20ORDER%20BY%20key";
    let found = sandbox.jira("GET", jql).user("barney").send().await.json();
    assert_eq!(found["issues"].as_array().unwrap().len(), 2);
    assert_eq!(found["issues"][1]["fields"]["summary"], "Changed");
    assert_eq!(
        sandbox
            .jira("DELETE", &path)
            .user("jdoe")
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        sandbox
            .jira("DELETE", &path)
            .user("barney")
            .send()
            .await
            .status,
        204
    );
    assert_eq!(
        sandbox
            .jira("GET", &path)
            .user("barney")
            .send()
            .await
            .status,
        404
    );
    let nobody = sandbox.jira("GET", "/rest/api/2/issue/ROCK-1").send().await;
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.json()["errorMessages"][1], "Login Required");
}

#[tokio::test]
async fn a_bad_issue_is_refused_with_the_field() {
    let sandbox = Running::start().await;
    let create = |fields: Value| {
        let call = sandbox.jira("POST", "/rest/api/2/issue").user("fred");
        call.json(&json!({ "fields": fields })).send()
    };
    let refused = create(json!({ "project": { "key": "NONE" } })).await;
    assert_eq!(
        (
            refused.status.as_u16(),
            refused.json()["errors"]["project"].is_string()
        ),
        (400, true)
    );
    let refused = create(json!({ "project": { "key": "ROCK" } })).await;
    assert!(refused.json()["errors"]["summary"].is_string());
}

#[tokio::test]
async fn projects_are_made_by_administrators() {
    let sandbox = Running::start().await;
    let body = json!({ "key": "NEW", "name": "New project", "projectTypeKey": "software", "lead": "barney" });
    let path = "/rest/api/2/project";
    assert_eq!(
        sandbox
            .jira("POST", path)
            .user("barney")
            .json(&body)
            .send()
            .await
            .status,
        403
    );
    assert_eq!(
        sandbox.jira("POST", path).json(&body).send().await.status,
        401
    );
    assert_eq!(
        sandbox
            .jira("POST", path)
            .user("fred")
            .json(&body)
            .send()
            .await
            .status,
        201
    );
    assert_eq!(
        sandbox
            .jira("POST", path)
            .user("fred")
            .json(&body)
            .send()
            .await
            .status,
        400
    );
    let made = sandbox
        .jira("GET", "/rest/api/2/project/NEW")
        .user("jdoe")
        .send()
        .await
        .json();
    assert_eq!(made["lead"]["name"], "barney");
}
