//! The description of the API (`OpenAPI` 3.1), kept beside the calls that it describes.

use axum::Json;
use serde_json::{Value, json};

use super::{openapi_keys, openapi_traffic};

pub(super) async fn description() -> Json<Value> {
    Json(openapi())
}

/// The whole description.
pub(crate) fn openapi() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gatewright admin API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Roles: viewer reads, editor publishes and makes and revokes keys too, owner sets secrets and admits admins too. Refusals are problem documents (RFC 9457) with a code."
        },
        "servers": [{ "url": gatewright_admin_api::BASE_PATH }],
        "security": [{ "credential": [] }],
        "paths": merged(merged(paths(), openapi_keys::paths()), openapi_traffic::paths()),
        "components": {
            "securitySchemes": {
                "credential": { "type": "http", "scheme": "bearer", "description": "The credential of a pairing: gwa_…" }
            },
            "responses": {
                "Problem": {
                    "description": "Refused; `code` says why.",
                    "content": { "application/problem+json": { "schema": reference("Problem") } }
                }
            },
            "schemas": merged(merged(schemas(), openapi_keys::schemas()), openapi_traffic::schemas())
        }
    })
}

fn paths() -> Value {
    json!({
        "/openapi.json": {
            "get": open_call("This description", "200", "The description", Some(json!({ "type": "object" })))
        },
        "/pair": {
            "post": {
                "summary": "Turn a pairing code into a credential",
                "security": [],
                "requestBody": body("Pair"),
                "responses": answers("200", "The credential, shown this once", Some(reference("Paired")))
            }
        },
        "/config": {
            "get": {
                "summary": "The newest document; an empty one before the first publish",
                "description": "TOML if Accept asks for application/toml, else JSON.",
                "responses": {
                    "200": {
                        "description": "The document",
                        "headers": { "ETag": etag() },
                        "content": {
                            "application/json": { "schema": { "type": "object" } },
                            "application/toml": { "schema": { "type": "string" } }
                        }
                    },
                    "default": problem()
                }
            },
            "put": {
                "summary": "Publish a document (editor)",
                "description": "428 without If-Match, 412 when another version was published meanwhile, 409 config_from_file when the gateway reads a file, 422 invalid_document, unknown_secrets or failed_expectations.",
                "parameters": [
                    { "name": "If-Match", "in": "header", "required": true, "description": "The ETag of the version that is replaced; \"v0\" for the first.", "schema": { "type": "string" } },
                    { "name": "comment", "in": "query", "required": false, "schema": { "type": "string", "maxLength": 1000 } }
                ],
                "requestBody": document(),
                "responses": published()
            }
        },
        "/config/validate": {
            "post": {
                "summary": "What a publish would say",
                "requestBody": document(),
                "responses": answers("200", "What was found", Some(reference("Validation")))
            }
        },
        "/config/versions": {
            "get": {
                "summary": "Published versions, newest first",
                "parameters": [{ "name": "before", "in": "query", "required": false, "schema": { "type": "integer", "minimum": 0 } }],
                "responses": answers("200", "Versions", Some(reference("VersionList")))
            }
        },
        "/config/versions/{version}": {
            "parameters": [version()],
            "get": {
                "summary": "One version with its document",
                "responses": answers("200", "The version", Some(reference("VersionDocument")))
            }
        },
        "/config/versions/{version}/restore": {
            "parameters": [version()],
            "post": {
                "summary": "Publish an old document again, as a new version (editor)",
                "parameters": [{ "name": "If-Match", "in": "header", "required": false, "schema": { "type": "string" } }],
                "responses": published()
            }
        },
        "/secrets": {
            "get": {
                "summary": "Names and dates of secrets",
                "responses": answers("200", "Secrets", Some(reference("SecretList")))
            }
        },
        "/secrets/{name}": {
            "parameters": [{ "name": "name", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$" } }],
            "put": {
                "summary": "Set a secret; it never comes back (owner)",
                "requestBody": body("PutSecret"),
                "responses": answers("204", "It is set", None)
            }
        },
        "/explain": {
            "post": {
                "summary": "What would become, or became, of a request; nothing is sent to the product itself",
                "requestBody": body("Explain"),
                "responses": answers("200", "The explanation", Some(reference("Explanation")))
            }
        },
        "/audit": {
            "get": {
                "summary": "Audit lines, newest first",
                "parameters": [
                    { "name": "before", "in": "query", "required": false, "schema": { "type": "integer", "minimum": 0 } },
                    { "name": "limit", "in": "query", "required": false, "schema": { "type": "integer", "minimum": 1, "maximum": 1000 } },
                    { "name": "user", "in": "query", "required": false, "schema": { "type": "string" } },
                    { "name": "outcome", "in": "query", "required": false, "description": "permit, a reason code, or refused for all refusals", "schema": { "type": "string" } },
                    { "name": "product", "in": "query", "required": false, "schema": { "type": "string" } },
                    { "name": "since", "in": "query", "required": false, "schema": { "type": "string", "format": "date-time" } },
                    { "name": "until", "in": "query", "required": false, "schema": { "type": "string", "format": "date-time" } },
                    { "name": "kind", "in": "query", "required": false, "schema": { "type": "string", "enum": ["request", "change"] } },
                    { "name": "request_id", "in": "query", "required": false, "schema": { "type": "string" } }
                ],
                "responses": answers("200", "A page of lines", Some(reference("AuditPage")))
            }
        },
        "/status": {
            "get": {
                "summary": "What the gateway does, and who asks",
                "responses": answers("200", "The status", Some(reference("Status")))
            }
        },
        "/admins": {
            "get": {
                "summary": "The admins (owner)",
                "responses": answers("200", "Admins", Some(reference("AdminList")))
            },
            "post": {
                "summary": "Admit an admin (owner)",
                "requestBody": body("CreateAdmin"),
                "responses": answers("201", "The admin with the credential, shown this once", Some(reference("CreatedAdmin")))
            }
        },
        "/admins/{id}": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "delete": {
                "summary": "Take an admin's access away (owner)",
                "responses": answers("204", "It is taken away", None)
            },
            "patch": {
                "summary": "Give an admin another role; 409 last_owner when nobody would be left who may admit admins (owner)",
                "requestBody": body("ChangeAdmin"),
                "responses": answers("200", "The admin", Some(reference("AdminInfo")))
            }
        },
        "/admins/{id}/rotate": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "description": "An admin, or self", "schema": { "type": "string" } }],
            "post": {
                "summary": "Give an admin another credential; the one before is good no more (owner, or oneself)",
                "responses": answers("200", "The admin with the credential, shown this once", Some(reference("CreatedAdmin")))
            }
        }
    })
}

