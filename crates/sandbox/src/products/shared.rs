//! The resources that all three products have.

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::authentication::Caller;
use super::{Kind, Site};
use crate::html::{self, escape};
use crate::reply::Reply;
use crate::request::Incoming;

impl Kind {
    /// Name, type in the application-link manifest, version and build number.
    pub(super) fn release(self) -> (&'static str, &'static str, &'static str, u32) {
        match self {
            Self::Jira => ("Jira", "jira", "10.3.2", 10_030_002),
            Self::Confluence => ("Confluence", "confluence", "9.2.1", 9111),
            Self::Bitbucket => ("Bitbucket", "stash", "9.4.2", 9_004_002),
        }
    }
}

impl Site {
    pub(super) fn shared(
        &mut self,
        caller: &Caller,
        incoming: &Incoming,
        path: &[&str],
        now: OffsetDateTime,
    ) -> Option<Reply> {
        match (incoming.verb(), path) {
            ("GET", ["status"]) => Some(Reply::ok(&json!({ "state": "RUNNING" }))),
            ("GET", ["rest", "applinks", _, "manifest"]) => Some(self.manifest(incoming)),
            ("GET" | "PUT", ["rest", "basicauth", "1.0" | "latest", "config"]) => {
                Some(self.basic_auth_config(caller, incoming))
            }
            ("GET", []) => Some(self.front_page(caller)),
            ("GET", ["login.jsp" | "login.action" | "login"]) => Some(self.login_page()),
            (method, ["rest", "pat", "1.0" | "latest", "tokens", rest @ ..])
                if self.kind != Kind::Bitbucket =>
            {
                self.personal_tokens(caller, method, rest, incoming, now)
            }
            (
                method,
                [
                    "rest",
                    "access-tokens",
                    "1.0" | "latest",
                    "users",
                    slug,
                    rest @ ..,
                ],
            ) if self.kind == Kind::Bitbucket => {
                self.bitbucket_tokens(caller, method, slug, rest, incoming, now)
            }
            (
                method,
                [
                    "rest",
                    "access-tokens",
                    "1.0" | "latest",
                    "projects",
                    key,
                    rest @ ..,
                ],
            ) if self.kind == Kind::Bitbucket => {
                let (slug, rest) = match rest {
                    ["repos", slug, rest @ ..] => (Some(*slug), rest),
                    rest => (None, rest),
                };
                self.place_tokens(caller, method, (key, slug), rest, incoming, now)
            }
            _ => None,
        }
    }

    fn manifest(&self, incoming: &Incoming) -> Reply {
        let (title, kind, version, build) = self.kind.release();
        let provider = |name: &str| {
            format!("com.atlassian.applinks.api.auth.types.{name}AuthenticationProvider")
        };
        let types = ["OAuth", "TwoLeggedOAuth", "TwoLeggedOAuthWithImpersonation"].map(provider);
        let icon = format!("{}/images/icon.png", self.base_url);
        let id = match self.kind {
            Kind::Jira => "5a1d0f3e-0001-3c5b-9f52-d6d5b2f0c001",
            Kind::Confluence => "5a1d0f3e-0002-3c5b-9f52-d6d5b2f0c002",
            Kind::Bitbucket => "5a1d0f3e-0003-3c5b-9f52-d6d5b2f0c003",
        };
        if incoming.prefers_json() {
            return Reply::ok(&json!({
                "id": id,
                "name": title,
                "typeId": kind,
                "version": version,
                "buildNumber": build,
                "applinksVersion": "9.1.2",
                "inboundAuthenticationTypes": types,
                "outboundAuthenticationTypes": types,
                "publicSignup": false,
                "url": self.base_url,
                "iconUrl": icon,
                "iconUri": icon,
            }));
        }
        let listed = |element: &str| -> String {
            types
                .iter()
                .flat_map(|name| ["<", element, ">", name, "</", element, ">"])
                .collect()
        };
        Reply::xml(
            StatusCode::OK,
            &format!(
                "<manifest><id>{id}</id><name>{title}</name><typeId>{kind}</typeId><version>{version}</version>\
                 <buildNumber>{build}</buildNumber><applinksVersion>9.1.2</applinksVersion>{}{}\
                 <publicSignup>false</publicSignup><url>{url}</url><iconUrl>{icon}</iconUrl><iconUri>{icon}</iconUri>\
                 </manifest>",
                listed("inboundAuthenticationTypes"),
                listed("outboundAuthenticationTypes"),
                url = escape(&self.base_url),
            ),
        )
    }

    fn front_page(&self, caller: &Caller) -> Reply {
        let (title, ..) = self.kind.release();
        if caller.account.is_none() {
            let page = match self.kind {
                Kind::Jira => "login.jsp",
                Kind::Confluence => "login.action",
                Kind::Bitbucket => "login",
            };
            return Reply::redirect(StatusCode::FOUND, &format!("{}/{page}", self.base_url));
        }
        let text = format!("<p>Signed in as {}.</p>", escape(caller.name()));
        html::page(StatusCode::OK, title, "Dashboard", &text)
    }

    fn login_page(&self) -> Reply {
        let (title, ..) = self.kind.release();
        let text =
            "<p class=\"muted\">This product of the sandbox is used by its REST API alone.</p>";
        html::page(StatusCode::OK, title, "Log in", text)
    }
}

/// Part of a list, in the way of `startAt` and `maxResults`.
pub(super) fn part(values: &[Value], start: usize, limit: usize) -> &[Value] {
    let rest = values.get(start..).unwrap_or_default();
    &rest[..rest.len().min(limit)]
}

/// Whether a directory search finds somebody: the text begins the name, a word of the display name or the address.
pub(super) fn found_by(account: &super::Account, text: &str) -> bool {
    let text = text.to_lowercase();
    let begins = |value: &str| value.to_lowercase().starts_with(&text);
    text == "."
        || begins(&account.name)
        || begins(&account.email)
        || begins(&account.display_name)
        || account.display_name.split(' ').any(begins)
}
