//! Phase 8: the policy, asked with everything that is known.

use gatewright_policy::{Arrival, Caller, Decision, Exemptions, Facts, Groups, Rules, Way, decide};

use crate::ports::{KeyRecord, Member};
use crate::shared::CacheKey;

/// Who calls, after verification and look-up.
#[derive(Debug)]
pub(crate) enum Identified {
    /// Nobody.
    Nobody,
    /// Somebody whom only the product can verify.
    Passing {
        way: Way,
        user: Option<String>,
        /// A digest of the credential: a name alone is anybody's to claim.
        credential: CacheKey,
        groups: Option<Vec<String>>,
    },
    /// A user of the product.
    Known {
        way: Way,
        member: Member,
        key: Option<KeyRecord>,
    },
}

impl Identified {
    /// The caller whose requests are counted together: a user over all keys and tokens, or one
    /// credential that only the product can verify.
    pub(crate) fn caller(&self) -> Option<String> {
        match self {
            Self::Nobody => None,
            Self::Passing { credential, .. } => Some(format!("credential {credential:?}")),
            Self::Known { member, .. } => {
                Some(format!("user {}", member.name.as_str().to_lowercase()))
            }
        }
    }
}

/// Asks the policy.
pub(crate) fn decision(
    rules: &Rules,
    arrival: Arrival<'_>,
    exemptions: Exemptions,
    who: &Identified,
) -> Decision {
    let caller = match who {
        Identified::Nobody => Caller::Nobody,
        Identified::Passing {
            way,
            user,
            groups: known,
            ..
        } => Caller::Passing {
            way: *way,
            user: user.as_deref(),
            groups: groups(known.as_deref()),
        },
        Identified::Known { way, member, key } => Caller::Known {
            way: *way,
            user: &member.name,
            groups: groups(member.groups.as_deref()),
            key: key.as_ref().map(|key| &*key.scope),
        },
    };
    decide(
        rules,
        &Facts {
            arrival,
            caller,
            exemptions,
        },
    )
}

fn groups(known: Option<&[String]>) -> Groups<'_> {
    known.map_or(Groups::Unknown, Groups::Known)
}
