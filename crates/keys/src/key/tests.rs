//! What holds for every key.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

fn key(seed: u64) -> ApiKey {
    ApiKey::generate(&mut StdRng::seed_from_u64(seed))
}

#[test]
fn a_key_shows_its_prefix_and_hides_the_rest_in_debug() {
    let key = key(1);
    let text = key.secret().expose().clone();
    assert_eq!(text.len(), 39);
    assert_eq!(key.shown_prefix(), &text[..7]);
    assert_eq!(format!("{key:?}"), "ApiKey([secret])");
}

#[test]
fn a_key_keeps_its_form_in_later_versions() {
    // The checksum was computed with Python's zlib.crc32.
    let text = "gw_0000000000000000000000000000001lgxnX";
    assert!(ApiKey::parse(text).is_ok());
    assert_eq!(
        ApiKey::parse("gw_0000000000000000000000000000001lgxny").unwrap_err(),
        KeyFormatError::Checksum
    );
}

#[test]
fn another_secret_is_told_from_a_mistyped_key() {
    assert_eq!(
        ApiKey::parse("gho_abcdef").unwrap_err(),
        KeyFormatError::Foreign
    );
    assert_eq!(
        ApiKey::parse("GW_abcdef").unwrap_err(),
        KeyFormatError::Foreign
    );
    assert_eq!(
        ApiKey::parse("gw_abc").unwrap_err(),
        KeyFormatError::Length { found: 6 }
    );
    assert_eq!(
        ApiKey::parse("gw_ab c").unwrap_err(),
        KeyFormatError::Character { position: 6 }
    );
    let text = key(2).secret().expose().clone();
    assert_eq!(
        ApiKey::parse(&format!("{text} ")).unwrap_err(),
        KeyFormatError::Character { position: 40 }
    );
}

proptest! {
    #[test]
    fn every_generated_key_is_recognised_with_the_same_digest(seed: u64) {
        let made = key(seed);
        let read = ApiKey::parse(made.secret().expose()).unwrap();
        prop_assert_eq!(made.digest(), read.digest());
    }

    #[test]
    fn one_wrong_character_is_always_noticed(seed: u64, at in 3_usize..39, digit in 0_usize..62) {
        let text = key(seed).secret().expose().clone();
        let mut bytes = text.clone().into_bytes();
        bytes[at] = DIGITS[digit];
        let changed = String::from_utf8(bytes).unwrap();
        prop_assume!(changed != text);
        prop_assert_eq!(ApiKey::parse(&changed).unwrap_err(), KeyFormatError::Checksum);
    }

    #[test]
    fn two_characters_in_the_wrong_order_are_always_noticed(seed: u64, at in 3_usize..38) {
        let text = key(seed).secret().expose().clone();
        let mut bytes = text.clone().into_bytes();
        bytes.swap(at, at + 1);
        let changed = String::from_utf8(bytes).unwrap();
        prop_assume!(changed != text);
        prop_assert_eq!(ApiKey::parse(&changed).unwrap_err(), KeyFormatError::Checksum);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text: String) {
        let _ = ApiKey::parse(&text);
        let _ = ApiKey::parse(&format!("gw_{text}"));
    }
}
