//! The JSON Schema of the document.

use crate::raw::Document;

/// The JSON Schema (2020-12) that is published with the program.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document);
    schema.insert("title".to_owned(), "Gatewright configuration".into());
    schema.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_section_and_forbids_the_rest() {
        let schema = schema();
        let sections: Vec<&str> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            sections,
            [
                "format",
                "settings",
                "products",
                "providers",
                "access",
                "network",
                "expect",
                "audit"
            ]
        );
        assert_eq!(schema["additionalProperties"], false);
    }
}
