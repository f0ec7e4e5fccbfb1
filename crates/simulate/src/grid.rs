//! Requests that can tell two rule sets apart, made from both documents.

use std::collections::BTreeSet;
use std::net::IpAddr;

use gatewright_config::Config;
use gatewright_config::raw::Document;
use gatewright_policy::{
    AddressSet, Arrival, Caller, Exemptions, Facts, Groups, Method, Outcome, Path, ProductId,
    UserName, Way, decide, may_create_keys,
};
use time::OffsetDateTime;

use crate::effects::{EffectExample, Measured, MeasuredEffect};

/// The most requests about which both rule sets are asked for one change.
const MOST: usize = 40_000;
/// The most groups, addresses and patterns that each list of the grid takes.
const MOST_OF_EACH: usize = 40;

struct Somebody {
    words: String,
    kind: Kind,
}

enum Kind {
    Nobody,
    Passing(Way, Option<String>),
    Known(Way, UserName, Vec<String>),
}

struct Asked {
    product: ProductId,
    method: Method,
    path: Path,
}

/// Requests that can tell two rule sets apart.
pub(crate) struct Grid {
    requests: Vec<Asked>,
    addresses: Vec<IpAddr>,
    callers: Vec<Somebody>,
    groups: Vec<Vec<String>>,
    complete: bool,
}

impl Grid {
    pub(crate) fn new(before: &Config, after: &Config) -> Self {
        let documents = [before.document(), after.document()];
        let mut complete = true;
        let mut cut = |list: usize| complete &= list <= MOST_OF_EACH;
        let groups = groups(documents);
        cut(groups.len());
        let addresses = addresses(documents);
        cut(addresses.len());
        let requests = requests(documents);
        let callers = callers(documents, &groups);
        let combinations = combinations(&groups);
        Self {
            requests,
            addresses: addresses.into_iter().take(MOST_OF_EACH).collect(),
            callers,
            groups: combinations,
            complete,
        }
    }

    /// Asks both about everything. Where one dimension is long it is not crossed with the others
    /// in full: all addresses meet a few requests, and all requests a few addresses.
    pub(crate) fn compare(&self, before: &Config, after: &Config, now: OffsetDateTime) -> Measured {
        let mut measured = Measured::default();
        let exemptions = (before.exemptions(now), after.exemptions(now));
        let mut asked = 0;
        let few = self.telling(before, after);
        let plain: Vec<&Somebody> = self.callers.iter().take(4).collect();
        let all: Vec<&Somebody> = self.callers.iter().collect();
        let every: Vec<IpAddr> = self.addresses.clone();
        let firsts = self.first_requests();
        for (requests, addresses, callers) in [
            (self.requests.iter().collect::<Vec<_>>(), &few, &all),
            (firsts, &every, &plain),
        ] {
            for request in requests {
                for address in addresses {
                    for caller in callers {
                        asked += 1;
                        if asked > MOST {
                            return unfinished(measured);
                        }
                        ask(
                            &mut measured,
                            (before, after),
                            exemptions,
                            request,
                            *address,
                            caller,
                        );
                        if measured.wider.is_some() && measured.narrower.is_some() {
                            return measured;
                        }
                    }
                }
            }
        }
        self.keys(&mut measured, before, after);
        if self.complete {
            measured
        } else {
            unfinished(measured)
        }
    }

    /// Addresses that each side allows or refuses differently, as few as tell it.
    fn telling(&self, before: &Config, after: &Config) -> Vec<IpAddr> {
        let sets: Vec<&AddressSet> = [before, after]
            .into_iter()
            .flat_map(|config| {
                std::iter::once(&config.rules.access.addresses_allowed).chain(
                    config
                        .rules
                        .products
                        .values()
                        .map(|product| &product.access.addresses_allowed),
                )
            })
            .collect();
        let mut seen = BTreeSet::new();
        self.addresses
            .iter()
            .copied()
            .filter(|address| {
                let answers: Vec<bool> = sets.iter().map(|set| set.contains(*address)).collect();
                seen.insert(answers)
            })
            .take(8)
            .collect()
    }

    /// A request that reads and one that writes, for each product.
    fn first_requests(&self) -> Vec<&Asked> {
        let mut seen = BTreeSet::new();
        self.requests
            .iter()
            .filter(|one| seen.insert((one.product.clone(), one.method.is_safe())))
            .collect()
    }

