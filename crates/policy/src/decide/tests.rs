use proptest::prelude::*;

use super::*;
use crate::{Access, AnonymousRule, GroupSet, ProductKind, ProductRules, WaysIn};

fn rules() -> Rules {
    let mut rules = Rules {
        ways: WaysIn {
            api_keys: true,
            oauth: true,
            basic_auth: true,
            basic_exceptions: Vec::new(),
            product_tokens: true,
        },
        ..Rules::default()
    };
    rules
        .products
        .insert(ProductId::new("jira"), ProductRules::new(ProductKind::Jira));
    rules
}

fn product(rules: &mut Rules) -> &mut ProductRules {
    rules.products.get_mut(&ProductId::new("jira")).unwrap()
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts
        .iter()
        .map(|text| Pattern::parse(text).unwrap())
        .collect()
}

fn names(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[derive(Clone, Debug)]
enum Who {
    Nobody,
    Password,
    ProductToken,
    Fred,
    Robot(KeyScope),
}

#[derive(Clone, Debug)]
struct Case {
    who: Who,
    groups: Option<Vec<String>>,
    request: String,
    address: IpAddr,
    cross_site: bool,
}

impl Case {
    fn new(who: Who, request: &str) -> Self {
        Self {
            who,
            groups: Some(names(&["jira-users"])),
            request: request.to_owned(),
            address: "10.1.2.3".parse().unwrap(),
            cross_site: false,
        }
    }

    fn in_groups(mut self, groups: &[&str]) -> Self {
        self.groups = Some(names(groups));
        self
    }

    fn outcome(&self, rules: &Rules, exemptions: Exemptions) -> Outcome {
        let (method, path) = self.request.split_once(' ').unwrap();
        let (id, method) = (ProductId::new("jira"), Method::parse(method).unwrap());
        let path = Path::parse(path).unwrap();
        let groups = self
            .groups
            .as_deref()
            .map_or(Groups::Unknown, Groups::Known);
        let user = UserName::new("fred");
        let caller = match &self.who {
            Who::Nobody => Caller::Nobody,
            Who::Password => Caller::Passing {
                way: Way::Password,
                user: Some("fred"),
                groups,
            },
            Who::ProductToken => Caller::Passing {
                way: Way::ProductToken,
                user: None,
                groups: Groups::Unknown,
            },
            Who::Fred => Caller::Known {
                way: Way::Oauth,
                user: &user,
                groups,
                key: None,
            },
            Who::Robot(scope) => Caller::Known {
                way: Way::ApiKey,
                user: &user,
                groups,
                key: Some(scope),
            },
        };
        let arrival = Arrival {
            product: &id,
            method: &method,
            path: &path,
            query: None,
            address: self.address,
            cross_site: self.cross_site,
        };
        decide(
            rules,
            &Facts {
                arrival,
                caller,
                exemptions,
            },
        )
        .outcome
    }

    fn found(&self, rules: &Rules) -> &'static str {
        match self.outcome(rules, Exemptions::default()) {
            Outcome::Permit(_) => "permit",
            Outcome::Denial(denial) => denial.reason.as_str(),
        }
    }

    fn grant(&self, rules: &Rules) -> Option<Grant> {
        match self.outcome(rules, Exemptions::default()) {
            Outcome::Permit(permit) => Some(permit.grant().clone()),
            Outcome::Denial(_) => None,
        }
    }
}

const READ: &str = "GET /rest/api/2/myself";
const WRITE: &str = "POST /rest/api/2/issue";

#[test]
fn the_default_lets_nobody_in() {
    for who in [Who::Nobody, Who::Password, Who::ProductToken, Who::Fred] {
        let case = Case::new(who, READ);
        assert_eq!(case.found(&Rules::default()), "unknown_product");
        let mut closed = rules();
        closed.ways = WaysIn::default();
        assert_ne!(case.found(&closed), "permit", "{case:?}");
    }
}

#[test]
fn each_way_in_is_closed_on_its_own_and_the_others_stay_open() {
    type Close = fn(&mut WaysIn);
    let table: [(Who, Close, &str); 4] = [
        (
            Who::Password,
            |ways| ways.basic_auth = false,
            "basic_disabled",
        ),
        (
            Who::ProductToken,
            |ways| ways.product_tokens = false,
            "product_tokens_disabled",
        ),
        (Who::Fred, |ways| ways.oauth = false, "oauth_disabled"),
        (
            Who::Robot(KeyScope::default()),
            |ways| ways.api_keys = false,
            "keys_disabled",
        ),
    ];
    for (who, close, reason) in &table {
        let mut closed = rules();
        close(&mut closed.ways);
        for (other, _, _) in &table {
            let found = Case::new(other.clone(), READ).found(&closed);
            let same = std::mem::discriminant(other) == std::mem::discriminant(who);
            assert_eq!(found, if same { *reason } else { "permit" });
        }
    }
    let mut excepted = rules();
    excepted.ways.basic_auth = false;
    excepted.ways.basic_exceptions = vec![UserName::new("FRED")];
    assert_eq!(Case::new(Who::Password, READ).found(&excepted), "permit");
}

