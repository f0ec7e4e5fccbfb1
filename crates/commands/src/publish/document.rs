//! From what is made here to the document that the gateway shall run.

use std::collections::{BTreeMap, BTreeSet};

use gatewright_catalogue as catalogue;
use gatewright_config::raw::{
    self, BasicAccount, Directory, Document, HeaderName, Match, Oauth1, SecretRef, ServiceAccount,
    Transform, Username, UsernameSource, Verify, VerifyGithubTokenCheck, VerifyIntrospection,
    VerifyJwt, VerifyUserinfo,
};
use gatewright_config::{Format, parse, to_toml};
use gatewright_wire::{ErrorCode, Problem, WireError};
use gatewright_workspace as kept;

use super::merge::Place;
use crate::errors::failure;
use crate::names;

/// Reads a document, without asking whether its parts fit together.
pub(crate) fn parse_document(text: &str, format: Format) -> Result<Document, WireError> {
    parse(text, format).map_err(|problems| {
        let problem = problems.first();
        let place = problem
            .and_then(|problem| problem.line)
            .map_or_else(String::new, |line| format!("line {line}: "));
        failure(
            ErrorCode::InvalidDocument,
            format!(
                "The document is not understood: {place}{}",
                problem.map_or_else(String::new, |problem| problem.message.clone())
            ),
            problem.map_or_else(String::new, |problem| problem.hint.clone()),
        )
    })
}

/// Products and providers as they are made here.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    products: Vec<raw::Product>,
    /// Those without a username rule cannot be part of a document.
    providers: Vec<raw::Provider>,
    incomplete: Vec<(String, String)>,
    /// The ids of those for which somebody chose how the gateway verifies their tokens.
    chosen: BTreeSet<String>,
}

impl Ours {
    /// Puts the parts together. `with_secret` names providers whose client secret is sealed
    /// here.
    pub(crate) fn new(
        products: &[kept::Product],
        providers: &[kept::Provider],
        with_secret: &BTreeSet<String>,
    ) -> Self {
        let mut incomplete = Vec::new();
        let mut made = Vec::new();
        for provider in providers {
            match &provider.username {
                Some(rule) => made.push(provider_of(
                    provider,
                    rule,
                    with_secret.contains(&provider.id),
                )),
                None => incomplete.push((provider.id.clone(), provider.name.clone())),
            }
        }
        mark_opaque(&mut made);
        Self {
            products: products.iter().map(product_of).collect(),
            providers: made,
            incomplete,
            chosen: providers
                .iter()
                .filter(|provider| provider.settings.verification.is_some())
                .map(|provider| provider.id.clone())
                .collect(),
        }
    }

    /// The ids of the products.
    pub(crate) fn product_ids(&self) -> BTreeSet<String> {
        self.products
            .iter()
            .map(|product| product.id.clone())
            .collect()
    }

    /// The ids of the providers.
    pub(crate) fn provider_ids(&self) -> BTreeSet<String> {
        self.providers
            .iter()
            .map(|provider| provider.id.clone())
            .collect()
    }

