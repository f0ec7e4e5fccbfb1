//! One request on its way through the phases.

mod own;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use gatewright_config::Quota;
use gatewright_policy::{
    Admitted, Arrival, Exemptions, Method, Outcome as Decided, ProductKind, ReasonCode, Surface,
    Way, admit, speaks_git, way_is_open,
};
use gatewright_secret::SecretString;
use http::header::AUTHORIZATION;
use time::OffsetDateTime;

use super::notes::{blank, explained};
use super::own_token::enrolment_is_sound;
use super::{Engine, Judgement, Outcome};
use crate::attempts::{Attempt, Pending};
use crate::authorise::{self, Identified};
use crate::client;
use crate::credentials::{self, Presented};
use crate::denial::Denial;
use crate::identify::{self, Sought};
use crate::plan::{Circumstances, Plan};
use crate::ports::Member;
use crate::rate::{Meter, address_key};
use crate::record::{AuditRecord, Phase, PhaseResult, PhaseTrace};
use crate::request::RequestFacts;
use crate::shared::{CacheKey, cache_key};
use crate::surface::is_cross_site;
use crate::target::{self, Target};
use crate::upstream::Upstream;
use crate::vault::is_enrolment;
use crate::verify::{self, ProviderState, Refusal};

pub use own::OwnCaller;
pub(super) use own::own;

