//! One request on its way through the phases.

use std::borrow::Cow;
use std::net::IpAddr;

use gatewright_config::Quota;
use gatewright_policy::{
    Admitted, Arrival, Exemptions, Outcome as Decided, ReasonCode, Surface, Way, admit, speaks_git,
    way_is_open,
};
use http::header::AUTHORIZATION;
use time::OffsetDateTime;

use super::notes::{blank, explained};
use super::{Engine, Judgement, Outcome};
use crate::authorise::{self, Identified};
use crate::client;
use crate::credentials::{self, Presented};
use crate::denial::Denial;
use crate::identify::{self, Sought};
use crate::plan::{Circumstances, Plan};
use crate::ports::Member;
use crate::rate::Meter;
use crate::record::{AuditRecord, Phase, PhaseResult, PhaseTrace};
use crate::request::RequestFacts;
use crate::shared::cache_key;
use crate::surface::is_cross_site;
use crate::target::{self, Target};
use crate::upstream::Upstream;
use crate::verify::{self, ProviderState, Refusal};

pub(super) async fn judge(engine: &Engine, facts: &RequestFacts<'_>) -> Judgement {
    let now = engine.ports.clock.now();
    let mut judging = Judging {
        engine,
        facts,
        now,
        trace: Vec::new(),
        record: blank(engine, facts, now),
    };
    let outcome = match judging.run().await {
        Ok(plan) => Outcome::Forward(Box::new(plan)),
        Err(denial) => {
            denial.code.as_str().clone_into(&mut judging.record.outcome);
            judging.record.detail = Some(denial.log_detail.clone());
            judging.record.status = Some(denial.status);
            Outcome::Refused(denial)
        }
    };
    Judgement {
        outcome,
        record: judging.record,
        trace: judging.trace,
    }
}

/// One request on its way.
pub(super) struct Judging<'e> {
    engine: &'e Engine,
    facts: &'e RequestFacts<'e>,
    now: OffsetDateTime,
    pub(super) trace: Vec<PhaseTrace>,
    pub(super) record: AuditRecord,
}

impl<'e> Judging<'e> {
    async fn run(&mut self) -> Result<Plan, Denial> {
        let engine = self.engine;
        let address = self.client_address()?;
        let target = self.target()?;
        let Some(upstream) = engine.upstreams.get(&target.product) else {
            return Err(Denial::new(
                ReasonCode::UnknownProduct,
                None,
                "no such product",
            ));
        };
        let public = upstream.product.public_url.origin.as_ref();
        let arrival = Arrival {
            product: &target.product,
            method: &target.method,
            path: &target.path,
            query: target.query,
            address,
            cross_site: is_cross_site(self.facts.headers, target.host, public),
        };
        self.within_product(arrival, &target, upstream)
            .await
            .map_err(|mut denial| {
                denial.product = Some(target.kind);
                if speaks_git(target.kind, &target.path) {
                    denial.also_asking_for_basic()
                } else {
                    denial
                }
            })
    }

    async fn within_product(
        &mut self,
        arrival: Arrival<'_>,
        target: &Target<'_>,
        upstream: &Upstream,
    ) -> Result<Plan, Denial> {
        let exemptions = self.engine.config.exemptions(self.now);
        let admitted = self.surface(&arrival, exemptions)?;
        let address = arrival.address.to_string();
        let (shared, rates) = (&self.engine.shared, self.engine.config.rates);
        self.rate(&shared.addresses, &address, rates.per_address, exemptions)?;
        let presented = self.credentials(admitted.surface)?;
        let who = self.who(&presented, upstream).await?;
        if let Some(caller) = who.caller() {
            self.rate(&shared.callers, &caller, rates.per_caller, exemptions)?;
        }
        let rules = &self.engine.config.rules;
        let decision = authorise::decision(rules, arrival, exemptions, &who);
        // What `admit` found is not told twice.
        self.note_rules(decision.trace.steps().get(admitted.trace.steps().len()..));
        let permit = match decision.outcome {
            Decided::Permit(permit) => permit,
            Decided::Denial(denial) => {
                return Err(explained(denial.reason, decision.trace.steps()));
            }
        };
        self.passed(Phase::Authorise, "the rules permit it");
        self.record.reported.extend(permit.reported());
        let around = Circumstances {
            facts: self.facts,
            target,
            upstream,
            identity_headers: &self.engine.upstreams.identity_headers,
            address: arrival.address,
            secure: client::is_secure(self.facts, &self.engine.config.trusted_proxies),
            now: self.now,
            anonymous: rules.anonymous,
        };
        let plan = Plan::new(permit, presented, &around);
        match &plan {
            Ok(plan) => self.passed(Phase::Forward, plan.described()),
            Err(denial) => self.refused(Phase::Forward, denial.log_detail.clone()),
        }
        plan
    }