    /// What keeps these parts from being published.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        self.incomplete
            .iter()
            .map(|(id, name)| Problem {
                path: format!("providers.{id}.username"),
                line: None,
                message: format!("No attribute of {name} was chosen as the username."),
                hint: "Choose one under Username, or remove the provider.".to_owned(),
            })
            .collect()
    }

    /// These parts alone, as text: whether anything changed.
    pub(crate) fn as_text(&self) -> String {
        let document = Document {
            products: self.products.clone(),
            providers: self.providers.clone(),
            ..Document::default()
        };
        let unfinished: Vec<&str> = self.incomplete.iter().map(|(id, _)| id.as_str()).collect();
        format!("{}# {}", to_toml(&document), unfinished.join(" "))
    }

    /// A product or provider as it is made here, as text: whether it changed.
    pub(crate) fn part(&self, place: &Place) -> Option<String> {
        match place {
            Place::Product(id) => self
                .products
                .iter()
                .find(|one| one.id == *id)
                .and_then(|one| serde_json::to_string(one).ok()),
            Place::Provider(id) => self
                .providers
                .iter()
                .find(|one| one.id == *id)
                .and_then(|one| serde_json::to_string(one).ok()),
            Place::Value(..) | Place::ProductRule(..) => None,
        }
    }

    /// These parts without some, and the ids of those that were left out.
    pub(crate) fn without(
        &self,
        product: impl Fn(&str) -> bool,
        provider: impl Fn(&str) -> bool,
    ) -> (Self, BTreeSet<String>, BTreeSet<String>) {
        let mut rest = self.clone();
        let left_products: BTreeSet<String> = self
            .product_ids()
            .into_iter()
            .filter(|id| product(id))
            .collect();
        let left_providers: BTreeSet<String> = self
            .provider_ids()
            .into_iter()
            .filter(|id| provider(id))
            .collect();
        rest.products.retain(|one| !left_products.contains(&one.id));
        rest.providers
            .retain(|one| !left_providers.contains(&one.id));
        (rest, left_products, left_providers)
    }

    /// Whether there is nothing here.
    pub(crate) fn is_empty(&self) -> bool {
        self.products.is_empty() && self.providers.is_empty() && self.incomplete.is_empty()
    }

    /// The document that runs, with these parts in the place of those of the same ids. Parts of
    /// others stay; those that were published from here and are gone here go.
    pub(crate) fn merged_into(
        &self,
        before: &Document,
        published_products: &BTreeSet<String>,
        published_providers: &BTreeSet<String>,
    ) -> Document {
        let mut after = before.clone();
        after.products.retain(|product| {
            self.products.iter().any(|ours| ours.id == product.id)
                || !published_products.contains(&product.id)
        });
        after.providers.retain(|provider| {
            self.providers.iter().any(|ours| ours.id == provider.id)
                || !published_providers.contains(&provider.id)
        });
        for ours in &self.products {
            match after
                .products
                .iter_mut()
                .find(|product| product.id == ours.id)
            {
                Some(product) => *product = product_over(product, ours),
                None => after.products.push(ours.clone()),
            }
        }
        for ours in &self.providers {
            match after
                .providers
                .iter_mut()
                .find(|provider| provider.id == ours.id)
            {
                Some(provider) => {
                    *provider = provider_over(provider, ours, self.chosen.contains(&ours.id));
                }
                None => after.providers.push(ours.clone()),
            }
        }
        // One provider at most takes what no prefix names.
        let mut seen = false;
        for provider in &mut after.providers {
            provider.opaque = provider.opaque && !seen;
            seen = seen || provider.opaque;
        }
        after
    }

    /// Whether a document has parts that were not made here.
    pub(crate) fn has_foreign_parts(&self, document: &Document) -> bool {
        let foreign = |id: &str| !self.products.iter().any(|ours| ours.id == id);
        document.products.iter().any(|product| foreign(&product.id))
            || document
                .providers
                .iter()
                .any(|provider| !self.providers.iter().any(|ours| ours.id == provider.id))
    }
}

/// What is made here over what runs; rules of the product are not made here.
fn product_over(runs: &raw::Product, ours: &raw::Product) -> raw::Product {
    let cache = runs
        .directory
        .as_ref()
        .and_then(|directory| directory.cache.clone());
    raw::Product {
        directory: ours.directory.clone().map(|directory| Directory {
            cache: directory.cache.clone().or(cache),
            ..directory
        }),
        allow_encoded_slash: runs.allow_encoded_slash.clone(),
        tls: runs.tls.clone(),
        access: runs.access.clone(),
        ..ours.clone()
    }
}

