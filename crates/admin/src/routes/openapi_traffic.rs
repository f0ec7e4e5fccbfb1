//! The description of the calls about what was and what would be: figures, streams, simulation.

use serde_json::{Value, json};

use super::openapi::{answers, document, list, object, reference};

pub(super) fn paths() -> Value {
    let moment = |name: &str| json!({ "name": name, "in": "query", "required": false, "schema": { "type": "string", "format": "date-time" } });
    let version = |name: &str, required: bool| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "integer", "minimum": 0 } });
    json!({
        "/config/simulate": {
            "post": {
                "summary": "What a document would change for the requests that were recorded",
                "parameters": [moment("since")],
                "requestBody": document(),
                "responses": answers("200", "What would newly be refused and allowed", Some(reference("SimulationReport")))
            }
        },
        "/config/diff": {
            "get": {
                "summary": "What changed between two versions; version 0 is the empty document",
                "parameters": [version("from", true), version("to", true)],
                "responses": answers("200", "The differences and what each does", Some(reference("DocumentDiff")))
            },
            "post": {
                "summary": "What a document would change in the one in force, or in a version",
                "parameters": [version("against", false)],
                "requestBody": document(),
                "responses": answers("200", "The differences and what each does", Some(reference("DocumentDiff")))
            }
        },
        "/vault": {
            "get": {
                "summary": "Whose product tokens lie in the vault, without the tokens",
                "parameters": [
                    { "name": "after_product", "in": "query", "required": false, "description": "With after_user: the last entry of the page before", "schema": { "type": "string" } },
                    { "name": "after_user", "in": "query", "required": false, "schema": { "type": "string" } }
                ],
                "responses": answers("200", "Entries by product and user", Some(reference("VaultPage")))
            }
        },
        "/vault/{product}/{user}": {
            "parameters": [
                { "name": "product", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "user", "in": "path", "required": true, "schema": { "type": "string" } }
            ],
            "delete": {
                "summary": "Take a user's token away (editor)",
                "responses": answers("204", "It is taken away", None)
            }
        },
        "/audit/summary": {
            "get": {
                "summary": "Figures of a span of time; the last hour when left out",
                "parameters": [moment("since"), moment("until")],
                "responses": answers("200", "The figures", Some(reference("AuditSummary")))
            }
        },
        "/audit/stream": {
            "get": {
                "summary": "Audit lines as they come, as server-sent events request, change and missed; ends after ten minutes",
                "responses": {
                    "200": {
                        "description": "Events whose data is the line as JSON",
                        "content": { "text/event-stream": { "schema": { "type": "string" } } }
                    },
                    "default": { "$ref": "#/components/responses/Problem" }
                }
            }
        }
    })
}

pub(super) fn schemas() -> Value {
    let text = || json!({ "type": "string" });
    let maybe_text = || json!({ "type": ["string", "null"] });
    let number = || json!({ "type": "integer" });
    let flag = || json!({ "type": "boolean" });
    let moment = || json!({ "type": "string", "format": "date-time" });
    let effect =
        || json!({ "type": "string", "enum": ["narrower", "wider", "mixed", "none", "unknown"] });
    let maybe_number = || json!({ "type": ["integer", "null"] });
    json!({
        "VaultPage": object(&json!([["tokens", list("VaultEntry")], ["more", flag()]])),
        "VaultEntry": object(&json!([["product", text()], ["user", text()], ["created_at", moment()], ["updated_at", moment()]])),
        "SimulationReport": object(&json!([
            ["requests", number()],
            ["newly_refused", list("Difference")],
            ["newly_allowed", list("Difference")],
            ["same", number()],
            ["refused_otherwise", number()],
            ["not_judged", list("Unjudged")],
            ["more", number()],
            ["kinds", number()],
            ["version", number()],
            ["since", moment()],
            ["until", moment()],
            ["complete", flag()],
            ["left_out", number()]
        ])),
        "Difference": object(&json!([
            ["user", maybe_text()],
            ["client", text()],
            ["product", text()],
            ["reason", text()],
            ["rule", maybe_text()],
            ["detail", text()],
            ["setting", maybe_text()],
            ["requests", number()],
            ["last", moment()],
            ["examples", list("DifferenceExample")]
        ])),
        "DifferenceExample": object(&json!([
            ["method", text()],
            ["path", text()],
            ["address", text()],
            ["way", text()],
            ["requests", number()],
            ["last", moment()],
            ["request_id", text()]
        ])),
        "Unjudged": object(&json!([["why", text()], ["detail", text()], ["requests", number()]])),
        "DocumentDiff": object(&json!([
            ["version", number()],
            ["effect", effect()],
            ["changes", list("EffectOfChange")]
        ])),
        "EffectOfChange": {
            "type": "object",
            "required": ["path", "title", "before", "after", "effect"],
            "properties": {
                "path": text(), "title": text(), "before": maybe_text(), "after": maybe_text(),
                "effect": effect(),
                "wider_example": reference("EffectExample"),
                "narrower_example": reference("EffectExample")
            }
        },
        "EffectExample": object(&json!([
            ["product", text()],
            ["request", text()],
            ["caller", text()],
            ["address", text()],
            ["before", text()],
            ["after", text()]
        ])),
        "AuditSummary": object(&json!([
            ["since", moment()],
            ["until", moment()],
            ["bucket_seconds", number()],
            ["buckets", { "type": "array", "items": object(&json!([["at", moment()], ["allowed", number()], ["refused", number()]])) }],
            ["reasons", list("Counted")],
            ["callers", list("Counted")],
            ["latency", object(&json!([["p50", maybe_number()], ["p90", maybe_number()], ["p99", maybe_number()]]))],
            ["complete", flag()]
        ])),
        "Counted": object(&json!([["name", text()], ["requests", number()]]))
    })
}
