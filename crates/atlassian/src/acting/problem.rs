//! The refusals of OAuth 1.0 in words.

use time::OffsetDateTime;
use url::Url;

use crate::answer::Answer;
use crate::oauth1::CLOCK_WINDOW;
use crate::verdict::Whose;

/// A refusal explained.
pub(crate) struct ProblemWords {
    pub(crate) sentence: String,
    pub(crate) whose: Whose,
    pub(crate) hint: String,
}

/// Explains an `oauth_problem` with what else the answer tells: the clock and the product's own
/// base URL.
pub(crate) fn oauth_problem_words(
    problem: &str,
    base_url: &Url,
    answer: &Answer<'_>,
    now: OffsetDateTime,
) -> ProblemWords {
    let admin = Whose::ProductAdministrator;
    let words = |sentence: &str, whose, hint: &str| ProblemWords {
        sentence: format!("{sentence} (“{problem}”)."),
        whose,
        hint: hint.to_owned(),
    };
    let skew = answer.date().map(|there| (there - now).whole_seconds());
    match problem {
        "consumer_key_unknown" => words(
            "no application link has this consumer key",
            admin,
            "Write the consumer key into the link's incoming authentication exactly as it is here.",
        ),
        "signature_invalid" => match elsewhere(base_url, answer) {
            Some(realm) => ProblemWords {
                sentence: format!(
                    "it was made for {base_url}, and the product calls itself {realm} (“{problem}”)."
                ),
                whose: Whose::You,
                hint: format!(
                    "Use {realm} as the base URL, or set proxyName, proxyPort and scheme in the product's connector."
                ),
            },
            None => words(
                "it does not fit the link's public key, or the URL that the product believes it has",
                admin,
                "Copy the public key into the link again. If it is the same, compare the base URL with the product's own, port and path included.",
            ),
        },
        "nonce_used" => words(
            "the same request came twice",
            Whose::Network,
            "Something on the way repeats requests. Try again.",
        ),
        "timestamp_refused" => {
            let sentence = match skew {
                Some(seconds) => format!(
                    "its clock is {} seconds {} the one here, and more than {CLOCK_WINDOW} are refused (“{problem}”).",
                    seconds.unsigned_abs(),
                    if seconds < 0 { "behind" } else { "ahead of" }
                ),
                None => {
                    format!("a clock is off by more than {CLOCK_WINDOW} seconds (“{problem}”).")
                }
            };
            ProblemWords {
                sentence,
                whose: admin,
                hint: "Set both clocks by a time server (NTP).".to_owned(),
            }
        }
        "permission_denied" => words(
            "the link may not act for this user, or the user may not sign in",
            admin,
            "Tick “Allow 2-Legged OAuth” and “Allow user impersonation through 2-Legged OAuth” in the link, and check that the user may sign in.",
        ),
        "token_rejected" => words(
            "the link does not allow two-legged OAuth",
            admin,
            "Tick “Allow 2-Legged OAuth” in the link's incoming authentication.",
        ),
        "signature_method_rejected" => words(
            "the link wants another signature method than RSA-SHA1",
            admin,
            "Make the link anew with an RSA public key.",
        ),
        "parameter_absent" | "version_rejected" => words(
            "a proxy on the way changed the Authorization header",
            Whose::Network,
            "Look for what rewrites the Authorization header or the query between here and the product.",
        ),
        _ => words(
            "for a reason of its own",
            admin,
            "Look into the product's log for this code.",
        ),
    }
}

/// The product's own base URL, when it is another one than ours.
fn elsewhere(base_url: &Url, answer: &Answer<'_>) -> Option<String> {
    let realm = answer.realm()?;
    let own = Url::parse(&realm).ok()?;
    let same = own.origin() == base_url.origin()
        && own.path().trim_end_matches('/') == base_url.path().trim_end_matches('/');
    (!same).then_some(realm)
}
