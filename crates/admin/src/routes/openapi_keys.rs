//! The part of the description that is about API keys.

use serde_json::{Value, json};

use super::openapi::{answers, body, list, object, reference};

pub(super) fn paths() -> Value {
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^key_[0-9a-f]{16}$" } });
    let query = |name: &str, schema: Value| json!({ "name": name, "in": "query", "required": false, "schema": schema });
    let text = || json!({ "type": "string" });
    json!({
        "/keys": {
            "get": {
                "summary": "API keys, a page at a time",
                "parameters": [
                    query("q", text()),
                    query("owner", text()),
                    query("kind", kind()),
                    query("state", state()),
                    query("ends_before", json!({ "type": "string", "format": "date-time" })),
                    query("sort", json!({ "type": "string", "enum": ["created", "ends", "owner", "name", "last_used"] })),
                    query("descending", json!({ "type": "boolean" })),
                    query("after", text()),
                    query("limit", json!({ "type": "integer", "minimum": 1, "maximum": 1000 }))
                ],
                "responses": answers("200", "Keys", Some(reference("KeyList")))
            },
            "post": {
                "summary": "Make a key (editor)",
                "description": "422 key_refused when the rules do not permit it: settings.keys.max_lifetime, settings.keys.max_per_user.",
                "requestBody": body("CreateKey"),
                "responses": answers("201", "The key, shown this once", Some(reference("CreatedKey")))
            }
        },
        "/keys/revoke": {
            "post": {
                "summary": "Revoke several keys, or all of an owner (editor)",
                "requestBody": body("RevokeKeys"),
                "responses": answers("200", "Those that were not revoked before", Some(reference("RevokedKeys")))
            }
        },
        "/keys/leaked": {
            "post": {
                "summary": "Revoke every key that stands in a text; the text is neither repeated nor logged (editor)",
                "requestBody": body("LeakedText"),
                "responses": answers("200", "Whose they are", Some(reference("LeakedKeys")))
            }
        },
        "/keys/{id}": {
            "parameters": [id],
            "get": {
                "summary": "One key",
                "responses": answers("200", "The key", Some(reference("KeyInfo")))
            },
            "delete": {
                "summary": "Revoke a key, from now on; again does no harm (editor)",
                "responses": answers("204", "It is revoked", None)
            }
        },
        "/keys/{id}/rotate": {
            "parameters": [id],
            "post": {
                "summary": "Make a key in place of another, which stays good for a while (editor)",
                "description": "422 key_refused when the key is not good any more or was replaced before.",
                "requestBody": body("RotateKey"),
                "responses": answers("201", "The new key, shown this once", Some(reference("CreatedKey")))
            }
        }
    })
}

pub(super) fn schemas() -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" }, "maxItems": 32 });
    let many = || json!({ "type": "array", "items": { "type": "string" } });
    let number = || json!({ "type": "integer", "minimum": 0 });
    let maybe = |schema: &str| json!({ "type": [schema, "null"] });
    let moment = || json!({ "type": "string", "format": "date-time" });
    let maybe_moment = || json!({ "type": ["string", "null"], "format": "date-time" });
    let info = json!([
        ["id", text()], ["shown", text()], ["kind", kind()], ["owner", text()], ["name", text()],
        ["state", state()], ["created_at", moment()], ["created_by", text()],
        ["ends_at", maybe_moment()], ["max_uses", maybe("integer")], ["uses_left", maybe("integer")],
        ["uses", number()], ["last_used_at", maybe_moment()], ["addresses_seen", many()],
        ["read_only", { "type": "boolean" }], ["products", many()], ["paths", many()],
        ["addresses", many()], ["revoked_at", maybe_moment()], ["revoked_by", maybe("string")],
        ["replaces", maybe("string")], ["replaced_by", maybe("string")]
    ]);
    json!({
        "KeyInfo": object(&info),
        "KeyList": {
            "type": "object",
            "required": ["keys"],
            "properties": { "keys": list("KeyInfo"), "next": text() }
        },
        "CreateKey": {
            "type": "object",
            "required": ["owner", "name"],
            "additionalProperties": false,
            "properties": {
                "owner": { "type": "string", "minLength": 1, "maxLength": 255 },
                "name": { "type": "string", "minLength": 1, "maxLength": 64 },
                "kind": kind(),
                "expires": { "type": ["string", "null"], "description": "90d, 12h, 1y, never; 90 days, or what the settings permit, when absent" },
                "max_uses": { "type": ["integer", "null"], "minimum": 1 },
                "read_only": { "type": "boolean" },
                "products": texts(), "paths": texts(), "addresses": texts()
            }
        },
        "CreatedKey": { "allOf": [reference("KeyInfo"), object(&json!([["key", text()]]))] },
        "RotateKey": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "overlap": { "type": ["string", "null"], "description": "How long the old key stays good; a day when absent" },
                "expires": { "type": ["string", "null"] }
            }
        },
        "RevokeKeys": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "ids": many(), "owner": { "type": ["string", "null"] } }
        },
        "RevokedKeys": object(&json!([["revoked", many()]])),
        "LeakedText": {
            "type": "object",
            "required": ["text"],
            "additionalProperties": false,
            "properties": { "text": { "type": "string", "writeOnly": true } }
        },
        "LeakedKeys": object(&json!([["keys", list("KeyInfo")], ["revoked", many()], ["unknown", number()]]))
    })
}

fn kind() -> Value {
    json!({ "type": "string", "enum": ["basic", "bearer"] })
}

fn state() -> Value {
    json!({ "type": "string", "enum": ["active", "exhausted", "expired", "revoked"] })
}