/// What is made here over what runs; how tokens are verified stays unless the username needs
/// another way.
fn provider_over(runs: &raw::Provider, ours: &raw::Provider, chosen: bool) -> raw::Provider {
    let same_provider = runs.preset == ours.preset && runs.inputs == ours.inputs;
    let reads_token = ours.username.from == UsernameSource::Token;
    let unfit = match &runs.verify {
        Verify::Userinfo(_) => reads_token,
        // The client's id stood in until a token told its audience.
        Verify::Jwt(jwt) => jwt.audience == [runs.client_id.as_str()],
        Verify::GithubTokenCheck(_) | Verify::Introspection(_) => false,
    };
    let keep = same_provider && !unfit;
    raw::Provider {
        verify: if chosen {
            verify_over(&runs.verify, &ours.verify)
        } else if keep {
            runs.verify.clone()
        } else {
            ours.verify.clone()
        },
        endpoints: if same_provider {
            runs.endpoints.clone()
        } else {
            ours.endpoints.clone()
        },
        prefixes: if same_provider {
            runs.prefixes.clone()
        } else {
            ours.prefixes.clone()
        },
        opaque: if same_provider {
            runs.opaque
        } else {
            ours.opaque
        },
        service_accounts: runs.service_accounts.clone(),
        username: Username {
            email_trusted: same_provider && runs.username.email_trusted,
            ..ours.username.clone()
        },
        ..ours.clone()
    }
}

/// The chosen way; what else was set there for that way stays.
fn verify_over(runs: &Verify, ours: &Verify) -> Verify {
    match (runs, ours) {
        (Verify::Userinfo(_), Verify::Userinfo(_))
        | (Verify::GithubTokenCheck(_), Verify::GithubTokenCheck(_)) => runs.clone(),
        (Verify::Introspection(runs), Verify::Introspection(ours)) => {
            Verify::Introspection(VerifyIntrospection {
                audience: ours.audience.clone(),
                ..runs.clone()
            })
        }
        (Verify::Jwt(runs), Verify::Jwt(ours)) => Verify::Jwt(VerifyJwt {
            audience: ours.audience.clone(),
            ..runs.clone()
        }),
        _ => ours.clone(),
    }
}

fn product_of(product: &kept::Product) -> raw::Product {
    let act_as = match &product.act_as {
        kept::ActAs::Oauth1 { consumer_key } => raw::ActAs::Oauth1(Oauth1 {
            consumer_key: consumer_key.clone(),
            private_key: SecretRef::new(names::private_key(&product.id)),
        }),
        kept::ActAs::AccessTokens => raw::ActAs::AccessTokens(raw::AccessTokens::default()),
        kept::ActAs::Header { name } => raw::ActAs::Header(HeaderName { name: name.clone() }),
        kept::ActAs::Service => raw::ActAs::Service(ServiceAccount {
            token: Some(SecretRef::new(names::service_token(&product.id))),
            basic: None,
        }),
    };
    let directory = product.directory_user.as_ref().map(|user| Directory {
        basic: Some(BasicAccount {
            user: user.clone(),
            password: SecretRef::new(names::directory_password(&product.id)),
        }),
        ..Directory::default()
    });
    raw::Product {
        id: product.id.clone(),
        kind: match product.kind {
            kept::ProductKind::Jira => gatewright_policy::ProductKind::Jira,
            kept::ProductKind::Confluence => gatewright_policy::ProductKind::Confluence,
            kept::ProductKind::Bitbucket => gatewright_policy::ProductKind::Bitbucket,
        },
        base_url: product.base_url.clone(),
        public_url: product.public_url.clone(),
        act_as: Some(act_as),
        directory,
        allow_encoded_slash: Vec::new(),
        tls: None,
        access: raw::ProductAccess::default(),
    }
}

