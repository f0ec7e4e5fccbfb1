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
