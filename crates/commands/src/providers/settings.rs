//! What most connections leave as it is: how their calls leave this computer, further parameters,
//! and how the gateway verifies.

use gatewright_http::{Client, ClientError, Network, Proxy, Recorder};
use gatewright_oauth::{Authorization, AuthorizationRequest, IssuerCheck, Pkce, ScopeSeparator};
use gatewright_secret::SecretString;
use gatewright_wire as wire;
use gatewright_wire::WireError;
use gatewright_workspace as kept;
use url::Url;

use crate::app::App;
use crate::convert;
use crate::errors::{self, internal, invalid};
use crate::names;

/// As the window shows them.
pub(super) fn shown(settings: &kept::ConnectionSettings) -> wire::ConnectionSettings {
    let params = |params: &[(String, String)]| {
        params
            .iter()
            .map(|(name, value)| wire::Parameter {
                name: name.clone(),
                value: value.clone(),
            })
            .collect()
    };
    wire::ConnectionSettings {
        without_pkce: settings.without_pkce,
        push: settings.push,
        authorization_params: params(&settings.authorization_params),
        token_params: params(&settings.token_params),
        refresh_params: params(&settings.refresh_params),
        assertion_audience: settings.assertion_audience.clone().unwrap_or_default(),
        proxy: match &settings.proxy {
            kept::ProxyChoice::System => wire::ProxyChoice::System,
            kept::ProxyChoice::None => wire::ProxyChoice::None,
            kept::ProxyChoice::Set { url, user, bypass } => wire::ProxyChoice::Set {
                url: url.clone(),
                user: user.clone().unwrap_or_default(),
                bypass: bypass.clone(),
            },
        },
        ca_pem: settings.ca_pem.clone().unwrap_or_default(),
        verification: settings.verification.map(convert::verification),
        verification_audience: settings.verification_audience.clone(),
    }
}

/// What was typed, without what clings to it.
pub(super) fn typed(settings: wire::ConnectionSettings) -> kept::ConnectionSettings {
    let text = |text: String| {
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let params = |params: Vec<wire::Parameter>| {
        params
            .into_iter()
            .map(|param| (param.name.trim().to_owned(), param.value))
            .filter(|(name, _)| !name.is_empty())
            .collect()
    };
    let list = |list: Vec<String>| list.into_iter().filter_map(text).collect();
    kept::ConnectionSettings {
        without_pkce: settings.without_pkce,
        push: settings.push,
        authorization_params: params(settings.authorization_params),
        token_params: params(settings.token_params),
        refresh_params: params(settings.refresh_params),
        assertion_audience: text(settings.assertion_audience),
        proxy: match settings.proxy {
            wire::ProxyChoice::System => kept::ProxyChoice::System,
            wire::ProxyChoice::None => kept::ProxyChoice::None,
            wire::ProxyChoice::Set { url, user, bypass } => kept::ProxyChoice::Set {
                url: url.trim().to_owned(),
                user: text(user),
                bypass: list(bypass),
            },
        },
        ca_pem: text(settings.ca_pem),
        verification: settings.verification.map(convert::kept_verification),
        verification_audience: list(settings.verification_audience),
    }
}

/// The way of a connection's calls over what is usual on this computer.
pub(super) fn network(
    usual: Network,
    settings: &kept::ConnectionSettings,
    password: Option<SecretString>,
) -> Result<Network, WireError> {
    let proxy = match &settings.proxy {
        kept::ProxyChoice::System => usual.proxy.clone(),
        kept::ProxyChoice::None => Proxy::None,
        kept::ProxyChoice::Set { url, user, bypass } => Proxy::Set {
            url: proxy_url(url)?,
            user: user.clone(),
            password: password.filter(|_| user.is_some()),
            bypass: bypass.clone(),
        },
    };
    let ca_pem = match (&usual.ca_pem, &settings.ca_pem) {
        (Some(usual), Some(own)) => Some(format!("{usual}\n{own}")),
        (usual, own) => own.clone().or_else(|| usual.clone()),
    };
    Ok(Network {
        proxy,
        ca_pem,
        ..usual
    })
}

fn proxy_url(text: &str) -> Result<Url, WireError> {
    let field = "settings.proxy.url";
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            invalid(
                field,
                "This is no address of a proxy.",
                "Write it as http://proxy.example.com:3128.",
            )
        })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            field,
            "The address holds a user name or password.",
            "Leave out what stands before the @; both have fields of their own.",
        ));
    }
    Ok(url)
}

