//! What its answers are taken for.

use serde_json::json;

use super::reply::{group, identity, page, user};
use crate::answer::tests::response;
use crate::answer::{Answer, Identity};

#[test]
fn who_am_i_is_named_by_the_header_alone() {
    let named = |status, headers: &[(&str, &str)]| {
        identity(&Answer::new(&response(
            status,
            headers,
            r#"{"name":"admin"}"#,
        )))
    };
    assert_eq!(
        named(200, &[("X-AUSERNAME", "fred")]).named().unwrap().user,
        "fred"
    );
    assert_eq!(named(200, &[]), Identity::Nobody);
    assert_eq!(named(401, &[]), Identity::Unsaid);
}

#[test]
fn a_user_has_a_name_and_a_slug() {
    let jane = user(&json!({"name": "J@x", "slug": "j_x", "id": 8, "emailAddress": ""})).unwrap();
    assert_eq!(
        (jane.name.as_str(), jane.slug.as_deref()),
        ("J@x", Some("j_x"))
    );
    assert_eq!((jane.key.as_deref(), jane.email), (Some("8"), None));
}

#[test]
fn a_page_tells_where_the_next_one_starts() {
    let body = json!({"values": ["a", {"name": "b"}], "isLastPage": false, "nextPageStart": 9});
    assert_eq!(
        page(&body, group).unwrap(),
        (vec!["a".to_owned(), "b".to_owned()], Some(9))
    );
    let body = json!({"values": [], "isLastPage": true, "nextPageStart": null});
    assert_eq!(page(&body, group).unwrap(), (Vec::<String>::new(), None));
}

#[test]
fn a_user_in_a_list_of_groups_is_no_group() {
    assert_eq!(group(&json!({"name": "fred", "slug": "fred"})), None);
    assert_eq!(
        page(
            &json!({"values": [{"name": "fred", "slug": "fred"}]}),
            group
        ),
        None
    );
}
