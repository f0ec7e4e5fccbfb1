//! The calls of Git, which go by another door than the REST API.

use http::StatusCode;
use time::OffsetDateTime;

use super::bitbucket::{self, Scm};
use super::{Content, Product};
use crate::request::Incoming;

impl Product {
    /// Bitbucket's `/scm`, unless something else answers in its place.
    pub(super) fn git(
        &mut self,
        incoming: &Incoming,
        segments: &[String],
        now: OffsetDateTime,
    ) -> Option<Scm> {
        let Content::Bitbucket(projects) = &mut self.content else {
            return None;
        };
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["scm", rest @ ..] = path.as_slice() else {
            return None;
        };
        let site = &mut self.site;
        if site.in_place(incoming, &path).is_some() {
            return None;
        }
        let now = site.scenario.time(now);
        let (caller, decided) = match site.authenticate(incoming, &path, now) {
            Ok(caller) => {
                let caller = site.mixed_up(caller);
                let decided = match site.may_use(&caller).filter(|_| caller.account.is_some()) {
                    Some(refusal) => Scm::Reply(refusal),
                    None => bitbucket::scm(site, projects, &caller, incoming, rest, now),
                };
                (caller, decided)
            }
            Err(refused) => {
                let (caller, reply) = *refused;
                (caller, Scm::Reply(reply))
            }
        };
        Some(match decided {
            Scm::Reply(reply) => {
                let reply = site.stamp(reply, &caller);
                site.record(incoming, &caller, reply.status);
                Scm::Reply(reply)
            }
            Scm::Git(call) => {
                site.record(incoming, &caller, StatusCode::OK);
                Scm::Git(call)
            }
        })
    }
}