#[test]
fn without_a_credential_one_is_nobody_or_nothing() {
    let mut rules = rules();
    let nobody = Case::new(Who::Nobody, "GET /rest/api/content/1");
    assert_eq!(nobody.found(&rules), "missing_credentials");
    rules.anonymous = AnonymousRule::Product;
    assert_eq!(nobody.grant(&rules), Some(Grant::Anonymous));
    product(&mut rules).public = patterns(&["/rest/api/content/**"]);
    for around in [
        "GET /REST/api/content",
        "GET /rest/api/latest/content/1",
        "GET /rest/api/content.json",
    ] {
        assert_eq!(
            Case::new(Who::Nobody, around).found(&rules),
            "missing_credentials",
            "{around}"
        );
    }
    assert_eq!(
        Case::new(Who::Fred, "GET /rest/api/content/1").found(&rules),
        "permit"
    );
    assert_eq!(
        Case::new(Who::Nobody, "GET /rest/api/space").found(&rules),
        "permit"
    );
    rules.access.groups_allowed = GroupSet::new(["jira-users"]);
    assert_eq!(
        Case::new(Who::Nobody, "GET /rest/api/space").found(&rules),
        "missing_credentials"
    );
}

#[test]
fn a_bypass_is_exact_and_skips_credentials_alone() {
    let mut rules = rules();
    product(&mut rules).bypass = patterns(&["GET /rest/api/2/serverInfo"]);
    let bypassed = Case::new(Who::Nobody, "GET /rest/api/2/serverInfo");
    assert_eq!(bypassed.grant(&rules), Some(Grant::Unchecked));
    for other in [
        "GET /rest/api/2/serverinfo",
        "GET /rest/api/2/serverInfo/",
        "GET /rest/api/2/serverInfo%23",
        "GET /rest/api/latest/serverInfo",
        "POST /rest/api/2/serverInfo",
    ] {
        assert_eq!(
            Case::new(Who::Nobody, other).found(&rules),
            "missing_credentials",
            "{other}"
        );
    }
    rules.access.addresses_allowed = AddressSet::parse(&["192.168.0.0/16"]).unwrap();
    assert_eq!(bypassed.found(&rules), "address_not_allowed");
}

#[test]
fn both_lists_of_groups_and_addresses_must_permit() {
    let mut rules = rules();
    rules.access.groups_allowed = GroupSet::new(["staff"]);
    product(&mut rules).access.groups_allowed = GroupSet::new(["jira-users"]);
    let fred = Case::new(Who::Fred, READ);
    assert_eq!(
        fred.clone()
            .in_groups(&["staff", "jira-users"])
            .found(&rules),
        "permit"
    );
    for groups in [
        &["staff"][..],
        &["jira-users"],
        &[],
        &["Staff", "jira-users"],
    ] {
        assert_eq!(
            fred.clone().in_groups(groups).found(&rules),
            "group_not_allowed",
            "{groups:?}"
        );
    }
    let mut unknown = fred;
    unknown.groups = None;
    assert_eq!(unknown.found(&rules), "group_not_allowed");
    product(&mut rules).access.addresses_allowed = AddressSet::parse(&["10.1.0.0/16"]).unwrap();
    rules.access.addresses_allowed = AddressSet::parse(&["10.0.0.0/8"]).unwrap();
    let mut far = Case::new(Who::Fred, READ).in_groups(&["staff", "jira-users"]);
    assert_eq!(far.found(&rules), "permit");
    far.address = "10.2.0.1".parse().unwrap();
    assert_eq!(far.found(&rules), "address_not_allowed");
}