/// How the gateway verifies the tokens: as it was chosen, else as the username needs it.
fn verification(provider: &kept::Provider, rule: &kept::UsernameRule) -> Verify {
    let settings = &provider.settings;
    let usual = match rule.from {
        kept::UsernameSource::Userinfo => kept::Verification::Userinfo,
        kept::UsernameSource::Token => kept::Verification::Jwt,
    };
    let own = || provider.client_id.clone();
    match settings.verification.unwrap_or(usual) {
        kept::Verification::Userinfo => Verify::Userinfo(VerifyUserinfo {
            accept_any_client: true,
            cache: None,
        }),
        kept::Verification::GithubTokenCheck => {
            Verify::GithubTokenCheck(VerifyGithubTokenCheck::default())
        }
        kept::Verification::Introspection => Verify::Introspection(VerifyIntrospection {
            audience: settings
                .verification_audience
                .first()
                .cloned()
                .unwrap_or_else(own),
            cache: None,
        }),
        kept::Verification::Jwt => Verify::Jwt(VerifyJwt {
            audience: match (
                settings.verification_audience.as_slice(),
                provider.audiences.as_slice(),
            ) {
                ([], []) => vec![own()],
                ([], seen) => seen.to_vec(),
                (chosen, _) => chosen.to_vec(),
            },
            ..VerifyJwt::default()
        }),
    }
}

fn provider_of(
    provider: &kept::Provider,
    rule: &kept::UsernameRule,
    with_secret: bool,
) -> raw::Provider {
    let known = catalogue::provider(&provider.preset);
    let verify = verification(provider, rule);
    raw::Provider {
        id: provider.id.clone(),
        preset: provider.preset.clone(),
        inputs: provider.inputs.clone(),
        endpoints: raw::Endpoints::default(),
        client_id: provider.client_id.clone(),
        client_secret: with_secret.then(|| SecretRef::new(names::client_secret(&provider.id))),
        client_auth: Some(match provider.client_auth {
            kept::ClientAuth::Basic => raw::ClientAuth::Basic,
            kept::ClientAuth::Body => raw::ClientAuth::Body,
            kept::ClientAuth::None => raw::ClientAuth::None,
            kept::ClientAuth::PrivateKeyJwt => raw::ClientAuth::PrivateKeyJwt,
        }),
        scopes: provider.scopes.clone(),
        verify,
        username: Username {
            from: match rule.from {
                kept::UsernameSource::Userinfo => UsernameSource::Userinfo,
                kept::UsernameSource::Token => UsernameSource::Token,
            },
            url: None,
            pointer: rule.pointer.clone(),
            transform: rule
                .transform
                .iter()
                .map(|step| match step {
                    kept::Transform::Lowercase => Transform::Lowercase,
                    kept::Transform::Uppercase => Transform::Uppercase,
                    kept::Transform::Trim => Transform::Trim,
                    kept::Transform::BeforeAt => Transform::BeforeAt,
                })
                .collect(),
            matches: match rule.match_by {
                kept::MatchBy::Username => Match::Username,
                kept::MatchBy::Email => Match::Email,
            },
            email_trusted: false,
        },
        prefixes: known.map_or_else(Vec::new, |known| {
            known
                .token_prefixes
                .iter()
                .map(|prefix| (*prefix).to_owned())
                .collect()
        }),
        opaque: false,
        service_accounts: BTreeMap::new(),
    }
}

/// Opaque tokens that no prefix names belong to one provider: the first whose tokens are asked
/// about and which has no prefixes. A prefix that two providers have stays with the first.
fn mark_opaque(providers: &mut [raw::Provider]) {
    let mut taken = BTreeSet::new();
    for provider in providers.iter_mut() {
        provider
            .prefixes
            .retain(|prefix| taken.insert(prefix.clone()));
    }
    let first = providers.iter_mut().find(|provider| {
        provider.prefixes.is_empty() && !matches!(provider.verify, Verify::Jwt(_))
    });
    if let Some(provider) = first {
        provider.opaque = true;
    }
}

#[cfg(test)]
mod tests;
