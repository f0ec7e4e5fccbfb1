//! Signatures, verified by another library.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use time::macros::datetime;

use super::*;
use crate::key_pair::KeyPair;

const NOW: OffsetDateTime = datetime!(2026-11-22 17:00:00 UTC);

fn signer() -> Oauth1Signer {
    let pem = SecretString::new(include_str!("../../fixtures/keys/rsa-2048-pkcs8.pem"));
    Oauth1Signer::new("gatewright", &pem).unwrap()
}

fn field(header: &HeaderValue, name: &str) -> String {
    let text = header.to_str().unwrap();
    let (_, after) = text.split_once(&format!("{name}=\"")).unwrap();
    percent_decode_str(after.split('"').next().unwrap())
        .decode_utf8()
        .unwrap()
        .into_owned()
}

fn is_signature_of(header: &HeaderValue, base: &str) -> bool {
    let pem = SecretString::new(include_str!("../../fixtures/keys/rsa-2048-pkcs8.pem"));
    let der = STANDARD
        .decode(KeyPair::from_private_pem(&pem).unwrap().public_body())
        .unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, der);
    let signature = STANDARD.decode(field(header, "oauth_signature")).unwrap();
    key.verify(base.as_bytes(), &signature).is_ok()
}

#[test]
fn another_library_verifies_the_signature_over_the_expected_base_string() {
    let url =
        Url::parse("HTTPS://Jira.Example.com:443/jira/rest/api/2/search?jql=a%3Db+c").unwrap();
    let url = append_requestor(&url, "fréd");
    let header = signer()
        .sign(&Method::GET, &url, None, NOW, "n0nce")
        .unwrap();
    let base = "GET&https%3A%2F%2Fjira.example.com%2Fjira%2Frest%2Fapi%2F2%2Fsearch&\
                jql%3Da%253Db%2520c%26oauth_consumer_key%3Dgatewright%26oauth_nonce%3Dn0nce%26\
                oauth_signature_method%3DRSA-SHA1%26oauth_timestamp%3D1795366800%26oauth_token%3D%26\
                oauth_version%3D1.0%26xoauth_requestor_id%3Dfr%25C3%25A9d";
    assert!(is_signature_of(&header, base));
    assert!(!is_signature_of(&header, &base.replace("n0nce", "nonce")));
}

#[test]
fn all_six_parameters_are_in_the_header_and_the_token_is_empty() {
    let url = append_requestor(&Url::parse("https://h/rest").unwrap(), "fred");
    let header = signer().sign(&Method::GET, &url, None, NOW, "n").unwrap();
    assert!(header.is_sensitive());
    assert!(
        header
            .to_str()
            .unwrap()
            .starts_with("OAuth oauth_consumer_key=\"gatewright\", ")
    );
    assert!(header.to_str().unwrap().contains("oauth_token=\"\""));
    assert_eq!(field(&header, "oauth_signature_method"), "RSA-SHA1");
    assert_eq!(
        field(&header, "oauth_timestamp"),
        NOW.unix_timestamp().to_string()
    );
    assert_eq!(field(&header, "oauth_nonce"), "n");
    assert!(!header.to_str().unwrap().contains(REQUESTOR));
}

#[test]
fn a_form_body_is_signed_like_the_query() {
    let url = append_requestor(&Url::parse("https://h/rest?b=2").unwrap(), "fred");
    let form = [("a".to_owned(), "1 2".to_owned())];
    let header = signer()
        .sign(&Method::POST, &url, Some(&form), NOW, "n")
        .unwrap();
    let raw = signer()
        .sign_raw(
            &Method::POST,
            &url,
            "/rest?b=2&xoauth_requestor_id=fred",
            Some(b"a=1+2"),
            NOW,
            "n",
        )
        .unwrap();
    assert_eq!(
        field(&header, "oauth_signature"),
        field(&raw, "oauth_signature")
    );
    let base = "POST&https%3A%2F%2Fh%2Frest&a%3D1%25202%26b%3D2%26oauth_consumer_key%3Dgatewright%26\
                oauth_nonce%3Dn%26oauth_signature_method%3DRSA-SHA1%26oauth_timestamp%3D1795366800%26\
                oauth_token%3D%26oauth_version%3D1.0%26xoauth_requestor_id%3Dfred";
    assert!(is_signature_of(&header, base));
}

#[test]
fn a_raw_target_is_signed_byte_for_byte() {
    let origin = Url::parse("http://bitbucket:7990/ignored").unwrap();
    let target = "/rest/%7Efred/a%2Fb//c?x=%7E&xoauth_requestor_id=fred";
    let header = signer()
        .sign_raw(&Method::GET, &origin, target, None, NOW, "n")
        .unwrap();
    let base = "GET&http%3A%2F%2Fbitbucket%3A7990%2Frest%2F%257Efred%2Fa%252Fb%2F%2Fc&\
                oauth_consumer_key%3Dgatewright%26oauth_nonce%3Dn%26oauth_signature_method%3DRSA-SHA1%26\
                oauth_timestamp%3D1795366800%26oauth_token%3D%26oauth_version%3D1.0%26x%3D~%26\
                xoauth_requestor_id%3Dfred";
    assert!(is_signature_of(&header, base));
}

#[test]
fn a_request_that_already_speaks_for_somebody_is_not_signed() {
    let sign = |url: &str, form: Option<&[u8]>| {
        let url = Url::parse(url).unwrap();
        let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
        signer().sign_raw(&Method::GET, &url, &target, form, NOW, "n")
    };
    assert_eq!(
        sign(
            "https://h/r?xoauth_requestor_id=admin&xoauth_requestor_id=fred",
            None
        )
        .unwrap_err(),
        SignError::TwoRequestors
    );
    assert_eq!(
        sign(
            "https://h/r?xoauth_requestor_id=fred",
            Some(b"xoauth_requestor_%69d=admin")
        )
        .unwrap_err(),
        SignError::TwoRequestors
    );
    assert_eq!(
        sign("https://h/r?OAuth_token=x", None).unwrap_err(),
        SignError::ForeignParameter {
            name: "OAuth_token".to_owned()
        }
    );
    assert!(sign("https://h/r?xoauth_requestor_id=fred&user_id=7", None).is_ok());
}

#[test]
fn the_user_goes_to_the_end_of_the_query_and_the_rest_stays() {
    let named = |url: &str, user: &str| {
        append_requestor(&Url::parse(url).unwrap(), user)
            .query()
            .unwrap()
            .to_owned()
    };
    assert_eq!(named("https://h/r", "fred"), "xoauth_requestor_id=fred");
    assert_eq!(named("https://h/r?", "fred"), "xoauth_requestor_id=fred");
    assert_eq!(
        named("https://h/r?a=%7e+b&&c", "a b&c=d"),
        "a=%7e+b&&c&xoauth_requestor_id=a%20b%26c%3Dd"
    );
}

#[test]
fn a_signer_is_shared_between_threads_and_shows_no_key() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let signer = signer();
    shared(&signer);
    assert_eq!(
        format!("{signer:?}"),
        "Oauth1Signer { consumer_key: \"gatewright\", bits: 2048, .. }"
    );
    assert_ne!(nonce(), nonce());
    assert_eq!(nonce().len(), 32);
}