    fn keys(&self, measured: &mut Measured, before: &Config, after: &Config) {
        for groups in &self.groups {
            let may = |config: &Config| may_create_keys(&config.rules, Groups::Known(groups));
            let example = |before: bool, after: bool| {
                let word = |may: bool| if may { "permit" } else { "refused" }.to_owned();
                EffectExample {
                    product: String::new(),
                    request: "making an API key".to_owned(),
                    caller: in_words(groups),
                    address: String::new(),
                    before: word(before),
                    after: word(after),
                }
            };
            match (may(before), may(after)) {
                (true, false) => {
                    measured
                        .narrower
                        .get_or_insert_with(|| example(true, false));
                }
                (false, true) => {
                    measured.wider.get_or_insert_with(|| example(false, true));
                }
                (true, true) | (false, false) => {}
            }
        }
    }
}

/// What was seen holds; what was not seen may still be.
fn unfinished(mut measured: Measured) -> Measured {
    if measured.wider.is_none() && measured.narrower.is_none() {
        measured.stated = Some(MeasuredEffect::Unknown);
    }
    measured
}

fn ask(
    measured: &mut Measured,
    (before, after): (&Config, &Config),
    exemptions: (Exemptions, Exemptions),
    request: &Asked,
    address: IpAddr,
    caller: &Somebody,
) {
    let outcome = |config: &Config, exemptions: Exemptions| {
        let who = match &caller.kind {
            Kind::Nobody => Caller::Nobody,
            Kind::Passing(way, user) => Caller::Passing {
                way: *way,
                user: user.as_deref(),
                groups: Groups::Unknown,
            },
            Kind::Known(way, user, groups) => Caller::Known {
                way: *way,
                user,
                groups: Groups::Known(groups),
                key: None,
            },
        };
        let facts = Facts {
            arrival: Arrival {
                product: &request.product,
                method: &request.method,
                path: &request.path,
                query: None,
                address,
                cross_site: false,
            },
            caller: who,
            exemptions,
        };
        match decide(&config.rules, &facts).outcome {
            Outcome::Permit(_) => None,
            Outcome::Denial(denial) => Some(denial.reason),
        }
    };
    let (one, other) = (outcome(before, exemptions.0), outcome(after, exemptions.1));
    let place = match (one, other) {
        (None, Some(_)) => &mut measured.narrower,
        (Some(_), None) => &mut measured.wider,
        (None, None) | (Some(_), Some(_)) => return,
    };
    let word = |reason: Option<gatewright_policy::ReasonCode>| {
        reason
            .map_or("permit", gatewright_policy::ReasonCode::as_str)
            .to_owned()
    };
    place.get_or_insert_with(|| EffectExample {
        product: request.product.to_string(),
        request: format!("{} {}", request.method.as_str(), request.path),
        caller: caller.words.clone(),
        address: address.to_string(),
        before: word(one),
        after: word(other),
    });
}

fn groups(documents: [&Document; 2]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for document in documents {
        let access = &document.access;
        names.extend(access.groups_allowed.iter().cloned());
        names.extend(access.groups_read_only.iter().cloned());
        names.extend(access.groups_may_create_keys.iter().cloned());
        for product in &document.products {
            names.extend(product.access.groups_allowed.iter().cloned());
            names.extend(product.access.groups_read_only.iter().cloned());
        }
    }
    names.into_iter().collect()
}

/// No group, each alone, each pair, and all: a caller may need one group for all products and
/// another for one.
fn combinations(groups: &[String]) -> Vec<Vec<String>> {
    let some: Vec<&String> = groups.iter().take(MOST_OF_EACH).collect();
    let mut all = vec![Vec::new()];
    all.extend(some.iter().map(|one| vec![(*one).clone()]));
    if some.len() <= 12 {
        for (index, one) in some.iter().enumerate() {
            for other in &some[index + 1..] {
                all.push(vec![(*one).clone(), (*other).clone()]);
            }
        }
    }
    if some.len() > 2 {
        all.push(some.into_iter().cloned().collect());
    }
    all
}

fn in_words(groups: &[String]) -> String {
    match groups {
        [] => "somebody in no group of the rules".to_owned(),
        groups => format!("somebody in {}", groups.join(" and ")),
    }
}

