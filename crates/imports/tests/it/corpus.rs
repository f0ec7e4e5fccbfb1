//! The corpus, replayed as it is and with changes that are the same at every run.

use std::fs;
use std::path::Path;

use gatewright_imports::fuzz;
use proptest::prelude::*;

/// How often each file is changed.
const CHANGES: usize = 1_000;
/// What is put in place of bytes: what parsers stumble over.
const PIECES: [&[u8]; 24] = [
    b"'",
    b"\"",
    b"\\",
    b"\n",
    b"\r\n",
    b"$'",
    b"${",
    b"$(",
    b"`",
    b"^\"",
    b"^\r\n",
    b"{{",
    b"}}",
    b"{",
    b"[",
    b"]",
    b"null",
    b"1e999",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"@",
    b"https://",
    b"grant_type=",
];

/// Numbers that look random and are the same at every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most.max(1)).unwrap();
        usize::try_from(self.next() % most).unwrap()
    }
}

fn changed(original: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(8)).min(bytes.len());
        match numbers.below(5) {
            0 => {
                bytes.splice(at..end, PIECES[numbers.below(PIECES.len())].iter().copied());
            }
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            3 => bytes.truncate(at),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
        }
    }
    bytes
}

fn replay(folder: &str, seed: u64, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut numbers = Numbers(seed);
    for file in files {
        let original = fs::read(&file).unwrap();
        target(&original);
        for _ in 0..CHANGES {
            target(&changed(&original, &mut numbers));
        }
    }
}

#[test]
fn changed_collections_are_read_or_refused() {
    replay("postman", 1, fuzz::postman_bytes);
}

#[test]
fn changed_commands_are_read_or_refused() {
    replay("curl", 2, fuzz::curl_bytes);
}

#[test]
fn changed_files_are_read_or_refused() {
    replay("connection", 3, fuzz::connection_bytes);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        fuzz::postman_bytes(&bytes);
        fuzz::curl_bytes(&bytes);
        fuzz::connection_bytes(&bytes);
    }

    #[test]
    fn any_word_in_single_quotes_is_taken_as_it_is(word in "[^']{1,40}") {
        let text = format!("curl https://a.example/t -d grant_type=client_credentials --data-urlencode 'client_id={word}'");
        let connection = gatewright_imports::curl(&text).unwrap().connection.unwrap();
        prop_assert_eq!(connection.client_id, Some(word));
    }
}
