//! How each product says no.

use http::StatusCode;
use serde_json::{Value, json};

use super::authentication::{Caller, How};
use super::{Kind, Site};
use crate::html::{self, escape};
use crate::reply::Reply;
use crate::request::Incoming;

const AUTHENTICATE: &str = "Client must be authenticated to access this resource.";
const ADMINISTRATE: &str =
    "Client must be authenticated as a system administrator to access this resource.";

impl Site {
    /// Nobody may do this.
    pub(super) fn not_authenticated(&self, incoming: &Incoming) -> Reply {
        match self.kind {
            Kind::Bitbucket => not_permitted(),
            Kind::Jira | Kind::Confluence => {
                rest_status(incoming, StatusCode::UNAUTHORIZED, AUTHENTICATE)
            }
        }
    }

    /// Only administrators may do this.
    pub(super) fn not_administrator(&self, caller: &Caller, incoming: &Incoming) -> Reply {
        if caller.account.is_none() {
            return self.not_authenticated(incoming);
        }
        match self.kind {
            Kind::Bitbucket => not_permitted(),
            Kind::Jira | Kind::Confluence => {
                rest_status(incoming, StatusCode::FORBIDDEN, ADMINISTRATE)
            }
        }
    }

    pub(super) fn not_found(&self, incoming: &Incoming, path: &[&str]) -> Reply {
        if path.first() != Some(&"rest") {
            return html::page(
                StatusCode::NOT_FOUND,
                "Server",
                "Oops, you've found a dead link",
                "",
            );
        }
        let message = format!("null for uri: {}{}", self.origin, incoming.raw_path);
        match self.kind {
            Kind::Bitbucket => bitbucket_error(
                StatusCode::NOT_FOUND,
                &message,
                "com.sun.jersey.api.NotFoundException",
            ),
            Kind::Jira | Kind::Confluence => rest_status(incoming, StatusCode::NOT_FOUND, &message),
        }
    }

    /// Somebody who is known and may not use the product gets nothing of its REST API.
    pub(super) fn may_use(&self, caller: &Caller) -> Option<Reply> {
        let refused = match &caller.account {
            Some(account) => !account.may_use,
            None => self.scenario.anonymous_access_off && self.kind == Kind::Confluence,
        };
        refused.then(|| match self.kind {
            Kind::Jira => jira_errors(
                StatusCode::FORBIDDEN,
                &["You do not have access to this application."],
            ),
            Kind::Confluence => confluence_error(
                StatusCode::FORBIDDEN,
                "Current user not permitted to use Confluence",
            ),
            Kind::Bitbucket => not_permitted(),
        })
    }

    /// Something went wrong inside.
    pub(super) fn internal_error(&self) -> Reply {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let message = "An internal error occurred.";
        match self.kind {
            Kind::Jira => jira_errors(status, &["Internal server error"]),
            Kind::Confluence => confluence_error(status, message),
            Kind::Bitbucket => bitbucket_error(status, message, ""),
        }
    }

    /// Why an access token is not taken, where the sandbox is told to say so.
    pub(super) fn token_refused(&self, token: &str, incoming: &Incoming) -> Reply {
        if self.scenario.says_why_a_token_fails {
            let words = if self.revoked.iter().any(|revoked| revoked == token) {
                Some("Access token revoked.")
            } else if self.tokens.iter().any(|known| known.value == token) {
                Some("Access token expired.")
            } else {
                None
            };
            if let Some(words) = words {
                return match self.kind {
                    Kind::Bitbucket => bitbucket_error(StatusCode::UNAUTHORIZED, words, ""),
                    Kind::Jira | Kind::Confluence => Reply::json(
                        StatusCode::UNAUTHORIZED,
                        &json!({ "message": words, "status-code": 401 }),
                    ),
                };
            }
        }
        if self.scenario.invalid_token_is_a_page {
            return html::page(StatusCode::UNAUTHORIZED, "Server", "Unauthorized (401)", "")
                .header("server", "Apache Tomcat");
        }
        match self.kind {
            Kind::Bitbucket => incorrect_password(),
            Kind::Jira | Kind::Confluence => self.not_authenticated(incoming),
        }
    }

