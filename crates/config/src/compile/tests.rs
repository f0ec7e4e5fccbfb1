use super::*;
use crate::{Format, run_expectations};

const EXAMPLE: &str = include_str!("../../fixtures/example.toml");

/// The example with the product that one of its rules names.
fn whole() -> String {
    let product = "[[products]]\nid = \"confluence\"\nkind = \"confluence\"\n\
        base_url = \"http://wiki.internal\"\npublic_url = \"/wiki\"\n\
        directory = { token = { secret = \"wiki\" } }\n\n[[providers]]";
    EXAMPLE.replacen("[[providers]]", product, 1)
}

fn problems(text: &str) -> Vec<String> {
    match Config::parse(text, Format::Toml) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .into_iter()
            .map(|problem| {
                assert!(
                    !problem.hint.is_empty() && problem.line.is_some(),
                    "{problem:?}"
                );
                format!("{}: {}", problem.path, problem.message)
            })
            .collect(),
    }
}

/// What is wrong when one text of the whole example is another.
fn with(before: &str, after: &str) -> Vec<String> {
    let text = whole();
    assert!(text.contains(before), "{before}");
    problems(&text.replacen(before, after, 1))
}

#[test]
fn the_example_document_is_read_and_its_parts_fit() {
    crate::parse(EXAMPLE, Format::Toml).unwrap();
    let config = Config::parse(&whole(), Format::Toml).unwrap();
    assert_eq!(
        config.secret_names(),
        ["ghes", "jira-oauth1", "jira-svc", "wiki"]
    );
    assert_eq!(config.products[0].base_path(), "/jira");
    assert_eq!(config.products[1].public_url.path, ["wiki"]);
    assert_eq!(
        config.providers[0]
            .endpoints
            .userinfo
            .as_ref()
            .unwrap()
            .as_str(),
        "https://github.example.com/api/v3/user"
    );
    assert_eq!(
        config.providers[0]
            .endpoints
            .token_check
            .as_ref()
            .unwrap()
            .as_str(),
        "https://github.example.com/api/v3/applications/Iv1.x/token"
    );
    assert_eq!(config.rates.per_caller.unwrap().requests, 600);
    assert_eq!(config.audit_keep.as_secs(), 30 * 24 * 60 * 60);
}

#[test]
fn a_rule_for_a_product_that_is_not_there_is_an_error_with_its_line() {
    let problems = Config::parse(EXAMPLE, Format::Toml).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].path, "access.public[0].product");
    let line = problems[0].line.unwrap() as usize;
    assert_eq!(
        EXAMPLE.lines().nth(line - 1),
        Some("product = \"confluence\"")
    );
}

#[test]
fn userinfo_needs_the_word_that_any_client_is_accepted() {
    assert_eq!(
        with("accept_any_client = true", "accept_any_client = false"),
        [
            "providers[0].verify.userinfo.accept_any_client: userinfo cannot tell for which client a token was issued"
        ]
    );
    assert_eq!(with("accept_any_client = true, ", "").len(), 1);
}

#[test]
fn rules_about_groups_and_oauth1_need_a_directory() {
    let without = with(
        "directory = { basic = { user = \"svc\", password = { secret = \"jira-svc\" } }, cache = \"5m\" }",
        "",
    );
    assert_eq!(
        without,
        [
            "products[0].directory: oauth1 needs a directory: a user whom the product does not know would run as anonymous",
            "products[0].access.groups_allowed: a rule about groups needs a directory to look them up",
            "products[0].directory: access.groups_read_only holds for this product too, which has no directory to look groups up",
        ]
    );
}

#[test]
fn ids_are_well_formed_and_stand_once() {
    assert_eq!(
        with("id = \"confluence\"", "id = \"jira\"")
            .first()
            .unwrap(),
        "products[1].id: this id stands twice: jira"
    );
    assert!(with("id = \"ghes\"", "id = \"GHES!\"")[0].starts_with("providers[0].id: not an id"));
    assert!(
        with("product = \"jira\"\npath", "product = \"jria\"\npath")[0]
            .starts_with("access.bypass[0].product")
    );
    assert!(with("preset = \"ghes\"", "preset = \"ghez\"")[0].starts_with("providers[0].preset"));
}

