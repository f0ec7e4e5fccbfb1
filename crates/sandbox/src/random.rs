//! Values that nobody can guess.

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random bytes. A machine without a random source has no sandbox: the process ends.
fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    assert!(
        rand::fill(&mut buffer).is_ok(),
        "the system's random source does not answer"
    );
    buffer
}

/// 256 bits as base64url text.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// `length` letters and digits (at most 64).
pub(crate) fn alphanumeric(length: usize) -> String {
    bytes::<64>()
        .iter()
        .take(length)
        .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
        .collect()
}

/// A code that a person types: two groups of four consonants.
pub(crate) fn user_code() -> String {
    const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letters: Vec<char> = bytes::<8>()
        .iter()
        .map(|byte| char::from(CONSONANTS[usize::from(*byte) % CONSONANTS.len()]))
        .collect();
    let (first, second) = letters.split_at(4);
    first.iter().chain(['-'].iter()).chain(second).collect()
}
