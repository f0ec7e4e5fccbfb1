use super::*;

fn way_back(expected: Expected) -> Return {
    Return {
        product: ProductKind::Jira,
        expected,
        keep_cookies: false,
        base: Url::parse("https://jira.internal:8443/jira").unwrap(),
        public: Url::parse("https://gateway.example.com/tracker").unwrap(),
        pending: None,
    }
}

fn answer(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::try_from(*value).unwrap(),
        );
    }
    headers
}

fn fred() -> Return {
    way_back(Expected::User("fred".to_owned()))
}

#[test]
fn another_name_or_anonymous_trips_the_wire_and_the_same_name_does_not() {
    for other in ["anonymous", "admin", "fre%64y"] {
        let mut headers = answer(&[("x-ausername", other)]);
        let denial = fred().clean(StatusCode::OK, &mut headers).unwrap_err();
        assert_eq!(denial.code, ReasonCode::IdentityMismatch, "{other}");
    }
    for same in ["fred", "FRED", "fre%64", " fred"] {
        let mut headers = answer(&[("x-ausername", same)]);
        let notes = fred().clean(StatusCode::OK, &mut headers).unwrap();
        assert!(!notes.identity_not_named, "{same}");
        assert!(headers.contains_key("x-ausername"));
    }
    let mut twice = answer(&[("x-ausername", "fred"), ("x-ausername", "admin")]);
    assert!(fred().clean(StatusCode::OK, &mut twice).is_err());
}

#[test]
fn a_name_with_a_space_is_known_in_both_of_its_encodings() {
    let back = way_back(Expected::User("Fred Smith".to_owned()));
    for same in ["fred%20smith", "Fred+Smith"] {
        assert!(
            back.clean(StatusCode::OK, &mut answer(&[("x-ausername", same)]))
                .is_ok(),
            "{same}"
        );
    }
    assert!(
        back.clean(StatusCode::OK, &mut answer(&[("x-ausername", "fredsmith")]))
            .is_err()
    );
}

#[test]
fn an_answer_that_names_nobody_is_noted() {
    let notes = fred().clean(StatusCode::OK, &mut answer(&[])).unwrap();
    assert!(notes.identity_not_named);
    let nobody = way_back(Expected::Anybody)
        .clean(StatusCode::OK, &mut answer(&[]))
        .unwrap();
    assert!(!nobody.identity_not_named);
}

#[test]
fn a_service_account_may_be_anybody_but_nobody() {
    let back = way_back(Expected::Somebody);
    assert!(
        back.clean(StatusCode::OK, &mut answer(&[("x-ausername", "svc")]))
            .is_ok()
    );
    assert!(
        back.clean(StatusCode::OK, &mut answer(&[("x-ausername", "anonymous")]))
            .is_err()
    );
}

#[test]
fn a_refused_signature_is_named_in_the_log() {
    let mut headers = answer(&[
        ("x-ausername", "anonymous"),
        (
            "www-authenticate",
            "OAuth realm=\"x\", oauth_problem=\"signature_invalid\"",
        ),
    ]);
    let denial = fred()
        .clean(StatusCode::UNAUTHORIZED, &mut headers)
        .unwrap_err();
    assert!(
        denial.log_detail.ends_with("(signature_invalid)"),
        "{}",
        denial.log_detail
    );
}

#[test]
fn sessions_of_the_product_do_not_reach_the_client() {
    let mut headers = answer(&[
        ("set-cookie", "JSESSIONID=1"),
        ("set-cookie", "atlassian.xsrf.token=2"),
        ("connection", "close, x-private"),
        ("x-private", "1"),
        ("x-gatewright-reason", "permit"),
        ("content-type", "application/json"),
    ]);
    fred().clean(StatusCode::OK, &mut headers).unwrap();
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["content-type"]);
}

#[test]
fn addresses_of_the_product_become_public_ones() {
    let moved = |location: &str| {
        let mut headers = answer(&[("location", location)]);
        fred().clean(StatusCode::FOUND, &mut headers).unwrap();
        headers["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(
        moved("https://jira.internal:8443/jira/browse/A-1?a=%20b#c"),
        "https://gateway.example.com/tracker/browse/A-1?a=%20b#c"
    );
    assert_eq!(moved("/jira/browse/A-1"), "/tracker/browse/A-1");
    assert_eq!(moved("/jira"), "/tracker");
    assert_eq!(moved("/jirax/a"), "/jirax/a");
    assert_eq!(
        moved("https://other.example/jira/a"),
        "https://other.example/jira/a"
    );
    assert_eq!(moved("browse/A-1"), "browse/A-1");
    assert_eq!(moved("//evil.example/jira"), "//evil.example/jira");
    assert_eq!(
        moved("/jira/x/?a=1&xoauth_requestor_id=fred"),
        "/tracker/x/?a=1"
    );
    assert_eq!(moved("/jira/x/?xoauth_requestor_id=fred"), "/tracker/x/");
}

#[test]
fn addresses_in_a_link_header_become_public_ones() {
    let mut headers = answer(&[(
        "link",
        "<https://jira.internal:8443/jira/a?start=25>; rel=\"next\", </jira/b>; rel=prev",
    )]);
    fred().clean(StatusCode::OK, &mut headers).unwrap();
    assert_eq!(
        headers["link"],
        "<https://gateway.example.com/tracker/a?start=25>; rel=\"next\", </tracker/b>; rel=prev"
    );
}