#[test]
fn addresses_of_products_and_providers_are_what_they_may_be() {
    for wrong in [
        "ftp://jira.internal",
        "jira.internal",
        "https://user:pw@jira.internal",
        "https://jira.internal/?a=b",
        "https://jira.internal/#x",
        "https://jira.internal/a//b",
    ] {
        let found = with("https://jira.internal:8443/jira", wrong);
        assert!(
            found[0].starts_with("products[0].base_url"),
            "{wrong}: {found:?}"
        );
    }
    assert_eq!(
        with("https://jira.internal:8443/jira", "http://jira.internal"),
        [""; 0]
    );
    for wrong in ["http://github.example.com", "ftp://x", ""] {
        let found = with("https://github.example.com", wrong);
        assert!(
            found[0].starts_with("providers[0].inputs.base_url"),
            "{wrong}: {found:?}"
        );
    }
    assert_eq!(
        with("https://github.example.com", "http://127.0.0.1:4000/ghes"),
        [""; 0]
    );
    assert!(
        with("inputs = { base_url", "inputs = { tenant = \"x\", base_url")[0]
            .starts_with("providers[0].inputs.tenant: unknown key")
    );
}

#[test]
fn public_urls_are_told_apart() {
    let same = with(
        "public_url = \"/wiki\"",
        "public_url = \"https://JIRA.example.com/\"",
    );
    assert_eq!(
        same,
        ["products[1].public_url: the product jira has the same public URL"]
    );
    assert_eq!(
        with(
            "public_url = \"/wiki\"",
            "public_url = \"https://jira.example.com/wiki\""
        ),
        [""; 0]
    );
    assert!(!with("public_url = \"/wiki\"", "public_url = \"wiki\"").is_empty());
    assert!(!with("public_url = \"/wiki\"", "public_url = \"/a/../b\"").is_empty());
}

#[test]
fn tokens_have_one_owner() {
    let second = "[[providers]]\nid = \"other\"\npreset = \"custom-oauth2\"\nopaque = true\n\
        inputs = { authorization_url = \"https://a.example/a\", token_url = \"https://a.example/t\", userinfo_url = \"https://a.example/u\" }\n\
        verify = { userinfo = { accept_any_client = true } }\nusername = { pointer = \"/login\" }\n";
    let two = |prefix: &str, first_opaque: &str| {
        let text = whole().replacen(
            "[access] ",
            &format!("{second}prefixes = [\"{prefix}\"]\n\n[access] "),
            1,
        );
        problems(&text.replacen(
            "prefixes = [\"gho_\"",
            &format!("{first_opaque}prefixes = [\"gho_\""),
            1,
        ))
    };
    assert_eq!(two("oth_", ""), [""; 0]);
    assert_eq!(
        two("gho_", "")[0],
        "providers[1].prefixes[0]: gho_ is already a prefix of ghes"
    );
    assert_eq!(
        two("oth_", "opaque = true\n")[0],
        "providers[1].opaque: unknown tokens are already those of ghes"
    );
    assert!(two("gw_", "")[0].starts_with("providers[1].prefixes[0]: gw_"));
}

#[test]
fn verification_names_for_whom_tokens_are() {
    let verify = "verify = { userinfo = { accept_any_client = true, cache = \"60s\" } }";
    let jwt = |inside: &str| with(verify, &format!("verify = {{ jwt = {{ {inside} }} }}"));
    let keys = "public_keys = [\"-----BEGIN PUBLIC KEY-----\"]";
    assert_eq!(
        jwt(&format!(
            "audience = [\"x\"], issuer = \"https://i.example\", {keys}"
        )),
        [""; 0]
    );
    assert!(jwt(&format!("audience = [], issuer = \"i\", {keys}"))[0].contains("jwt.audience"));
    assert!(jwt(&format!("issuer = \"i\", {keys}"))[0].contains("jwt.audience"));
    assert!(jwt("audience = [\"x\"], issuer = \"i\"")[0].contains("jwks endpoint is not known"));
    for algorithm in ["HS256", "none", "rs256"] {
        let found = jwt(&format!(
            "audience = [\"x\"], issuer = \"i\", algorithms = [\"{algorithm}\"], {keys}"
        ));
        assert!(found[0].contains("algorithms[0]"), "{algorithm}: {found:?}");
    }
    assert!(
        jwt("audience = [\"x\"], issuer = \"i\", public_keys = [\"-----BEGIN PRIVATE KEY-----\"]")
            [0]
        .contains("public_keys[0]")
    );
    let introspection = with(verify, "verify = { introspection = { audience = \"\" } }");
    assert!(introspection[0].contains("introspection.audience"));
    assert_eq!(
        with(verify, "verify = { github_token_check = {} }"),
        [""; 0]
    );
}

