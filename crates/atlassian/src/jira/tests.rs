//! What its answers are taken for.

use serde_json::json;

use super::reply::{groups, identity, user, users};
use super::request;
use crate::answer::tests::response;
use crate::answer::{Answer, Identity};

fn named(body: &str) -> Identity {
    identity(&Answer::new(&response(200, &[], body)))
}

#[test]
fn who_am_i_is_named_by_the_body() {
    assert_eq!(named(r#"{"name":"fred"}"#).named().unwrap().user, "fred");
    assert_eq!(named(r#"{"name":"anonymous"}"#), Identity::Nobody);
    assert_eq!(named(r#"{"displayName":"Fred"}"#), Identity::Unsaid);
    assert_eq!(named("<html></html>"), Identity::Unsaid);
}

#[test]
fn a_user_needs_a_name_and_is_active_unless_said_otherwise() {
    assert!(user(&json!({"name": "fred"})).unwrap().active);
    assert!(
        !user(&json!({"name": "fred", "active": false}))
            .unwrap()
            .active
    );
    assert_eq!(user(&json!({"key": "JIRAUSER1"})), None);
    assert_eq!(
        users(&json!([{"name": "a"}, {"name": "b"}])).unwrap().len(),
        2
    );
    assert_eq!(users(&json!({"name": "a"})), None);
}

#[test]
fn groups_that_were_not_expanded_are_not_no_groups() {
    assert_eq!(
        groups(&json!({"groups": {"size": 0, "items": []}})).unwrap(),
        [""; 0]
    );
    assert_eq!(groups(&json!({"groups": {"size": 3, "items": []}})), None);
    assert_eq!(groups(&json!({"name": "fred"})), None);
}

#[test]
fn the_key_goes_before_the_name() {
    let fred = user(&json!({"name": "fred", "key": "JIRAUSER 1"})).unwrap();
    assert_eq!(
        request::groups(&fred),
        "/rest/api/2/user?key=JIRAUSER%201&expand=groups"
    );
}