fn schemas() -> Value {
    let text = || json!({ "type": "string" });
    let maybe_text = || json!({ "type": ["string", "null"] });
    let number = || json!({ "type": "integer" });
    let flag = || json!({ "type": "boolean" });
    let moment = || json!({ "type": "string", "format": "date-time" });
    let role = || json!({ "type": "string", "enum": ["viewer", "editor", "owner"] });
    let notation = || json!({ "type": "string", "enum": ["toml", "json"] });
    let version = || {
        json!([
            ["version", number()],
            ["published_at", moment()],
            ["by", text()],
            ["comment", text()]
        ])
    };
    let admin = || json!([["id", text()], ["name", text()], ["role", role()], ["created_at", moment()], ["last_used_at", { "type": ["string", "null"], "format": "date-time" }]]);
    json!({
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "code"],
            "properties": {
                "type": text(), "title": text(), "status": number(), "code": text(),
                "detail": text(), "hint": text(),
                "problems": list("DocumentProblem"),
                "expectations": list("ExpectationResult"),
                "secrets": { "type": "array", "items": text() },
                "current_version": number()
            }
        },
        "Pair": {
            "type": "object",
            "required": ["code"],
            "additionalProperties": false,
            "properties": { "code": text(), "name": { "type": ["string", "null"], "minLength": 1, "maxLength": 64 } }
        },
        "Paired": object(&json!([["id", text()], ["credential", text()], ["role", role()], ["name", text()]])),
        "Published": object(&json!([["version", number()]])),
        "DocumentProblem": object(&json!([["path", text()], ["line", { "type": ["integer", "null"] }], ["message", text()], ["hint", text()]])),
        "ExpectationResult": object(&json!([["name", text()], ["expected", text()], ["actual", text()], ["met", flag()]])),
        "Validation": object(&json!([
            ["valid", flag()],
            ["problems", list("DocumentProblem")],
            ["unknown_secrets", { "type": "array", "items": text() }],
            ["expectations", list("ExpectationResult")]
        ])),
        "VersionInfo": object(&version()),
        "VersionList": {
            "type": "object",
            "required": ["versions"],
            "properties": { "versions": list("VersionInfo"), "next": number() }
        },
        "VersionDocument": {
            "allOf": [
                reference("VersionInfo"),
                object(&json!([["text", text()], ["notation", notation()], ["document", { "type": "object" }]]))
            ]
        },
        "PutSecret": {
            "type": "object",
            "required": ["value"],
            "additionalProperties": false,
            "properties": { "value": { "type": "string", "minLength": 1, "maxLength": 65536, "writeOnly": true } }
        },
        "SecretInfo": object(&json!([["name", text()], ["created_at", moment()], ["updated_at", moment()]])),
        "SecretList": object(&json!([["secrets", list("SecretInfo")]])),
        "Explain": {
            "type": "object",
            "additionalProperties": false,
            "description": "Either request_id, or path with what belongs to it.",
            "properties": {
                "method": maybe_text(), "path": maybe_text(), "host": maybe_text(), "address": maybe_text(),
                "token": { "type": ["string", "null"], "writeOnly": true }, "user": maybe_text(), "request_id": maybe_text()
            }
        },
        "ExplanationPhase": {
            "type": "object",
            "required": ["phase", "result", "detail"],
            "properties": { "phase": text(), "result": text(), "detail": text(), "setting": text() }
        },
        "Explanation": {
            "type": "object",
            "required": ["outcome", "user", "phases"],
            "properties": { "outcome": text(), "user": maybe_text(), "status": number(), "phases": list("ExplanationPhase"), "version": number(), "setting": text(), "now": text() }
        },
        "AuditEntry": object(&json!([["sequence", number()], ["at", moment()], ["kind", text()], ["request_id", text()], ["line", { "type": "object" }]])),
        "AuditPage": {
            "type": "object",
            "required": ["lines"],
            "properties": { "lines": list("AuditEntry"), "next": number() }
        },
        "ProductStatus": {
            "type": "object",
            "required": ["id", "kind", "public_url", "reachable"],
            "properties": { "id": text(), "kind": text(), "public_url": text(), "reachable": flag(), "detail": text() }
        },
        "Counts": object(&json!([["requests", number()], ["forwarded", number()], ["refused", number()], ["audit_lost", number()]])),
        "Status": {
            "type": "object",
            "required": ["program", "started_at", "now", "mode", "version", "since", "products", "counts", "replicas", "admin", "role"],
            "properties": {
                "program": text(), "started_at": moment(), "now": moment(),
                "mode": { "type": "string", "enum": ["store", "file"] },
                "version": number(), "since": { "type": ["string", "null"], "format": "date-time" },
                "problem": text(), "products": list("ProductStatus"), "counts": reference("Counts"),
                "replicas": number(), "admin": text(), "role": role()
            }
        },
        "AdminInfo": object(&admin()),
        "AdminList": object(&json!([["admins", list("AdminInfo")]])),
        "CreateAdmin": {
            "type": "object",
            "required": ["name", "role"],
            "additionalProperties": false,
            "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 64 }, "role": role() }
        },
        "ChangeAdmin": {
            "type": "object",
            "required": ["role"],
            "additionalProperties": false,
            "properties": { "role": role() }
        },
        "CreatedAdmin": { "allOf": [reference("AdminInfo"), object(&json!([["credential", text()]]))] }
    })
}

