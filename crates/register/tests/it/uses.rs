//! What is promised of keys, of crashes above all.

use std::sync::Arc;

use gatewright_keys::ApiKey;
use gatewright_register::{NarrowingError, Order, RegisterError, Standing};
use gatewright_store::{KeyFilter, KeySort, KeyState, Narrowing};
use proptest::prelude::*;
use time::Duration;

use crate::world::{NOON, World, order};

#[tokio::test]
async fn a_key_is_good_when_it_is_made_and_bad_when_it_is_revoked_also_after_a_crash() {
    let mut world = World::new();
    let made = world.key(None).await;
    assert!(world.passes(&made.key).await);
    world.crash();
    assert!(world.passes(&made.key).await);
    let other = world.key(None).await;
    let revoke = |world: &World| {
        let register = Arc::clone(&world.register);
        let key = world.kept(&made);
        async move { register.revoke(vec![key], "ann".to_owned(), NOON).await }
    };
    assert_eq!(revoke(&world).await.unwrap(), [made.record.id]);
    assert!(!world.passes(&made.key).await);
    assert_eq!(revoke(&world).await.unwrap(), []);
    assert!(world.passes(&other.key).await);
    world.crash();
    assert_eq!(
        world.register.look(&made.key.digest(), NOON),
        Standing::Unknown
    );
    assert!(world.passes(&other.key).await);
    let unknown = ApiKey::generate(&mut rand::rng());
    assert!(!world.passes(&unknown).await);
}

#[tokio::test]
async fn the_database_alone_neither_names_nor_recognises_a_key() {
    let world = World::new();
    let made = world.key(None).await;
    let kept = world.kept(&made);
    assert_ne!(kept.tag.as_bytes(), &made.key.digest());
    assert!(!format!("{kept:?}").contains(made.key.secret().expose()));
    let elsewhere = World::new();
    assert!(!elsewhere.passes(&made.key).await);
}

#[tokio::test]
async fn a_key_ends_on_the_second() {
    let world = World::new();
    let made = world.key(None).await;
    let end = made.record.expires_at.unwrap();
    let at = |time| world.register.look(&made.key.digest(), time);
    assert!(matches!(
        at(end - Duration::milliseconds(1)),
        Standing::Good(_)
    ));
    assert!(matches!(at(end), Standing::Expired(_)));
}

#[tokio::test]
async fn a_replaced_key_is_good_until_its_overlap_is_over() {
    let mut world = World::new();
    let made = world.key(Some(100)).await;
    let until = NOON + Duration::hours(1);
    let id = made.record.id;
    let rotated = world.register.rotate(id, order("fred"), until).await;
    let (new, old) = rotated.unwrap();
    assert_eq!(old.replaced_by, Some(new.record.id));
    for _ in 0..2 {
        assert!(world.passes(&made.key).await && world.passes(&new.key).await);
        let ended = world.register.look(&made.key.digest(), until);
        assert!(matches!(ended, Standing::Expired(_)));
        world.crash();
    }
    let again = world.register.rotate(id, order("fred"), until).await;
    assert!(matches!(again, Err(RegisterError::Dead)));
}

#[tokio::test]
async fn an_owner_has_no_more_keys_than_one_may_have_in_whatever_case() {
    let world = World::new();
    for owner in ["fred", "Fred"] {
        world.register.make(order(owner), 2).await.unwrap();
    }
    let third = world.register.make(order("FRED"), 2).await;
    assert!(matches!(third, Err(RegisterError::TooMany { most: 2 })));
    world.register.make(order("barney"), 2).await.unwrap();
}

#[tokio::test]
async fn what_narrows_nothing_is_refused_and_leaves_no_key() {
    let world = World::new();
    let wrong = Order {
        narrowing: Narrowing {
            paths: vec!["rest".to_owned()],
            ..Narrowing::default()
        },
        ..order("fred")
    };
    let made = world.register.make(wrong, 10).await;
    assert!(matches!(
        made,
        Err(RegisterError::Narrowing(NarrowingError::Path { .. }))
    ));
    let kept = world.store.keys(&KeyFilter::all(NOON, 10)).unwrap();
    assert_eq!(kept, []);
}

#[tokio::test]
async fn use_is_written_down_in_batches() {
    let world = World::new();
    let (made, idle) = (world.key(None).await, world.key(None).await);
    for address in ["10.0.0.1", "10.0.0.1", "10.0.0.2"] {
        assert!(world.passes_from(&made.key, address).await);
    }
    assert_eq!(world.kept(&made).uses, 0);
    assert_eq!(world.register.live(&made.record).uses, 3);
    world.register.flush().await.unwrap();
    let kept = world.kept(&made);
    assert_eq!((kept.uses, kept.last_used_at), (3, Some(NOON)));
    let addresses: Vec<String> = kept
        .addresses_seen
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(addresses, ["10.0.0.1", "10.0.0.2"]);
    assert_eq!(world.kept(&idle).last_used_at, None);
    for last in 0..20 {
        world
            .passes_from(&made.key, &format!("10.0.1.{last}"))
            .await;
        world.register.flush().await.unwrap();
    }
    assert_eq!(world.kept(&made).addresses_seen.len(), 8);
    assert_eq!(world.kept(&made).uses, 23);
}