#[test]
fn who_may_only_read_does_not_write() {
    let mut rules = rules();
    rules.access.groups_read_only = GroupSet::new(["contractors"]);
    let mallory = |request| Case::new(Who::Fred, request).in_groups(&["Contractors"]);
    assert_eq!(mallory(WRITE).found(&rules), "read_only");
    assert_eq!(mallory(READ).found(&rules), "permit");
    assert_eq!(mallory("POST /rest/api/2/search").found(&rules), "permit");
    assert_eq!(Case::new(Who::Fred, WRITE).found(&rules), "permit");
    assert_eq!(
        Case::new(Who::ProductToken, WRITE).found(&rules),
        "read_only"
    );
    assert_eq!(Case::new(Who::ProductToken, READ).found(&rules), "permit");
    rules.access.groups_read_only = GroupSet::default();
    rules.read_only = true;
    rules.anonymous = AnonymousRule::Product;
    for who in [Who::Fred, Who::Nobody, Who::Password] {
        assert_eq!(Case::new(who.clone(), WRITE).found(&rules), "read_only");
        assert_eq!(Case::new(who, READ).found(&rules), "permit");
    }
}

#[test]
fn a_key_is_good_for_what_it_is_narrowed_to() {
    let scope = KeyScope {
        read_only: false,
        products: vec![ProductId::new("jira")],
        paths: patterns(&["GET,POST /rest/api/2/issue/**"]),
        addresses: AddressSet::parse(&["10.1.0.0/16"]).unwrap(),
    };
    let found =
        |scope: &KeyScope, request| Case::new(Who::Robot(scope.clone()), request).found(&rules());
    assert_eq!(found(&scope, WRITE), "permit");
    assert_eq!(found(&scope, "DELETE /rest/api/2/issue/A-1"), "key_scope");
    assert_eq!(found(&scope, "POST /rest/api/latest/issue"), "key_scope");
    let elsewhere = KeyScope {
        products: vec![ProductId::new("wiki")],
        ..scope.clone()
    };
    assert_eq!(found(&elsewhere, WRITE), "key_scope");
    let far = KeyScope {
        addresses: AddressSet::parse(&["192.0.2.1"]).unwrap(),
        ..scope.clone()
    };
    assert_eq!(found(&far, WRITE), "key_scope");
    let reader = KeyScope {
        read_only: true,
        ..scope
    };
    assert_eq!(found(&reader, WRITE), "read_only");
    assert_eq!(found(&reader, "GET /rest/api/2/issue/A-1"), "permit");
}

#[test]
fn a_foreign_page_reads_but_does_not_write() {
    let mut case = Case::new(Who::Fred, WRITE);
    case.cross_site = true;
    assert_eq!(case.found(&rules()), "cross_site");
    case.request = READ.to_owned();
    assert_eq!(case.found(&rules()), "permit");
}

#[test]
fn with_authentication_off_only_address_and_read_only_hold() {
    let mut rules = rules();
    rules.authentication = false;
    rules.access.groups_allowed = GroupSet::new(["staff"]);
    assert_eq!(
        Case::new(Who::Nobody, WRITE).grant(&rules),
        Some(Grant::Unchecked)
    );
    rules.read_only = true;
    assert_eq!(Case::new(Who::Nobody, WRITE).found(&rules), "read_only");
}

#[test]
fn encoded_slashes_and_rewritten_paths_are_refused_unless_the_rule_says_data() {
    let mut rules = rules();
    let branch = Case::new(Who::Fred, "GET /rest/branches/a%2Fb");
    assert_eq!(branch.found(&rules), "malformed_request");
    product(&mut rules).allow_encoded_slash = patterns(&["/rest/branches/*"]);
    assert_eq!(branch.found(&rules), "permit");
    assert_eq!(
        Case::new(Who::Fred, "GET /rest/other/a%2Fb").found(&rules),
        "malformed_request"
    );
    assert_eq!(
        Case::new(Who::Fred, "GET /s/x/_/rest/api").found(&rules),
        "malformed_request"
    );
    assert_eq!(
        Case::new(Who::Fred, "GET /s/x/_/download/a.css").found(&rules),
        "permit"
    );
}

#[test]
fn what_is_only_reported_passes_and_is_named() {
    let mut rules = rules();
    rules.access.groups_allowed = GroupSet::new(["staff"]);
    let case = Case::new(Who::Fred, READ);
    assert_eq!(case.found(&rules), "group_not_allowed");
    let exemptions = Exemptions {
        groups: true,
        ..Exemptions::default()
    };
    match case.outcome(&rules, exemptions) {
        Outcome::Permit(permit) => assert_eq!(permit.reported(), [ReasonCode::GroupNotAllowed]),
        Outcome::Denial(denial) => panic!("{denial:?}"),
    }
}

