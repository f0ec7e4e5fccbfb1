//! The cross-site check of the REST module, which looks at `POST` alone.

use http::{Method, StatusCode};

use super::refusal::bitbucket_error;
use super::{Kind, Site};
use crate::reply::Reply;
use crate::request::Incoming;

const TEXT: &str = "XSRF check failed";

impl Site {
    /// The refusal, if the request looks like one that a foreign page made a browser send.
    pub(super) fn cross_site(&self, incoming: &Incoming, path: &[&str]) -> Option<Reply> {
        if incoming.method != Method::POST || path.first() != Some(&"rest") {
            return None;
        }
        // A browser has to come from our own pages, whatever token or body it sends.
        let browser = incoming
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("Mozilla/"));
        let own = [incoming.header("origin"), incoming.header("referer")]
            .into_iter()
            .flatten()
            .any(|from| self.is_own(from));
        if browser && !own {
            return Some(self.refuse_cross_site());
        }
        // A form can be sent by any page; JSON cannot.
        let form = matches!(
            incoming.media_type().as_deref(),
            None | Some("application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain")
        );
        let checked_off = incoming.header("x-atlassian-token").is_some_and(|token| {
            token.eq_ignore_ascii_case("no-check") || token.eq_ignore_ascii_case("nocheck")
        });
        (form && !checked_off).then(|| self.refuse_cross_site())
    }

    fn is_own(&self, from: &str) -> bool {
        let rest = from.strip_prefix(self.origin.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn refuse_cross_site(&self) -> Reply {
        match self.kind {
            Kind::Bitbucket => bitbucket_error(StatusCode::FORBIDDEN, TEXT, ""),
            Kind::Jira | Kind::Confluence => Reply::text(StatusCode::FORBIDDEN, TEXT),
        }
    }
}