/// Refuses settings that cannot work, before they are kept.
pub(super) fn refuse_unusable(
    settings: &kept::ConnectionSettings,
    network: &Network,
) -> Result<(), WireError> {
    Client::new(network).map_err(|error| {
        let field = match &error {
            ClientError::CaUnreadable => Some("settings.ca_pem"),
            ClientError::Proxy { .. } => Some("settings.proxy.url"),
            ClientError::IdentityUnreadable
            | ClientError::UserAgent
            | ClientError::Tls { .. }
            | ClientError::SetUp { .. } => None,
        };
        WireError {
            field: field.map(str::to_owned),
            ..errors::client(&error)
        }
    })?;
    for (field, authorization, token) in [
        (
            "settings.authorization_params",
            settings.authorization_params.as_slice(),
            [].as_slice(),
        ),
        ("settings.token_params", &[], &settings.token_params),
        ("settings.refresh_params", &[], &settings.refresh_params),
    ] {
        refuse_reserved(authorization, token).map_err(|error| WireError {
            field: Some(field.to_owned()),
            ..error
        })?;
    }
    Ok(())
}

/// Parameters that are made by the flow itself cannot be given.
fn refuse_reserved(
    authorization: &[(String, String)],
    token: &[(String, String)],
) -> Result<(), WireError> {
    let somewhere =
        Url::parse("https://id.invalid/").map_err(|_| internal("no parameter was looked at"))?;
    Authorization::new(AuthorizationRequest {
        authorization_endpoint: somewhere.clone(),
        token_endpoint: somewhere,
        client_id: "any".to_owned(),
        redirect_uri: "http://127.0.0.1/".to_owned(),
        scopes: Vec::new(),
        scope_separator: ScopeSeparator::Space,
        issuer: IssuerCheck::default(),
        pkce: Pkce::S256,
        authorization_params: authorization.to_vec(),
        token_params: token.to_vec(),
    })
    .map(drop)
    .map_err(|error| errors::authorization(&error))
}

impl App {
    /// The way of a connection's calls.
    pub(crate) async fn network_of(&self, provider: &kept::Provider) -> Result<Network, WireError> {
        let password = match &provider.settings.proxy {
            kept::ProxyChoice::Set { user: Some(_), .. } => {
                self.secret(&names::proxy_password(&provider.id)).await?
            }
            kept::ProxyChoice::Set { user: None, .. }
            | kept::ProxyChoice::System
            | kept::ProxyChoice::None => None,
        };
        network(self.host.network(), &provider.settings, password)
    }

    /// A client for every call of a connection, with its record.
    pub(crate) async fn client_of(
        &self,
        provider: &kept::Provider,
    ) -> Result<(Client, Recorder), WireError> {
        recorded(&self.network_of(provider).await?)
    }
}

/// A client whose calls are recorded, and the record.
pub(super) fn recorded(network: &Network) -> Result<(Client, Recorder), WireError> {
    let recorder = Recorder::new();
    let client = Client::new(network).map_err(|error| errors::client(&error))?;
    Ok((client.recorded(recorder.clone()), recorder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_kept_and_shown_again() {
        let param = |name: &str| wire::Parameter {
            name: name.to_owned(),
            value: "jira".to_owned(),
        };
        let settings = wire::ConnectionSettings {
            without_pkce: true,
            push: true,
            authorization_params: vec![param("audience"), param(" ")],
            token_params: vec![param("resource")],
            refresh_params: vec![param("audience")],
            assertion_audience: "https://id.example.com".to_owned(),
            proxy: wire::ProxyChoice::Set {
                url: "http://proxy.example.com:3128".to_owned(),
                user: "fred".to_owned(),
                bypass: vec!["10.0.0.0/8".to_owned()],
            },
            ca_pem: String::new(),
            verification: Some(wire::Verification::Introspection),
            verification_audience: vec!["jira".to_owned(), "  ".to_owned()],
        };
        let mut expected = settings.clone();
        expected.authorization_params.pop();
        expected.verification_audience.pop();
        assert_eq!(shown(&typed(settings)), expected);
    }

    #[test]
    fn what_the_flow_makes_itself_cannot_be_a_parameter() {
        let settings = |name: &str| kept::ConnectionSettings {
            refresh_params: vec![(name.to_owned(), "x".to_owned())],
            ..kept::ConnectionSettings::default()
        };
        let network = Network::default();
        assert!(refuse_unusable(&settings("audience"), &network).is_ok());
        let error = refuse_unusable(&settings("grant_type"), &network).unwrap_err();
        assert_eq!(error.field.as_deref(), Some("settings.refresh_params"));
    }

    #[test]
    fn a_proxys_password_has_a_field_of_its_own() {
        let settings = kept::ConnectionSettings {
            proxy: kept::ProxyChoice::Set {
                url: "http://fred:canary@proxy.example.com:3128".to_owned(),
                user: None,
                bypass: Vec::new(),
            },
            ..kept::ConnectionSettings::default()
        };
        let error = network(Network::default(), &settings, None).unwrap_err();
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        assert_eq!(error.field.as_deref(), Some("settings.proxy.url"));
    }
}
