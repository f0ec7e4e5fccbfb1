//! Phase 1, what is refused whatever the configuration says.

use gatewright_enforce::Denial;
use gatewright_policy::ReasonCode;
use http::header::{CONNECTION, EXPECT, UPGRADE};
use http::request::Parts;
use http::{StatusCode, Version};

use crate::guard::Fault;
use crate::limits::Limits;

/// Refuses a request that two parsers could read differently, that is too large, or that wants
/// something else than an answer.
pub(crate) fn screen(
    parts: &Parts,
    verdict: Result<(), Fault>,
    limits: &Limits,
) -> Result<(), Denial> {
    match verdict {
        Ok(()) => {}
        Err(Fault::Malformed(detail)) => {
            return Err(Denial::new(ReasonCode::MalformedRequest, None, detail));
        }
        Err(Fault::TooLarge(detail)) => {
            return Err(Denial::new(ReasonCode::TooLarge, None, detail).in_the_head());
        }
    }
    // HTTP/2 did not pass the guard; its frames are unambiguous, its headers may be too many.
    if parts.headers.len() > limits.headers {
        return Err(Denial::new(ReasonCode::TooLarge, None, "too many headers").in_the_head());
    }
    if parts.version < Version::HTTP_10 {
        return Err(Denial::new(
            ReasonCode::MalformedRequest,
            None,
            "another version of HTTP",
        ));
    }
    let upgrades = parts.headers.contains_key(UPGRADE)
        || parts
            .headers
            .get_all(CONNECTION)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            .any(|word| word.trim_ascii().eq_ignore_ascii_case(b"upgrade"));
    if upgrades {
        return Err(Denial::new(
            ReasonCode::UpgradeRefused,
            None,
            "another protocol is asked for",
        ));
    }
    let expected = parts.headers.get_all(EXPECT).iter();
    let unknown = expected
        .filter(|value| {
            !value
                .as_bytes()
                .trim_ascii()
                .eq_ignore_ascii_case(b"100-continue")
        })
        .count();
    if unknown > 0 {
        let mut denial = Denial::new(
            ReasonCode::MalformedRequest,
            None,
            "an expectation that is not known",
        );
        denial.status = StatusCode::EXPECTATION_FAILED.as_u16();
        return Err(denial);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn judged(lines: &[(&str, &str)]) -> Option<(ReasonCode, u16)> {
        let mut request = Request::builder();
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let denial = screen(&parts, Ok(()), &Limits::default()).err()?;
        Some((denial.code, denial.status))
    }

    #[test]
    fn another_protocol_is_refused_and_a_kept_connection_is_not() {
        let refused = Some((ReasonCode::UpgradeRefused, 400));
        assert_eq!(
            judged(&[("upgrade", "websocket"), ("connection", "upgrade")]),
            refused
        );
        assert_eq!(judged(&[("connection", "keep-alive, Upgrade")]), refused);
        assert_eq!(judged(&[("connection", "keep-alive")]), None);
    }

    #[test]
    fn only_one_expectation_is_known() {
        assert_eq!(judged(&[("expect", "100-Continue")]), None);
        assert_eq!(
            judged(&[("expect", "200-ok")]),
            Some((ReasonCode::MalformedRequest, 417))
        );
    }

    #[test]
    fn too_many_headers_are_refused() {
        let many: Vec<(String, String)> = (0..=100)
            .map(|number| (format!("x-{number}"), "y".to_owned()))
            .collect();
        let many: Vec<(&str, &str)> = many
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(judged(&many), Some((ReasonCode::TooLarge, 431)));
        assert_eq!(judged(&many[..100]), None);
    }
}