fn callers(documents: [&Document; 2], groups: &[String]) -> Vec<Somebody> {
    let user = UserName::new("somebody");
    let mut callers = vec![Somebody {
        words: "nobody".to_owned(),
        kind: Kind::Nobody,
    }];
    for groups in combinations(groups) {
        callers.push(Somebody {
            words: format!("{}, by a token", in_words(&groups)),
            kind: Kind::Known(Way::Oauth, user.clone(), groups),
        });
    }
    // Behind the few first, so that the first few callers stay telling.
    for combination in combinations(groups).into_iter().take(4) {
        callers.push(Somebody {
            words: format!("{}, by an API key", in_words(&combination)),
            kind: Kind::Known(Way::ApiKey, user.clone(), combination),
        });
    }
    let exceptions: BTreeSet<&String> = documents
        .iter()
        .flat_map(|document| &document.settings.basic_exceptions)
        .collect();
    let passing = std::iter::once(None).chain(exceptions.into_iter().take(MOST_OF_EACH).map(Some));
    for name in passing {
        callers.push(Somebody {
            words: format!("{}, by a password", name.map_or("somebody", String::as_str)),
            kind: Kind::Passing(Way::Password, name.cloned()),
        });
    }
    callers.push(Somebody {
        words: "somebody, by a token of the product".to_owned(),
        kind: Kind::Passing(Way::ProductToken, None),
    });
    callers
}

/// The ends of every range, what lies just outside, and addresses that no range knows.
fn addresses(documents: [&Document; 2]) -> Vec<IpAddr> {
    let mut all: BTreeSet<IpAddr> = BTreeSet::new();
    for document in documents {
        let lists = std::iter::once(&document.access.addresses_allowed).chain(
            document
                .products
                .iter()
                .map(|product| &product.access.addresses_allowed),
        );
        for text in lists.flatten() {
            let Ok(range) = AddressSet::parse_range(text) else {
                continue;
            };
            let (first, last) = (range.network(), range.broadcast());
            all.extend([first, last]);
            all.extend(beside(first, false));
            all.extend(beside(last, true));
        }
    }
    all.extend([
        IpAddr::from([192, 0, 2, 1]),
        IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]),
    ]);
    all.into_iter().collect()
}

fn beside(address: IpAddr, above: bool) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => {
            let bits = u32::from(address);
            let next = if above {
                bits.checked_add(1)
            } else {
                bits.checked_sub(1)
            };
            next.map(|bits| IpAddr::V4(bits.into()))
        }
        IpAddr::V6(address) => {
            let bits = u128::from(address);
            let next = if above {
                bits.checked_add(1)
            } else {
                bits.checked_sub(1)
            };
            next.map(|bits| IpAddr::V6(bits.into()))
        }
    }
}

/// For each product: a path that no rule knows, and what every pattern means; each by reading and
/// by writing, and by the methods that patterns name.
fn requests(documents: [&Document; 2]) -> Vec<Asked> {
    let mut products = BTreeSet::new();
    let mut asked = BTreeSet::new();
    for document in documents {
        for product in &document.products {
            products.insert(product.id.clone());
            for pattern in &product.allow_encoded_slash {
                for (method, path) in meant(pattern, "a%2Fb") {
                    asked.insert((product.id.clone(), method, path));
                }
            }
        }
        for rule in document.access.public.iter().chain(&document.access.bypass) {
            for (method, path) in meant(&rule.path, "x") {
                asked.insert((rule.product.clone(), method, path));
            }
        }
    }
    // What no rule knows comes first.
    let plain = products.iter().flat_map(|product| {
        ["GET", "POST"].map(|method| (product.clone(), method.to_owned(), "/rest/x/y".to_owned()))
    });
    plain
        .chain(asked.iter().cloned())
        .filter_map(|(product, method, path)| {
            Some(Asked {
                product: ProductId::new(product),
                method: Method::parse(&method).ok()?,
                path: Path::parse(&path).ok()?,
            })
        })
        .collect()
}

/// Requests that a pattern means: the stars filled, `**` by nothing and by two segments.
fn meant(pattern: &str, filling: &str) -> Vec<(String, String)> {
    let (methods, path) = match pattern.split_once(' ') {
        Some((methods, path)) if !pattern.starts_with('/') => (methods, path.trim_start()),
        Some(_) | None => ("GET,POST", pattern),
    };
    let two = format!("{filling}/y");
    let filled = |any: &str| {
        let segments: Vec<&str> = path
            .split('/')
            .map(|segment| match segment {
                "*" => filling,
                "**" => any,
                segment => segment,
            })
            .collect();
        let mut text = segments.join("/");
        while text.contains("//") {
            text = text.replace("//", "/");
        }
        text
    };
    let mut all = Vec::new();
    for method in methods.split(',') {
        for path in BTreeSet::from([filled(""), filled(&two)]) {
            // A pattern that ends in stars leaves a slash behind where they stand for nothing.
            let trimmed = path.trim_end_matches('/');
            if !trimmed.is_empty() {
                all.push((method.to_owned(), trimmed.to_owned()));
            }
            all.push((method.to_owned(), path));
        }
    }
    all
}