#[test]
fn a_token_is_read_only_where_it_is_verified_itself() {
    assert!(with("from = \"userinfo\"", "from = \"token\"")[0].contains("username.from"));
    assert!(with("from = \"userinfo\"", "from = \"get\"")[0].contains("username.url"));
    assert!(with("pointer = \"/login\"", "pointer = \"login\"")[0].contains("username.pointer"));
}

#[test]
fn patterns_ranges_rates_durations_and_times_are_checked() {
    for (before, after, path) in [
        (
            "\"/rest/api/content/**\"",
            "\"rest/api\"",
            "access.public[0].path",
        ),
        (
            "\"10.0.0.0/8\"",
            "\"10.1.0.0/8\"",
            "access.addresses_allowed[0]",
        ),
        ("\"10.0.0.5/32\"", "\"proxy\"", "access.trusted_proxies[0]"),
        ("\"600/m\"", "\"600 per minute\"", "access.rate.per_caller"),
        ("\"1200/m\"", "\"0/m\"", "access.rate.per_address"),
        ("\"365d\"", "\"forever\"", "settings.keys.max_lifetime"),
        ("keep = \"30d\"", "keep = \"30\"", "audit.keep"),
        (
            "cache = \"5m\"",
            "cache = \"2d\"",
            "products[0].directory.cache",
        ),
        (
            "report_only = []",
            "report_only = [{ rule = \"rate\", until = \"tomorrow\" }]",
            "access.report_only[0].until",
        ),
        (
            "[\"contractors\"]\ngroups_may",
            "[\"\"]\ngroups_may",
            "access.groups_read_only[0]",
        ),
        (
            "outcome = \"read_only\"",
            "outcome = \"readonly\"",
            "expect[0].outcome",
        ),
        (
            "request = \"POST /rest",
            "request = \"post /rest",
            "expect[0].request",
        ),
        ("address = \"10.1.2.3\"", "", "expect[0].address"),
        (
            "secret = \"jira-svc\"",
            "secret = \"hunter2!\"",
            "products[0].directory.basic.password.secret",
        ),
    ] {
        let found = with(before, after);
        assert!(
            found.len() == 1 && found[0].starts_with(path),
            "{after}: {found:?}"
        );
    }
    assert_eq!(with("\"365d\"", "\"never\""), [""; 0]);
    assert_eq!(
        with(
            "report_only = []",
            "report_only = [{ rule = \"rate\", until = \"2027-01-31T00:00:00Z\" }]"
        ),
        [""; 0]
    );
}

#[test]
fn a_header_that_means_something_else_cannot_carry_the_user() {
    let oauth1 = "act_as = { oauth1 = { consumer_key = \"gatewright\", private_key = { secret = \"jira-oauth1\" } } }";
    let header = |name: &str| {
        with(
            oauth1,
            &format!("act_as = {{ header = {{ name = \"{name}\" }} }}"),
        )
    };
    assert_eq!(header("X-Remote-User"), [""; 0]);
    for wrong in ["Authorization", "cookie", "X_Remote_User", "", "X Remote"] {
        assert!(
            header(wrong)[0].starts_with("products[0].act_as.header.name"),
            "{wrong}"
        );
    }
    assert!(with(oauth1, "act_as = { service = {} }")[0].starts_with("products[0].act_as.service"));
}

