//! Discovery: descriptions that are true, and those that lie.

use gatewright_oauth::{ClientAuthentication, DiscoveryError, IssuerMatch, discover, discover_as};

use crate::server::{Answer, Provider, client, json, with_type};

fn description(issuer: &str, more: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/a","token_endpoint":"{issuer}/t?x=1","jwks_uri":"{issuer}/k"{more}}}"#
    )
}

/// A provider that describes itself at every place, with its own origin in place of `ORIGIN`.
async fn describing(path: &str, text: String) -> Provider {
    let path = path.to_owned();
    Provider::saying(move |_, asked| {
        let origin = format!("http://{}", asked.headers["host"]);
        if asked.target == path {
            json(&text.replace("ORIGIN", &origin))
        } else {
            with_type(404, "text/html", "<html>not here</html>")
        }
    })
    .await
}

const OPENID: &str = "/realms/a/.well-known/openid-configuration";

#[tokio::test]
async fn a_provider_that_names_itself_exactly_is_believed() {
    let more = r#","authorization_response_iss_parameter_supported":true,"token_endpoint_auth_methods_supported":["client_secret_post"],"scopes_supported":["openid"]"#;
    let provider = describing(OPENID, description("ORIGIN/realms/a", more)).await;
    let issuer = format!("{}/realms/a", provider.origin());
    for entered in [
        issuer.clone(),
        format!(" {issuer} "),
        format!("{}{OPENID}", provider.origin()),
    ] {
        let said = discover(&client(), &entered).await.unwrap();
        assert_eq!(said.issuer, issuer);
        assert_eq!(
            said.token_endpoint.unwrap().as_str(),
            format!("{issuer}/t?x=1")
        );
        assert_eq!(said.userinfo_endpoint, None);
        assert!(said.announces_issuer_in_answers && said.foreign_hosts.is_empty());
    }
    let said = discover(&client(), &issuer).await.unwrap();
    assert_eq!(said.preferred_authentication(), ClientAuthentication::Body);
    assert_eq!(said.scopes_supported, ["openid"]);
}

#[tokio::test]
async fn a_provider_without_openid_is_found_where_rfc_8414_puts_it() {
    let provider = describing(
        "/.well-known/oauth-authorization-server/realms/a",
        description("ORIGIN/realms/a", ""),
    )
    .await;
    let issuer = format!("{}/realms/a", provider.origin());
    assert_eq!(discover(&client(), &issuer).await.unwrap().issuer, issuer);
    let place = format!(
        "{}/.well-known/oauth-authorization-server/realms/a",
        provider.origin()
    );
    assert_eq!(discover(&client(), &place).await.unwrap().issuer, issuer);
}

#[tokio::test]
async fn an_issuer_may_end_in_a_slash_and_then_it_counts() {
    let provider = describing(OPENID, description("ORIGIN/realms/a/", "")).await;
    let issuer = format!("{}/realms/a/", provider.origin());
    assert_eq!(discover(&client(), &issuer).await.unwrap().issuer, issuer);
    let without = issuer.trim_end_matches('/');
    let error = discover(&client(), without).await.unwrap_err();
    assert_eq!(
        error,
        DiscoveryError::OtherIssuer {
            expected: without.to_owned(),
            found: issuer.clone()
        }
    );
    assert!(error.hint().contains(&issuer));
    assert_eq!(
        discover(
            &client(),
            &format!("{without}/.well-known/openid-configuration")
        )
        .await
        .unwrap()
        .issuer,
        issuer
    );
}