    /// What RFC 6750 has for a token that is known and not enough.
    pub(super) fn bearer_refused(&self) -> Option<Reply> {
        let (status, challenge, words) = if let Some(scope) = &self.scenario.scope_missing {
            (
                StatusCode::FORBIDDEN,
                format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""),
                "The token lacks a scope.",
            )
        } else if self.scenario.wrong_audience {
            (
                StatusCode::UNAUTHORIZED,
                "Bearer error=\"invalid_token\", error_description=\"The audience of the token is another\"".to_owned(),
                "The token was made for another audience.",
            )
        } else {
            return None;
        };
        let body = json!({ "message": words, "status-code": status.as_u16() });
        Some(Reply::json(status, &body).header("www-authenticate", &challenge))
    }

    pub(super) fn basic_disabled(&self) -> Reply {
        let message = "Basic Authentication has been disabled on this instance.";
        match self.kind {
            Kind::Bitbucket => bitbucket_error(StatusCode::FORBIDDEN, message, ""),
            Kind::Jira | Kind::Confluence => {
                Reply::json(StatusCode::FORBIDDEN, &json!({ "message": message }))
            }
        }
    }
}

/// The refusal of Jira's and Confluence's REST module: XML unless JSON is preferred.
fn rest_status(incoming: &Incoming, status: StatusCode, message: &str) -> Reply {
    if incoming.prefers_json() {
        return Reply::json(
            status,
            &json!({ "message": message, "status-code": status.as_u16() }),
        );
    }
    let document = format!(
        "<status><status-code>{}</status-code><message>{}</message></status>",
        status.as_u16(),
        escape(message)
    );
    Reply::xml(status, &document)
}

/// Bitbucket's list of errors; an empty `exception` is null.
pub(super) fn bitbucket_error(status: StatusCode, message: &str, exception: &str) -> Reply {
    let exception = if exception.is_empty() {
        Value::Null
    } else {
        json!(exception)
    };
    let error = json!({ "context": null, "message": message, "exceptionName": exception });
    Reply::json(status, &json!({ "errors": [error] }))
}

/// Bitbucket's 401 for whoever may not do this, signed in or not.
pub(super) fn not_permitted() -> Reply {
    bitbucket_error(
        StatusCode::UNAUTHORIZED,
        "You are not permitted to access this resource",
        "com.atlassian.bitbucket.AuthorisationException",
    )
}

pub(super) fn incorrect_password() -> Reply {
    bitbucket_error(
        StatusCode::UNAUTHORIZED,
        "Authentication failed. Please check your credentials and try again.",
        "com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException",
    )
}

/// Bitbucket's licensed users; an access token is not let in where `token_too` is false.
pub(super) fn licensed(caller: &Caller, token_too: bool) -> Option<Reply> {
    let refused = caller.account.is_none() || (!token_too && caller.how == How::Token);
    refused.then(not_permitted)
}

/// Jira's error collection.
pub(super) fn jira_errors(status: StatusCode, messages: &[&str]) -> Reply {
    Reply::json(status, &json!({ "errorMessages": messages, "errors": {} }))
}

/// Jira's error collection for one field.
pub(super) fn jira_field_error(field: &str, message: &str) -> Reply {
    Reply::json(
        StatusCode::BAD_REQUEST,
        &json!({ "errorMessages": [], "errors": { field: message } }),
    )
}

/// Confluence's `RestError`.
pub(super) fn confluence_error(status: StatusCode, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({
            "statusCode": status.as_u16(),
            "data": {
                "authorized": status != StatusCode::FORBIDDEN,
                "valid": status != StatusCode::BAD_REQUEST,
                "errors": [],
                "successful": false,
            },
            "message": message,
            "reason": status.canonical_reason(),
        }),
    )
}