/// Both objects in one.
fn merged(mut one: Value, other: Value) -> Value {
    if let (Value::Object(members), Value::Object(more)) = (&mut one, other) {
        members.extend(more);
    }
    one
}

/// An object all of whose members are always there.
pub(super) fn object(members: &Value) -> Value {
    let pairs = members.as_array().map(Vec::as_slice).unwrap_or_default();
    let name = |pair: &Value| pair[0].as_str().unwrap_or_default().to_owned();
    let properties: serde_json::Map<String, Value> = pairs
        .iter()
        .map(|pair| (name(pair), pair[1].clone()))
        .collect();
    json!({
        "type": "object",
        "required": pairs.iter().map(name).collect::<Vec<_>>(),
        "properties": properties
    })
}

pub(super) fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

pub(super) fn list(schema: &str) -> Value {
    json!({ "type": "array", "items": reference(schema) })
}

fn problem() -> Value {
    json!({ "$ref": "#/components/responses/Problem" })
}

fn etag() -> Value {
    json!({ "description": "The version: \"v3\"", "schema": { "type": "string" } })
}

fn version() -> Value {
    json!({ "name": "version", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } })
}

pub(super) fn body(schema: &str) -> Value {
    let content = json!({ "application/json": { "schema": reference(schema) } });
    json!({ "required": true, "content": content })
}

pub(super) fn document() -> Value {
    json!({
        "required": true,
        "content": {
            "application/json": { "schema": { "type": "object" } },
            "application/toml": { "schema": { "type": "string" } }
        }
    })
}

pub(super) fn answers(status: &str, description: &str, schema: Option<Value>) -> Value {
    let mut answer = json!({ "description": description });
    if let Some(schema) = schema {
        answer["content"] = json!({ "application/json": { "schema": schema } });
    }
    let mut answers = serde_json::Map::new();
    answers.insert(status.to_owned(), answer);
    answers.insert("default".to_owned(), problem());
    Value::Object(answers)
}

fn published() -> Value {
    let mut answers = answers("200", "The new version", Some(reference("Published")));
    answers["200"]["headers"] = json!({ "ETag": etag() });
    answers
}

fn open_call(summary: &str, status: &str, description: &str, schema: Option<Value>) -> Value {
    json!({ "summary": summary, "security": [], "responses": answers(status, description, schema) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if let (true, Some(text)) = (name == "$ref", member.as_str()) {
                        found.push(text.trim_start_matches('#').to_owned());
                    }
                    references(member, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_points_somewhere() {
        let description = openapi();
        let mut found = Vec::new();
        references(&description, &mut found);
        assert!(found.len() > 20);
        for pointer in found {
            assert!(description.pointer(&pointer).is_some(), "{pointer}");
        }
    }
}
