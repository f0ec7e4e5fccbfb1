//! The client's address and the rules about it.

use crate::world::{Ask, World};

type Lines = &'static [(&'static str, &'static str)];

fn world() -> World {
    let world = World::with(
        "[settings]",
        "[access]\naddresses_allowed = [\"10.1.0.0/16\"]\ntrusted_proxies = [\"192.0.2.1\"]\n\n[settings]",
    );
    world.login("gho_fred", "fred");
    world
}

#[tokio::test]
async fn x1_x2_x3_only_a_trusted_proxy_is_believed_and_only_its_own_word() {
    let world = world();
    let table: [(&str, Lines, &str); 9] = [
        ("10.1.2.3", &[], "permit"),
        ("::ffff:10.1.2.3", &[], "permit"),
        (
            "203.0.113.9",
            &[("x-forwarded-for", "10.1.2.3")],
            "address_not_allowed",
        ),
        (
            "203.0.113.9",
            &[("forwarded", "for=10.1.2.3")],
            "address_not_allowed",
        ),
        ("192.0.2.1", &[("x-forwarded-for", "10.1.2.3")], "permit"),
        (
            "192.0.2.1",
            &[("x-forwarded-for", "10.1.2.3, 203.0.113.9")],
            "address_not_allowed",
        ),
        (
            "192.0.2.1",
            &[("x-forwarded-for", "unknown")],
            "malformed_request",
        ),
        (
            "192.0.2.1",
            &[
                ("x-forwarded-for", "203.0.113.9"),
                ("forwarded", "for=10.1.2.3"),
            ],
            "malformed_request",
        ),
        ("192.0.2.1", &[], "address_not_allowed"),
    ];
    for (peer, lines, want) in table {
        let mut ask = Ask::read().bearer("gho_fred").from(peer);
        for (name, value) in lines {
            ask = ask.header(name, value);
        }
        assert_eq!(ask.outcome(&world).await, want, "{peer} {lines:?}");
    }
}

#[tokio::test]
async fn an_address_that_is_not_allowed_costs_the_provider_no_question() {
    let world = world();
    let ask = Ask::read().bearer("gho_fred").from("203.0.113.9");
    assert_eq!(ask.outcome(&world).await, "address_not_allowed");
    assert!(world.providers.asked.lock().unwrap().is_empty());
    assert_eq!(
        Ask::read().bearer("gho_fred").outcome(&world).await,
        "permit"
    );
}

#[test]
fn x4_believing_every_proxy_is_said_loudly() {
    let careless = World::with(
        "[settings]",
        "[access]\ntrusted_proxies = [\"0.0.0.0/0\"]\n\n[settings]",
    );
    assert_eq!(careless.engine.problems().len(), 1);
    assert!(World::new().engine.problems().is_empty());
}
