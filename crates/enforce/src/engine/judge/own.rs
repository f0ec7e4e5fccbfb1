//! Who calls, for what the gateway answers itself: people who look after their own keys.

use gatewright_policy::{Groups, ReasonCode, Surface, may_create_keys};
use http::header::{COOKIE, ORIGIN, REFERER};

use super::super::notes::blank;
use super::super::{Engine, UserGroups};
use super::{Identified, Judging, Phase, Presented, Refusal, RequestFacts, address_key, cache_key};
use crate::denial::Denial;
use crate::record::AuditRecord;

/// A user who calls the gateway and no product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCaller {
    /// The user's name, as the directory writes it.
    pub user: String,
    /// Whether today's rules let this user make keys.
    pub may_create_keys: bool,
}

/// Judges a call to the gateway itself: by a token of a provider, and by nothing that a browser
/// sends along unasked.
pub(in crate::engine) async fn own(
    engine: &Engine,
    facts: &RequestFacts<'_>,
) -> (Result<OwnCaller, Denial>, AuditRecord) {
    let now = engine.ports.clock.now();
    let mut judging = Judging {
        engine,
        facts,
        now,
        only_asked: false,
        trace: Vec::new(),
        record: blank(engine, facts, now),
    };
    let path: String = facts
        .target
        .split('?')
        .next()
        .unwrap_or_default()
        .chars()
        .take(256)
        .collect();
    judging.record.path = Some(path);
    let judged = judging
        .own()
        .await
        .map_err(|denial| judging.counted(denial));
    (judged, judging.record)
}

impl Judging<'_> {
    async fn own(&mut self) -> Result<OwnCaller, Denial> {
        let engine = self.engine;
        let rules = &engine.config.rules;
        let exemptions = engine.config.exemptions(self.now);
        let address = self.client_address()?;
        let allowed = &rules.access.addresses_allowed;
        if !allowed.is_empty() && !allowed.contains(address) {
            return Err(plain(
                ReasonCode::AddressNotAllowed,
                "the address is in no allowed range",
            ));
        }
        self.rate(
            &engine.shared.addresses,
            address_key(address),
            engine.config.rates.per_address,
            exemptions,
        )?;
        let headers = self.facts.headers;
        let by_browser = [ORIGIN, REFERER, COOKIE]
            .iter()
            .any(|name| headers.contains_key(name))
            || headers.contains_key("sec-fetch-site");
        if by_browser {
            return Err(plain(ReasonCode::CrossSite, "a browser sent it"));
        }
        let presented = self.credentials(Surface::Protected)?;
        match &presented {
            Presented::Token { .. } => {}
            Presented::Nothing => {
                return Err(plain(
                    ReasonCode::MissingCredentials,
                    "there is no credential",
                ));
            }
            Presented::Key { .. } | Presented::Unchecked { .. } | Presented::Passing { .. } => {
                let refusal = Refusal::invalid("own keys are looked after with a provider's token");
                return Err(self.refusal(Phase::Credentials, &refusal));
            }
        }
        // A name is good for all products; the first that has a directory knows it.
        let products = engine.config.products.iter();
        let upstream = products
            .filter(|product| product.directory.is_some())
            .find_map(|product| engine.upstreams.get(&product.id))
            .ok_or_else(|| plain(ReasonCode::NotConfigured, "no product has a directory"))?;
        let who = self.who(&presented, upstream).await?;
        if let Some(caller) = who.caller() {
            let caller = cache_key(&[&caller]);
            let quota = engine.config.rates.per_caller;
            self.rate(&engine.shared.callers, caller, quota, exemptions)?;
        }
        let Identified::Known { member, .. } = who else {
            return Err(plain(
                ReasonCode::InvalidCredentials,
                "nobody is known by it",
            ));
        };
        let asked =
            !rules.groups_may_create_keys.is_empty() || !rules.access.groups_allowed.is_empty();
        let groups = if asked {
            engine
                .groups_of(&upstream.product.id, member.name.as_str())
                .await
        } else {
            UserGroups::Unknown
        };
        let groups = match &groups {
            UserGroups::Known(groups) => Groups::Known(groups),
            UserGroups::Unknown | UserGroups::NoSuchUser => Groups::Unknown,
        };
        let is_allowed = match groups {
            Groups::Known(groups) => rules.access.groups_allowed.exactly_one_of(groups).is_some(),
            Groups::Unknown => false,
        };
        if !rules.access.groups_allowed.is_empty() && !is_allowed && !exemptions.groups {
            return Err(plain(ReasonCode::GroupNotAllowed, "is in no allowed group"));
        }
        Ok(OwnCaller {
            user: member.name.as_str().to_owned(),
            may_create_keys: rules.ways.api_keys && may_create_keys(rules, groups),
        })
    }
}

fn plain(code: ReasonCode, detail: &'static str) -> Denial {
    Denial::new(code, None, detail)
}