#[tokio::test]
async fn discovery_spoof_lies_are_not_believed() {
    let lie = async |text: String| {
        let provider = describing(OPENID, text).await;
        discover(&client(), &format!("{}/realms/a", provider.origin())).await
    };
    assert!(matches!(
        lie(description("https://evil.example", "")).await,
        Err(DiscoveryError::OtherIssuer { .. })
    ));
    assert!(matches!(
        lie(description("ORIGIN/realms/b", "")).await,
        Err(DiscoveryError::OtherIssuer { .. })
    ));
    for endpoint in [
        "http://evil.example/u",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ] {
        let more = format!(r#","userinfo_endpoint":"{endpoint}""#);
        assert!(
            matches!(
                lie(description("ORIGIN/realms/a", &more)).await,
                Err(DiscoveryError::Insecure(_))
            ),
            "{endpoint}"
        );
    }
    let more = r#","userinfo_endpoint":"https://elsewhere.example/u""#;
    let said = lie(description("ORIGIN/realms/a", more)).await.unwrap();
    assert_eq!(said.foreign_hosts, ["elsewhere.example"]);
    assert_eq!(
        lie("{}".to_owned()).await,
        Err(DiscoveryError::Lacks { name: "issuer" })
    );
    assert_eq!(
        lie(description("ORIGIN/realms/a", r#","userinfo_endpoint":7"#)).await,
        Err(DiscoveryError::Lacks {
            name: "userinfo_endpoint"
        })
    );
}

#[tokio::test]
async fn discovery_spoof_what_is_no_description_gets_a_clear_message() {
    let ask = async |answer: Answer| {
        let provider = Provider::always(answer).await;
        discover(&client(), &provider.origin()).await.unwrap_err()
    };
    let page = ask(with_type(
        200,
        "text/html",
        "<!DOCTYPE html><title>404 - Not found</title>",
    ))
    .await;
    assert!(page.to_string().contains("404 - Not found"), "{page}");
    assert!(matches!(
        ask(with_type(404, "text/plain", "no")).await,
        DiscoveryError::NotThere { .. }
    ));
    assert!(matches!(
        ask(with_type(500, "text/plain", "no")).await,
        DiscoveryError::Status { status: 500, .. }
    ));
    assert!(matches!(
        ask(json("[]")).await,
        DiscoveryError::NotJson { .. }
    ));
    let elsewhere = Answer {
        status: 302,
        headers: vec![("Location", "https://evil.example/x?y".to_owned())],
        body: Vec::new(),
    };
    assert_eq!(
        ask(elsewhere).await,
        DiscoveryError::Redirected {
            to: "https://evil.example/x".to_owned()
        }
    );
}

#[tokio::test]
async fn ssrf_only_https_and_this_machine_are_asked() {
    for issuer in [
        "http://169.254.169.254",
        "http://id.example",
        "ftp://id.example",
        "file:///etc",
        "unix:/run/x",
    ] {
        assert!(
            matches!(
                discover(&client(), issuer).await,
                Err(DiscoveryError::Insecure(_))
            ),
            "{issuer}"
        );
    }
    for nothing in ["", "id.example", "http://127.0.0.1:1/?a"] {
        assert!(
            matches!(
                discover(&client(), nothing).await,
                Err(DiscoveryError::NotAnAddress { .. })
            ),
            "{nothing}"
        );
    }
}

#[tokio::test]
async fn the_domain_of_a_tenant_is_answered_with_its_id() {
    const ID: &str = "11111111-2222-3333-4444-555555555555";
    let asked = async |tenant: &str, issuer: &str| {
        let text = description(issuer, "");
        let provider = Provider::saying(move |_, asked| {
            json(&text.replace("ORIGIN", &format!("http://{}", asked.headers["host"])))
        })
        .await;
        let configured = format!("{}/{tenant}/v2.0", provider.origin());
        discover_as(&client(), &configured, IssuerMatch::Templated).await
    };
    let by_id = format!("ORIGIN/{ID}/v2.0");
    assert!(
        asked("contoso.com", &by_id)
            .await
            .unwrap()
            .issuer
            .contains(ID)
    );
    for (tenant, issuer) in [
        ("contoso", by_id.clone()),
        ("22222222-2222-3333-4444-555555555555", by_id.clone()),
        ("contoso.com", "ORIGIN/fabrikam.com/v2.0".to_owned()),
        ("contoso.com", format!("ORIGIN/{ID}/v1.0")),
        ("contoso.com", format!("ORIGIN/{ID}/v2.0/more")),
        ("contoso.com", format!("https://evil.example/{ID}/v2.0")),
    ] {
        assert!(
            matches!(
                asked(tenant, &issuer).await,
                Err(DiscoveryError::OtherIssuer { .. })
            ),
            "{tenant} {issuer}"
        );
    }
}

#[tokio::test]
async fn a_template_stands_for_a_tenant_and_for_nothing_else() {
    let provider = describing(
        "/t1/v2.0/.well-known/openid-configuration",
        description("ORIGIN/{tenantid}/v2.0", ""),
    )
    .await;
    let issuer = format!("{}/t1/v2.0", provider.origin());
    assert!(matches!(
        discover(&client(), &issuer).await,
        Err(DiscoveryError::OtherIssuer { .. })
    ));
    let said = discover_as(&client(), &issuer, IssuerMatch::Templated)
        .await
        .unwrap();
    assert!(said.issuer.ends_with("/{tenantid}/v2.0"));
    let other = describing(
        "/t1/v2.0/.well-known/openid-configuration",
        description("https://evil.example/{tenantid}/v2.0", ""),
    )
    .await;
    let issuer = format!("{}/t1/v2.0", other.origin());
    assert!(
        discover_as(&client(), &issuer, IssuerMatch::Templated)
            .await
            .is_err()
    );
    assert!(
        discover_as(&client(), &issuer, IssuerMatch::FromDocument)
            .await
            .is_ok()
    );
}
