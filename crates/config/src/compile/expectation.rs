//! The tests of the rules.

use std::net::{IpAddr, Ipv4Addr};

use gatewright_policy::{Method, Path, ProductId, ReasonCode, Rules};

use crate::config::Expectation;
use crate::problem::Problems;
use crate::raw;

pub(super) fn all(
    document: &raw::Document,
    rules: &Rules,
    problems: &mut Problems,
) -> Vec<Expectation> {
    let expectations = document.expect.iter().enumerate();
    expectations
        .filter_map(|(index, raw)| one(&format!("expect[{index}]"), raw, rules, problems))
        .collect()
}

fn one(
    path: &str,
    raw: &raw::Expect,
    rules: &Rules,
    problems: &mut Problems,
) -> Option<Expectation> {
    let product = ProductId::new(&raw.product);
    if !rules.products.contains_key(&product) {
        problems.add(
            format!("{path}.product"),
            format!("no such product: {product}"),
            "Write the id of one of the products of this document.",
        );
    }
    if raw.user.is_none() && !raw.groups.is_empty() {
        problems.add(
            format!("{path}.groups"),
            "nobody is in no group",
            "Name the user.",
        );
    }
    let (method, target) = raw.request.split_once(' ').unwrap_or(("", ""));
    let (text, query) = match target.split_once('?') {
        Some((text, query)) => (text, Some(query.to_owned())),
        None => (target, None),
    };
    let (Ok(method), Ok(request_path)) = (Method::parse(method), Path::parse(text)) else {
        problems.add(
            format!("{path}.request"),
            format!("not a request: {}", raw.request),
            "Write method and path, as GET /rest/api/2/myself.",
        );
        return None;
    };
    let outcome = ReasonCode::parse(&raw.outcome);
    if outcome.is_none() && raw.outcome != "permit" {
        let reasons = ReasonCode::ALL.map(ReasonCode::as_str).join(", ");
        problems.add(
            format!("{path}.outcome"),
            format!("neither permit nor a reason: {}", raw.outcome),
            format!("Write permit or one of: {reasons}."),
        );
        return None;
    }
    let address = address(path, raw, rules, &product, problems)?;
    Some(Expectation {
        name: raw.name.clone(),
        user: raw.user.clone(),
        groups: raw.groups.clone(),
        address,
        product,
        method,
        path: request_path,
        query,
        outcome,
    })
}

fn address(
    path: &str,
    raw: &raw::Expect,
    rules: &Rules,
    product: &ProductId,
    problems: &mut Problems,
) -> Option<IpAddr> {
    let path = format!("{path}.address");
    if let Some(text) = &raw.address {
        let address = text.parse().ok();
        if address.is_none() {
            problems.add(
                path,
                format!("not an address: {text}"),
                "Write one address.",
            );
        }
        return address;
    }
    let of_product = rules.products.get(product);
    let limited = !rules.access.addresses_allowed.is_empty()
        || of_product.is_some_and(|rules| !rules.access.addresses_allowed.is_empty());
    if limited {
        problems.add(
            path,
            "the rules limit addresses, so the request needs one",
            "Add address = \"…\".",
        );
        return None;
    }
    Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
}
