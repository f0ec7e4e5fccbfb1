//! JSON as providers write it, and single values out of it.

use serde_json::Value;

/// The largest whole number that every reader of JSON keeps exactly.
const EXACT: u64 = 9_007_199_254_740_991;

/// Reads JSON: a byte order mark is skipped, and whole numbers too large for some readers become
/// text, so that an id keeps every digit wherever it is shown or compared. What is nested deeper, or
/// holds more values, than any honest answer is not read.
pub fn read_json(bytes: &[u8]) -> Option<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !gatewright_limits::json_fits(bytes) {
        return None;
    }
    serde_json::from_slice(&with_long_numbers_quoted(bytes)).ok()
}

/// Puts quotes around whole numbers beyond [`EXACT`]. Strings are stepped over; what is not JSON
/// stays so.
fn with_long_numbers_quoted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let mut index = 0;
    let mut in_string = false;
    while index < bytes.len() {
        let byte = bytes[index];
        if in_string {
            out.push(byte);
            index += 1;
            if byte == b'\\' && index < bytes.len() {
                out.push(bytes[index]);
                index += 1;
            } else if byte == b'"' {
                in_string = false;
            }
            continue;
        }
        if byte == b'"' {
            in_string = true;
        }
        if byte != b'-' && !byte.is_ascii_digit() {
            out.push(byte);
            index += 1;
            continue;
        }
        let start = index;
        index += 1;
        while index < bytes.len()
            && matches!(bytes[index], b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')
        {
            index += 1;
        }
        let number = &bytes[start..index];
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        let whole = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        let canonical = digits.first() != Some(&b'0');
        let exact = std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse::<u64>().ok())
            .is_some_and(|value| value <= EXACT);
        if whole && canonical && !exact {
            out.push(b'"');
            out.extend_from_slice(number);
            out.push(b'"');
        } else {
            out.extend_from_slice(number);
        }
    }
    out
}

/// The text or number at a JSON Pointer (RFC 6901), with every digit that it has. Nothing for a
/// place that does not exist, for an empty text, and for what is neither.
pub fn pointer_string(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn odd_types_long_ids_keep_every_digit() {
        let value = read_json(
            br#"{"id":9007199254740993,"longer":-123456789012345678901234567890,"small":12,"in text \" 99999999999999999999":1,"float":1.5e30}"#,
        )
        .unwrap();
        assert_eq!(
            pointer_string(&value, "/id").as_deref(),
            Some("9007199254740993")
        );
        assert_eq!(
            pointer_string(&value, "/longer").as_deref(),
            Some("-123456789012345678901234567890")
        );
        assert_eq!(pointer_string(&value, "/small").as_deref(), Some("12"));
        assert_eq!(value["small"], json!(12));
        assert_eq!(value["in text \" 99999999999999999999"], json!(1));
        assert!(value["float"].is_number());
    }

    #[test]
    fn odd_types_a_byte_order_mark_is_skipped() {
        assert_eq!(
            read_json("\u{feff}{\"a\":1}".as_bytes()),
            Some(json!({"a": 1}))
        );
        assert_eq!(read_json(b"{"), None);
        assert_eq!(read_json(b"007"), None);
    }

    #[test]
    fn claim_path_awkward_names_are_reached_by_pointer() {
        let value = json!({"https://slack.com/user_id": "U1", "cognito:username": "fred",
            "signInNames.emailAddress": "f@x", "a~b": {"c/d": ["x", {"": "empty name"}]},
            "null": null, "empty": "", "yes": true});
        let at = |pointer: &str| pointer_string(&value, pointer);
        assert_eq!(at("/https:~1~1slack.com~1user_id").as_deref(), Some("U1"));
        assert_eq!(at("/cognito:username").as_deref(), Some("fred"));
        assert_eq!(at("/signInNames.emailAddress").as_deref(), Some("f@x"));
        assert_eq!(at("/a~0b/c~1d/1/").as_deref(), Some("empty name"));
        for nothing in ["/null", "/empty", "/yes", "/a~0b", "/missing", "relative"] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_json(&bytes);
        }

        #[test]
        fn what_has_no_long_numbers_is_read_as_ever(text in r#"\{"[a-z"\\0-9.-]{0,20}":[0-9]{1,15}\}"#) {
            prop_assert_eq!(read_json(text.as_bytes()), serde_json::from_str::<Value>(&text).ok());
        }

        #[test]
        fn every_digit_of_any_id_is_kept(digits in "[1-9][0-9]{0,40}") {
            let value = read_json(format!("{{\"id\": {digits}}}").as_bytes()).unwrap();
            prop_assert_eq!(pointer_string(&value, "/id"), Some(digits));
        }
    }
}
