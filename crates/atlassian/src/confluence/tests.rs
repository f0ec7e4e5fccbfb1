//! What its answers are taken for.

use serde_json::json;

use super::reply::{groups, identity, user};
use crate::answer::tests::response;
use crate::answer::{Answer, Identity};

fn named(body: &str) -> Identity {
    identity(&Answer::new(&response(200, &[], body)))
}

#[test]
fn who_am_i_is_a_user_only_when_the_type_is_known() {
    assert_eq!(
        named(r#"{"type":"known","username":"jdoe"}"#)
            .named()
            .unwrap()
            .user,
        "jdoe"
    );
    assert_eq!(
        named(r#"{"type":"known","accountId":"5b"}"#)
            .named()
            .unwrap()
            .user,
        "5b"
    );
    assert_eq!(named(r#"{"type":"anonymous"}"#), Identity::Nobody);
    assert_eq!(
        named(r#"{"type":"anonymous","username":"jdoe"}"#),
        Identity::Nobody
    );
    assert_eq!(named(r#"{"username":"jdoe"}"#), Identity::Unsaid);
    assert_eq!(named(r#"{"type":"known"}"#), Identity::Unsaid);
}

#[test]
fn a_user_may_be_deactivated_or_gone() {
    assert!(
        user(&json!({"type": "known", "username": "a"}))
            .unwrap()
            .active
    );
    assert!(
        !user(&json!({"type": "known", "username": "a", "status": "deactivated"}))
            .unwrap()
            .active
    );
    assert!(
        user(&json!({"type": "unknown", "username": "a"}))
            .unwrap()
            .deleted
    );
    assert_eq!(user(&json!({"type": "anonymous", "username": "a"})), None);
}

#[test]
fn a_page_of_groups_says_whether_there_may_be_more() {
    let page = |value| groups(&value).unwrap();
    let (names, more) = page(json!({"results": [{"name": "a"}], "limit": 200}));
    assert_eq!((names, more), (vec!["a".to_owned()], false));
    assert!(page(json!({"results": [{"name": "a"}], "limit": 1})).1);
    assert!(page(json!({"results": [{"name": "a"}], "_links": {"next": "/x"}})).1);
    assert_eq!(groups(&json!({"results": [{"id": 7}]})), None);
}