fn groups() -> impl Strategy<Value = Vec<String>> {
    proptest::sample::subsequence(names(&["staff", "jira-users", "contractors"]), 0..=3)
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let access = || {
        (
            groups(),
            groups(),
            prop::option::of(prop::sample::select(vec!["10.0.0.0/8", "10.1.0.0/16"])),
        )
            .prop_map(|(allowed, read_only, range)| Access {
                groups_allowed: GroupSet::new(allowed),
                groups_read_only: GroupSet::new(read_only),
                addresses_allowed: AddressSet::parse(&range.into_iter().collect::<Vec<_>>())
                    .unwrap(),
            })
    };
    let path = || {
        prop::collection::vec(
            prop::sample::select(vec![
                "/rest/**",
                "/rest/api/*/issue",
                "GET /rest/api/2/myself",
            ]),
            0..2,
        )
        .prop_map(|texts| patterns(&texts))
    };
    (any::<[bool; 7]>(), access(), access(), path(), path()).prop_map(
        |(flags, all, one, public, bypass)| {
            let mut rules = rules();
            rules.authentication = !flags[0] || flags[1];
            rules.read_only = flags[1];
            rules.anonymous = if flags[2] {
                AnonymousRule::Product
            } else {
                AnonymousRule::Deny
            };
            rules.ways.oauth = flags[3];
            rules.ways.api_keys = flags[4];
            rules.ways.basic_auth = flags[5];
            rules.ways.product_tokens = flags[6];
            rules.access = all;
            let product = product(&mut rules);
            product.access = one;
            product.public = public;
            product.bypass = bypass;
            rules
        },
    )
}

fn some_case() -> impl Strategy<Value = Case> {
    let who = prop_oneof![
        Just(Who::Nobody),
        Just(Who::Password),
        Just(Who::ProductToken),
        Just(Who::Fred),
        any::<bool>().prop_map(|read_only| Who::Robot(KeyScope {
            read_only,
            ..KeyScope::default()
        })),
    ];
    let request = prop::sample::select(vec![
        READ,
        WRITE,
        "POST /rest/api/2/search",
        "GET /REST/api/latest/issue.json",
        "DELETE /rest/api/2/issue/A-1",
    ]);
    let address = prop::sample::select(vec!["10.1.2.3", "10.2.0.1", "192.0.2.1", "2001:db8::1"]);
    (
        who,
        prop::option::of(groups()),
        request,
        address,
        any::<bool>(),
    )
        .prop_map(|(who, groups, request, address, cross_site)| Case {
            who,
            groups,
            request: request.to_owned(),
            address: address.parse().unwrap(),
            cross_site,
        })
}

/// One step that leaves less allowed.
fn narrowed(rules: &Rules, step: usize) -> Rules {
    let mut rules = rules.clone();
    match step {
        0 => rules.read_only = true,
        1 => rules.anonymous = AnonymousRule::Deny,
        2 => rules.authentication = true,
        3 => rules.ways = WaysIn::default(),
        4 => product(&mut rules).bypass.clear(),
        5 => product(&mut rules).public = patterns(&["/**"]),
        6 => {
            // Fewer groups, or one where everybody was allowed.
            let mut left = rules.access.groups_allowed.names().to_vec();
            if left.len() != 1 {
                left = names(&["staff"]);
            }
            if rules.access.groups_allowed.is_empty()
                || rules.access.groups_allowed.names().contains(&left[0])
            {
                rules.access.groups_allowed = GroupSet::new(left);
            }
        }
        7 => {
            let mut more = rules.access.groups_read_only.names().to_vec();
            more.push("jira-users".to_owned());
            rules.access.groups_read_only = GroupSet::new(more);
        }
        8 => {
            let narrow = AddressSet::parse(&["10.1.2.0/24"]).unwrap();
            rules.access.addresses_allowed = narrow.clone();
            product(&mut rules).access.addresses_allowed = narrow;
        }
        _ => {
            rules.products.clear();
        }
    }
    rules
}

proptest! {
    #[test]
    fn a_narrower_rule_never_turns_a_denial_into_a_permit(
        rules in some_rules(), case in some_case(), step in 0_usize..10
    ) {
        if case.found(&rules) != "permit" {
            prop_assert_ne!(case.found(&narrowed(&rules, step)), "permit");
        }
    }

    #[test]
    fn nobody_acts_as_somebody_without_being_known(rules in some_rules(), case in some_case()) {
        if let Some(Grant::ActAs(user)) = case.grant(&rules) {
            prop_assert!(matches!(case.who, Who::Fred | Who::Robot(_)));
            prop_assert_eq!(user.as_str(), "fred");
        }
    }
}