pub(super) async fn judge(
    engine: &Engine,
    facts: &RequestFacts<'_>,
    only_asked: bool,
) -> Judgement {
    let now = engine.ports.clock.now();
    let mut judging = Judging {
        engine,
        facts,
        now,
        only_asked,
        trace: Vec::new(),
        record: blank(engine, facts, now),
    };
    let outcome = match judging.run().await {
        Ok(plan) => Outcome::Forward(Box::new(plan)),
        Err(denial) => {
            let denial = judging.counted(denial);
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
    pub(super) engine: &'e Engine,
    facts: &'e RequestFacts<'e>,
    now: OffsetDateTime,
    /// Nothing is taken: no use of a key, nothing of a quota.
    only_asked: bool,
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
        let enrols = is_enrolment(&upstream.product, arrival.path);
        let read = Method::parse("GET");
        let mut arrival = arrival;
        if enrols {
            enrolment_is_sound(&arrival)?;
            // It changes nothing at the product, and who may only read needs a token, too.
            if let Ok(read) = &read {
                arrival.method = read;
            }
        }
        let admitted = self.surface(&arrival, exemptions)?;
        let address = address_key(arrival.address);
        let (shared, rates) = (&self.engine.shared, self.engine.config.rates);
        self.rate(&shared.addresses, address, rates.per_address, exemptions)?;
        let presented = self.credentials(admitted.surface)?;
        let who = self.who(&presented, upstream).await?;
        if let Some(caller) = who.caller() {
            let caller = cache_key(&[&caller]);
            self.rate(&shared.callers, caller, rates.per_caller, exemptions)?;
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
        let enrolment = if enrols {
            Some(self.enrolment(&permit, &who, target, upstream)?)
        } else {
            None
        };
        let own_token = self.own_token(&permit, upstream, enrols).await?;
        let around = Circumstances {
            facts: self.facts,
            target,
            upstream,
            identity_headers: &self.engine.upstreams.identity_headers,
            address: arrival.address,
            secure: client::is_secure(self.facts, &self.engine.config.trusted_proxies),
            now: self.now,
            anonymous: rules.anonymous,
            own_token,
        };
        let pending = match &who {
            Identified::Passing {
                user, credential, ..
            } => Some(Box::new(Pending {
                attempt: self.attempt(*credential, user.as_deref()),
                attempts: Arc::clone(&self.engine.shared.attempts),
            })),
            Identified::Nobody | Identified::Known { .. } => None,
        };
        let key = match &presented {
            Presented::Key { key, .. } => Some(key.clone()),
            Presented::Nothing
            | Presented::Token { .. }
            | Presented::Unchecked { .. }
            | Presented::Passing { .. } => None,
        };
        let plan = match Plan::new(permit, presented, &around) {
            Ok(plan) => plan.awaiting(pending).for_the_vault(enrolment),
            Err(denial) => {
                self.refused(Phase::Forward, denial.log_detail.clone());
                return Err(denial);
            }
        };
        // Last of all: a request that is refused costs its key no use.
        if let Some(key) = key.filter(|_| !self.only_asked) {
            let ports = &self.engine.ports;
            let redeemed = verify::redeem(&key, around.address, ports, self.now).await;
            if let Err(refusal) = redeemed {
                return Err(self.refusal(Phase::Verify, &refusal));
            }
        }
        self.passed(Phase::Forward, plan.described());
        Ok(plan)
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
        caller: CacheKey,
        quota: Option<Quota>,
        exemptions: Exemptions,
    ) -> Result<(), Denial> {
        let Some(quota) = quota.filter(|_| !self.only_asked) else {
            return Ok(());
        };
        let Err(wait) = meter.take(caller, quota, self.now) else {
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
            // A key of ours is nobody else's business, whatever is looked at.
            let strip = credentials::hold_ours(self.facts.headers, &[]);
            return Ok(Presented::Unchecked { strip });
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
                let credential = cache_key(&[&String::from_utf8_lossy(header.as_bytes())]);
                self.may_be_tried(credential, user.as_deref())?;
                self.note(
                    Phase::Verify,
                    PhaseResult::Skipped,
                    "the product verifies it",
                );
                let groups = self.groups_of(user.as_deref(), upstream).await?;
                Ok(Identified::Passing {
                    way: *way,
                    user: user.clone(),
                    credential,
                    groups,
                })
            }
            Presented::Key { key, user } => {
                let engine = self.engine;
                let answer = match verify::look_up(key, &engine.ports, self.now).await {
                    Ok(answer) => answer,
                    Err(refusal) => return Err(self.refusal(Phase::Verify, &refusal)),
                };
                self.record.key = answer.record().map(|record| record.id.clone());
                let limits = &engine.config.keys;
                let record = match verify::key(answer, user.as_deref(), limits, self.now) {
                    Ok(record) => record,
                    Err(refusal) => return Err(self.refusal(Phase::Verify, &refusal)),
                };
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
                self.may_be_asked_about(provider, token).await?;
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

    /// A wrong credential counts; after too many the answer is that there were too many.
    fn counted(&mut self, denial: Denial) -> Denial {
        if denial.code != ReasonCode::InvalidCredentials || self.only_asked {
            return denial;
        }
        let (limits, user) = (self.engine.config.failures, self.record.user.as_deref());
        let attempts = &self.engine.shared.attempts;
        match attempts.failed(limits, self.record.address, user, self.now) {
            Some(wait) => self.too_many(wait, denial.product, Some(&denial.log_detail)),
            None => denial,
        }
    }

    /// Whether a provider may be asked about a token from an address that showed wrong ones.
    async fn may_be_asked_about(
        &mut self,
        provider: &ProviderState,
        token: &SecretString,
    ) -> Result<(), Denial> {
        let engine = self.engine;
        let (limits, address) = (engine.config.failures, self.record.address);
        let wait = engine
            .shared
            .attempts
            .wait_of_address(limits, address, self.now);
        match wait {
            Some(wait) if verify::would_ask(provider, token, &engine.shared, self.now).await => {
                Err(self.too_many(wait, None, None))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a product may be asked about a password or a token of its own.
    fn may_be_tried(&mut self, credential: CacheKey, user: Option<&str>) -> Result<(), Denial> {
        let attempt = self.attempt(credential, user);
        let attempts = &self.engine.shared.attempts;
        match attempts.wait_of_password(attempt.limits, &attempt, self.now) {
            Some(wait) => Err(self.too_many(wait, None, None)),
            None => Ok(()),
        }
    }

    fn attempt(&self, credential: CacheKey, user: Option<&str>) -> Attempt {
        Attempt {
            credential,
            user: user.map(str::to_owned),
            address: self.record.address,
            limits: self.engine.config.failures,
            at: self.now,
        }
    }

    fn too_many(
        &mut self,
        wait: Duration,
        product: Option<ProductKind>,
        cause: Option<&str>,
    ) -> Denial {
        let mut detail = "too many wrong credentials from here or with this user name".to_owned();
        if let Some(cause) = cause {
            detail = format!("{detail}; the last: {cause}");
        }
        self.refused(Phase::Verify, detail.clone());
        let mut denial = Denial::new(ReasonCode::RateLimited, product, detail);
        denial.retry_after = Some(wait);
        denial
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