#[tokio::test]
async fn a_clean_end_gives_back_what_was_set_aside() {
    let mut world = World::new();
    let made = world.key(Some(1000)).await;
    for _ in 0..3 {
        assert!(world.passes(&made.key).await);
    }
    assert!(world.kept(&made).leased > 3);
    world.restart().await;
    assert_eq!(world.kept(&made).leased, 3);
}

#[tokio::test]
async fn a_crash_at_any_use_gives_none_twice_and_loses_an_eighth_at_most() {
    const MOST: u64 = 40;
    for before in 0..=MOST {
        let mut world = World::new();
        let made = world.key(Some(MOST)).await;
        let mut passed = 0;
        for _ in 0..before {
            passed += u64::from(world.passes(&made.key).await);
        }
        assert_eq!(passed, before);
        world.crash();
        while world.passes(&made.key).await {
            passed += 1;
        }
        assert!(
            (MOST - MOST / 8..=MOST).contains(&passed),
            "{before}: {passed}"
        );
        let exhausted = world.register.look(&made.key.digest(), NOON);
        assert!(matches!(exhausted, Standing::Exhausted(_)));
        assert_eq!(world.kept(&made).state(NOON), KeyState::Exhausted);
    }
}

#[tokio::test]
async fn pages_hold_every_key_once_in_every_order() {
    let world = World::new();
    for number in 0..25 {
        let order = Order {
            name: format!("job {}", number % 7),
            at: NOON + Duration::seconds(number % 5),
            expires_at: (number % 3 > 0).then(|| NOON + Duration::days(number)),
            ..order(&format!("user{number}"))
        };
        world.register.make(order, 10).await.unwrap();
    }
    for sort in [
        KeySort::Created,
        KeySort::Ends,
        KeySort::Owner,
        KeySort::Name,
        KeySort::LastUsed,
    ] {
        for descending in [false, true] {
            let mut filter = KeyFilter {
                sort,
                descending,
                ..KeyFilter::all(NOON, 4)
            };
            let mut seen = std::collections::HashSet::new();
            loop {
                let page = world.store.keys(&filter).unwrap();
                let Some(last) = page.last() else { break };
                filter.after = Some(last.id);
                assert!(page.iter().all(|key| seen.insert(key.id)));
            }
            assert_eq!(seen.len(), 25, "{sort:?} {descending}");
        }
    }
    let found = |text: &str| {
        let filter = KeyFilter {
            text: Some(text.to_owned()),
            ..KeyFilter::all(NOON, 100)
        };
        world.store.keys(&filter).unwrap().len()
    };
    assert_eq!(found("USER2"), 6);
    assert_eq!(found("job 6"), 3);
    assert_eq!(found("user_"), 0);
    assert_eq!(found("%"), 0);
}

#[tokio::test]
async fn dead_keys_are_dropped_when_nobody_asks_any_more() {
    let world = World::new();
    let (dead, living) = (world.key(None).await, world.key(None).await);
    let key = world.kept(&dead);
    let revoked = world.register.revoke(vec![key], "ann".to_owned(), NOON);
    revoked.await.unwrap();
    let later = |days| NOON + Duration::days(days);
    assert_eq!(world.register.prune(later(89)).await.unwrap(), 0);
    assert_eq!(world.register.prune(later(91)).await.unwrap(), 1);
    assert!(world.store.key(dead.record.id).unwrap().is_none());
    assert!(world.passes(&living.key).await);
    assert_eq!(world.register.prune(later(181)).await.unwrap(), 1);
}

/// What happens to a key.
#[derive(Clone, Debug)]
enum Event {
    Uses(usize),
    Crash,
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1_usize..12).prop_map(Event::Uses),
        1 => Just(Event::Crash),
        1 => Just(Event::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn uses_never_exceed_what_is_permitted(
        most in 1_u64..40,
        events in proptest::collection::vec(event(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(4)
            .build()
            .unwrap();
        let (passed, asked, crashed) = runtime.block_on(async {
            let mut world = World::new();
            let made = world.key(Some(most)).await;
            let (mut passed, mut asked, mut crashed) = (0, 0, false);
            for event in events {
                match event {
                    Event::Uses(together) => {
                        let mut uses = tokio::task::JoinSet::new();
                        for _ in 0..together {
                            let register = Arc::clone(&world.register);
                            let digest = made.key.digest();
                            uses.spawn(async move {
                                let from = [10, 0, 0, 1].into();
                                register.redeem(&digest, from, NOON).await.unwrap()
                            });
                        }
                        asked += together as u64;
                        for standing in uses.join_all().await {
                            passed += u64::from(matches!(standing, Standing::Good(_)));
                        }
                    }
                    Event::Crash => {
                        crashed = true;
                        world.crash();
                    }
                    Event::Restart => world.restart().await,
                }
            }
            (passed, asked, crashed)
        });
        prop_assert!(passed <= most);
        if !crashed {
            prop_assert_eq!(passed, most.min(asked));
        }
    }
}
