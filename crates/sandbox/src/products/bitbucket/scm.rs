//! `/scm`: who may clone and push, and the objects of Git LFS.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::projects::Projects;
use crate::git::{GitCall, is_safe};
use crate::products::Site;
use crate::products::authentication::{Caller, How};
use crate::reply::Reply;
use crate::request::Incoming;

/// The objects of Git LFS, by their SHA-256.
#[derive(Default)]
pub(in crate::products) struct Objects(BTreeMap<String, Vec<u8>>);

/// What a call of `/scm` comes to.
pub(in crate::products) enum Scm {
    /// An answer at once.
    Reply(Reply),
    /// Git has to be run.
    Git(GitCall),
}

const LFS: &str = "application/vnd.git-lfs+json";

/// `/scm/{project}/{repository}.git/…`.
pub(in crate::products) fn scm(
    site: &mut Site,
    projects: &Projects,
    caller: &Caller,
    incoming: &Incoming,
    path: &[&str],
    now: OffsetDateTime,
) -> Scm {
    let (project, slug, rest) = match path {
        [project, repository, rest @ ..] => (
            *project,
            repository.strip_suffix(".git").unwrap_or(repository),
            rest,
        ),
        _ => return Scm::Reply(Reply::empty(StatusCode::NOT_FOUND)),
    };
    let found = projects
        .repository(project, slug)
        .filter(|repository| is_safe(&repository.project) && is_safe(&repository.slug));
    let Some(repository) = found.filter(|known| projects.sees_repository(caller, known)) else {
        // Whether it is there is not for everybody to know.
        return Scm::Reply(refused(caller));
    };
    let service = rest.join("/");
    let is_batch = service == "info/lfs/objects/batch";
    let operation = incoming.json().unwrap_or_default();
    let writes = service == "git-receive-pack"
        || incoming.query("service") == Some("git-receive-pack")
        || (is_batch && operation["operation"] == "upload");
    if writes && !may_push(site, caller, incoming, now) {
        return Scm::Reply(refused(caller));
    }
    let name = format!("{}/{}", repository.project, repository.slug);
    if is_batch {
        return Scm::Reply(batch(site, &name, incoming, &operation));
    }
    match service.as_str() {
        "info/refs" | "git-upload-pack" | "git-receive-pack" => Scm::Git(GitCall {
            repository: name,
            service: format!("/{service}"),
            user: caller.account.as_ref().map(|account| account.name.clone()),
        }),
        _ => Scm::Reply(Reply::empty(StatusCode::NOT_FOUND)),
    }
}

fn may_push(site: &Site, caller: &Caller, incoming: &Incoming, now: OffsetDateTime) -> bool {
    caller.account.is_some()
        && (caller.how != How::Token || site.token_may_write(caller, incoming, now))
}

/// Git asks for a password when it sees 401; somebody who is known is told that they may not.
fn refused(caller: &Caller) -> Reply {
    if caller.account.is_some() {
        return Reply::text(
            StatusCode::FORBIDDEN,
            "You are not permitted to access this repository",
        );
    }
    Reply::text(StatusCode::UNAUTHORIZED, "Authentication required")
}

fn batch(site: &Site, repository: &str, incoming: &Incoming, body: &Value) -> Reply {
    let upload = body["operation"] == "upload";
    let authorization = incoming.header("authorization");
    let objects: Vec<Value> = body["objects"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|object| {
            let id = object["oid"].as_str().unwrap_or_default();
            let mut answer = json!({ "oid": id, "size": object["size"], "authenticated": true });
            let known = site.objects.0.contains_key(id);
            let mut action = json!({
                "href": format!("{}/rest/git-lfs/storage/{repository}/{id}", site.base_url),
            });
            if let Some(value) = authorization {
                action["header"] = json!({ "Authorization": value });
            }
            match (upload, known) {
                (true, false) => answer["actions"] = json!({ "upload": action }),
                (true, true) => {}
                (false, true) => answer["actions"] = json!({ "download": action }),
                (false, false) => {
                    answer["error"] = json!({ "code": 404, "message": "Object does not exist" });
                }
            }
            answer
        })
        .collect();
    let whole = json!({ "transfer": "basic", "objects": objects });
    Reply::bytes(StatusCode::OK, LFS, whole.to_string().into_bytes())
}

/// `/rest/git-lfs/storage/{project}/{repository}/{oid}`.
pub(super) fn storage(
    site: &mut Site,
    projects: &Projects,
    caller: &Caller,
    incoming: &Incoming,
    path: &[&str],
    now: OffsetDateTime,
) -> Option<Reply> {
    let [project, slug, id] = path else {
        return None;
    };
    let seen = projects
        .repository(project, slug)
        .is_some_and(|repository| projects.sees_repository(caller, repository));
    if !seen {
        return Some(refused(caller));
    }
    match incoming.verb() {
        "GET" => Some(site.objects.0.get(*id).map_or_else(
            || Reply::empty(StatusCode::NOT_FOUND),
            |object| Reply::bytes(StatusCode::OK, "application/octet-stream", object.clone()),
        )),
        "PUT" if !may_push(site, caller, incoming, now) => Some(refused(caller)),
        "PUT" => {
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &incoming.body);
            let mut text = String::new();
            for byte in digest.as_ref() {
                let _ = write!(text, "{byte:02x}");
            }
            if text != *id {
                return Some(Reply::empty(StatusCode::UNPROCESSABLE_ENTITY));
            }
            site.objects.0.insert(text, incoming.body.clone());
            Some(Reply::empty(StatusCode::OK))
        }
        _ => None,
    }
}