#[test]
fn expectations_are_run_by_the_policy() {
    let found = |text: &str| {
        let config = Config::parse(text, Format::Toml).unwrap();
        run_expectations(&config).remove(0)
    };
    // The example's contractor is in no group that may call Jira, which is found first.
    assert_eq!(found(&whole()).found, "group_not_allowed");
    let member = whole().replace(
        "groups = [\"contractors\"]",
        "groups = [\"contractors\", \"jira-users\"]",
    );
    let result = found(&member);
    assert!(result.holds && result.found == "read_only", "{result:?}");
    let reads = found(&member.replace("POST /rest/api/2/issue", "GET /rest/api/2/issue/A-1"));
    assert!(!reads.holds && reads.found == "permit", "{reads:?}");
}

#[test]
fn wrong_credentials_are_limited_unless_that_is_switched_off() {
    let limits = |text: &str| {
        let text = text.replacen(
            "failures = { per_address = \"120/m\", per_user = \"30/m\" }",
            "",
            1,
        );
        Config::parse(&text, Format::Toml).unwrap().failures
    };
    let default = limits(&whole());
    assert_eq!(default.per_address.unwrap().requests, 120);
    assert_eq!(default.per_user.unwrap().requests, 30);
    let off = whole().replacen("per_address = \"120/m\"", "per_address = \"off\"", 1);
    let off = Config::parse(&off, Format::Toml).unwrap().failures;
    assert_eq!(off.per_address, None);
    assert!(off.per_user.is_some());
    assert_eq!(
        with("per_address = \"120/m\"", "per_address = \"many\""),
        ["access.failures.per_address: not a rate"]
    );
}

const PEM: &str = "-----BEGIN CERTIFICATE-----\\nTUlJ\\n-----END CERTIFICATE-----\\n";

#[test]
fn the_network_has_authorities_and_a_proxy_whose_password_is_a_secret() {
    let network = |lines: &str| with("[audit]", &format!("[network]\n{lines}\n[audit]"));
    let account = "proxy_account = { user = \"u\", password = { secret = \"proxy\" } }";
    let proxy = "proxy = \"http://proxy.example.com:3128\"";
    let none: [&str; 0] = [];
    assert_eq!(network(&format!("ca = \"{PEM}\"")), none);
    assert_eq!(network("proxy = \"none\""), none);
    assert_eq!(
        network(&format!(
            "{proxy}\n{account}\nproxy_bypass = [\"internal\"]"
        )),
        none
    );
    let text = whole().replacen(
        "[audit]",
        &format!("[network]\n{proxy}\n{account}\n[audit]"),
        1,
    );
    let config = Config::parse(&text, Format::Toml).unwrap();
    assert!(config.secret_names().contains(&"proxy".to_owned()));
    for (lines, wrong) in [
        ("ca = \"CANARY\"", "network.ca: not certificates in PEM"),
        (
            account,
            "network.proxy_account: there is no proxy that it could be for",
        ),
        (
            "proxy = \"http://u:CANARY@p:1\"",
            "network.proxy: the address holds a user or a password",
        ),
        (
            "proxy = \"http://p:1/path\"",
            "network.proxy: a proxy's address has no path",
        ),
        ("poxy = \"x\"", "network.poxy: unknown key: poxy"),
    ] {
        assert_eq!(network(lines), [wrong]);
    }
}

#[test]
fn a_product_has_authorities_and_a_certificate_with_its_key() {
    let tls = |tls: &str| with("allow_encoded_slash = []", &format!("tls = {{ {tls} }}"));
    let (chain, key) = (
        format!("client_certificate = \"{PEM}\""),
        "client_key = { secret = \"k\" }",
    );
    let none: [&str; 0] = [];
    assert_eq!(tls(&format!("ca = \"{PEM}\"")), none);
    assert_eq!(tls(&format!("{chain}, {key}")), none);
    let alone = "products[0].tls: a client's certificate and its key belong together";
    assert_eq!(tls(&chain), [alone]);
    assert_eq!(tls(key), [alone]);
    assert_eq!(
        tls("ca = \"-----BEGIN PRIVATE KEY-----\""),
        ["products[0].tls.ca: not certificates in PEM"]
    );
    let plain = whole()
        .replacen(
            "https://jira.internal:8443/jira",
            "http://jira.internal/jira",
            1,
        )
        .replacen(
            "allow_encoded_slash = []",
            &format!("tls = {{ ca = \"{PEM}\" }}"),
            1,
        );
    assert_eq!(
        problems(&plain),
        ["products[0].tls: the product is not reached over https"]
    );
}