    fn client_address(&mut self) -> Result<IpAddr, Denial> {
        let trusted = &self.engine.config.trusted_proxies;
        match client::address(self.facts.peer, self.facts.headers, trusted) {
            Ok(address) => {
                self.record.address = address;
                self.passed(Phase::ClientAddress, address.to_string());
                Ok(address)
            }
            Err(error) => {
                self.refused(Phase::ClientAddress, error.to_string());
                Err(Denial::new(
                    ReasonCode::MalformedRequest,
                    None,
                    error.to_string(),
                ))
            }
        }
    }

    fn target(&mut self) -> Result<Target<'e>, Denial> {
        match target::find(self.facts, &self.engine.config) {
            Ok(target) => {
                let path: String = target.path.to_string().chars().take(2048).collect();
                self.passed(Phase::Target, format!("{} of {}", path, target.product));
                self.record.host = target.host.map(str::to_owned);
                self.record.product = Some(target.product.to_string());
                self.record.path = Some(path);
                Ok(target)
            }
            Err(denial) => {
                self.refused(Phase::Target, denial.log_detail.clone());
                Err(denial)
            }
        }
    }

    fn surface(
        &mut self,
        arrival: &Arrival<'_>,
        exemptions: Exemptions,
    ) -> Result<Admitted, Denial> {
        match admit(&self.engine.config.rules, arrival, exemptions) {
            Ok(admitted) => {
                self.note_rules(Some(admitted.trace.steps()));
                self.record.surface = Some(admitted.surface);
                self.record.effect = Some(admitted.effect);
                Ok(admitted)
            }
            Err((denial, trace)) => {
                self.note_rules(Some(trace.steps()));
                Err(explained(denial.reason, trace.steps()))
            }
        }
    }

    fn rate(
        &mut self,
        meter: &Meter,
        caller: &str,
        quota: Option<Quota>,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        let Some(quota) = quota else { return Ok(()) };
        let Err(wait) = meter.take(cache_key(&[caller]), quota, self.now) else {
            return Ok(());
        };
        let detail = format!("more than {} requests in {:?}", quota.requests, quota.per);
        if exemptions.rate {
            self.note(Phase::Authorise, PhaseResult::Reported, detail);
            self.record.reported.push(ReasonCode::RateLimited);
            return Ok(());
        }
        self.refused(Phase::Authorise, detail.clone());
        let mut denial = Denial::new(ReasonCode::RateLimited, None, detail);
        denial.retry_after = Some(wait);
        Err(denial)
    }

    fn credentials(&mut self, surface: Surface) -> Result<Presented, Denial> {
        let unchecked = matches!(surface, Surface::Off | Surface::Bypass);
        if surface == Surface::Off {
            let lines = self.facts.headers.get_all(AUTHORIZATION).iter();
            if lines.count() > 1 {
                let refusal =
                    Refusal::new(ReasonCode::MalformedRequest, "there are two credentials");
                return Err(self.refusal(Phase::Credentials, &refusal));
            }
            self.note(
                Phase::Credentials,
                PhaseResult::Skipped,
                "authentication is off",
            );
            return Ok(Presented::Unchecked { strip: false });
        }
        let read = credentials::read(
            self.facts.headers,
            &self.engine.providers,
            self.engine.config.rules.ways.product_tokens,
        );
        let presented = match read {
            Ok(presented) if unchecked => Presented::Unchecked {
                strip: presented.is_ours(),
            },
            // Two credentials are refused everywhere; what else is wrong is for the product to say.
            Err(refusal) if unchecked && refusal.code == ReasonCode::InvalidCredentials => {
                Presented::Unchecked {
                    strip: credentials::hold_ours(self.facts.headers, &self.engine.providers),
                }
            }
            Ok(presented) => presented,
            Err(refusal) => return Err(self.refusal(Phase::Credentials, &refusal)),
        };
        self.record.way = presented.way();
        let detail = match &presented {
            Presented::Nothing => Cow::Borrowed("there is none"),
            Presented::Unchecked { strip: false } => "it is the product's business here".into(),
            Presented::Unchecked { strip: true } => "one of ours, which no product may see".into(),
            Presented::Key { .. } => "an API key".into(),
            Presented::Token { provider, .. } => {
                let id = self
                    .engine
                    .providers
                    .get(*provider)
                    .map(|one| one.config.id.clone());
                let detail = format!("a token of {}", id.as_deref().unwrap_or_default());
                self.record.provider = id;
                detail.into()
            }
            Presented::Passing {
                way: Way::Password,
                user,
                ..
            } => {
                self.record.user.clone_from(user);
                "a user name with a password, for the product".into()
            }
            Presented::Passing { .. } => "a token of the product, for the product".into(),
        };
        self.passed(Phase::Credentials, detail);
        Ok(presented)
    }

    async fn who(
        &mut self,
        presented: &Presented,
        upstream: &Upstream,
    ) -> Result<Identified, Denial> {
        let rules = &self.engine.config.rules;
        // A way in that is closed is refused before anybody is asked about the credential.
        if let Some(way) = presented.way() {
            let user = presented.claimed_user();
            if let Err(denial) = way_is_open(rules, way, user) {
                let refusal = Refusal::new(denial.reason, "this way in is closed");
                return Err(self.refusal(Phase::Credentials, &refusal));
            }
        }
        match presented {
            Presented::Nothing | Presented::Unchecked { .. } => {
                self.note(
                    Phase::Verify,
                    PhaseResult::Skipped,
                    "there is nothing to verify",
                );
                Ok(Identified::Nobody)
            }
            Presented::Passing { way, user, header } => {
                self.note(
                    Phase::Verify,
                    PhaseResult::Skipped,
                    "the product verifies it",
                );
                let groups = self.groups_of(user.as_deref(), upstream).await?;
                Ok(Identified::Passing {
                    way: *way,
                    user: user.clone(),
                    credential: cache_key(&[&String::from_utf8_lossy(header.as_bytes())]),
                    groups,
                })
            }
            Presented::Key { key, user } => {
                let (ports, now) = (&self.engine.ports, self.now);
                let record = match verify::key(key, user.as_deref(), ports, now).await {
                    Ok(record) => record,
                    Err(refusal) => return Err(self.refusal(Phase::Verify, &refusal)),
                };
                self.record.key = Some(record.id.clone());
                self.passed(
                    Phase::Verify,
                    format!("the key {} of {}", record.id, record.owner),
                );
                let sought = Sought::Name(record.owner.as_str().to_owned());
                let member = self.member(&sought, upstream).await?;
                Ok(Identified::Known {
                    way: Way::ApiKey,
                    member,
                    key: Some(record),
                })
            }
            Presented::Token { provider, token } => {
                let Some(provider) = self.engine.providers.get(*provider) else {
                    let refusal = Refusal::not_configured("the provider is gone");
                    return Err(self.refusal(Phase::Verify, &refusal));
                };
                let (engine, now) = (self.engine, self.now);
                let answer = match verify::token(
                    provider,
                    token,
                    &engine.ports,
                    &engine.shared,
                    now,
                )
                .await
                {
                    Ok(answer) => answer,
                    Err(refusal) => return Err(self.refusal(Phase::Verify, &refusal)),
                };
                self.passed(Phase::Verify, "the token is good");
                let sought = match self.sought(provider, &answer) {
                    Ok(sought) => sought,
                    Err(refusal) => return Err(self.refusal(Phase::Identify, &refusal)),
                };
                let member = self.member(&sought, upstream).await?;
                Ok(Identified::Known {
                    way: Way::Oauth,
                    member,
                    key: None,
                })
            }
        }
    }

    fn sought(
        &mut self,
        provider: &ProviderState,
        answer: &verify::Answer,
    ) -> Result<Sought, Refusal> {
        if let Some(user) = verify::service_account(&provider.config, answer) {
            self.passed(Phase::Identify, format!("a robot that acts as {user}"));
            return Ok(Sought::Name(user.as_str().to_owned()));
        }
        identify::sought(&provider.config.username, &answer.attributes)
    }

    async fn member(&mut self, sought: &Sought, upstream: &Upstream) -> Result<Member, Denial> {
        let engine = self.engine;
        let (Sought::Name(shown) | Sought::Email(shown)) = sought;
        self.record.user = Some(shown.clone());
        let with_groups = engine.config.rules.asks_for_groups(&upstream.product.id);
        let found = identify::member(
            upstream,
            sought,
            with_groups,
            &engine.ports,
            &engine.shared,
            self.now,
        )
        .await;
        match found {
            Ok(member) => {
                self.record.user = Some(member.name.as_str().to_owned());
                let groups = member.groups.as_ref().map_or_else(String::new, |groups| {
                    format!(", in {} groups", groups.len())
                });
                self.passed(Phase::Identify, format!("{}{groups}", member.name));
                Ok(member)
            }
            Err(refusal) => Err(self.refusal(Phase::Identify, &refusal)),
        }
    }

    /// The groups of whom a password claims to be, where rules ask for them. The product verifies
    /// the password, so they can only narrow what the real user may do.
    async fn groups_of(
        &mut self,
        user: Option<&str>,
        upstream: &Upstream,
    ) -> Result<Option<Vec<String>>, Denial> {
        let engine = self.engine;
        let asked = engine.config.rules.asks_for_groups(&upstream.product.id);
        let (Some(user), true, true) = (user, asked, upstream.product.directory.is_some()) else {
            self.note(
                Phase::Identify,
                PhaseResult::Skipped,
                "the product identifies the user",
            );
            return Ok(None);
        };
        let sought = Sought::Name(user.to_owned());
        let found = identify::member(
            upstream,
            &sought,
            true,
            &engine.ports,
            &engine.shared,
            self.now,
        )
        .await;
        match found {
            Ok(member) => {
                self.passed(Phase::Identify, format!("claims to be {}", member.name));
                Ok(member.groups)
            }
            // The product may know names that the directory does not give: then rules about
            // groups hold as if the groups were not known.
            Err(refusal) if refusal.code == ReasonCode::UserUnknown => {
                self.passed(
                    Phase::Identify,
                    "claims to be somebody whom the directory lacks",
                );
                Ok(None)
            }
            Err(refusal) => Err(self.refusal(Phase::Identify, &refusal)),
        }
    }
}
