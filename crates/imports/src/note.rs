//! What to tell about an import, in words.

use std::fmt;

use serde::Serialize;

/// Something that the admin should know about what was read. No note holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Note {
    /// A variable has no value in the file.
    UnresolvedVariable {
        /// Its name, without braces.
        name: String,
        /// Which setting needs it.
        setting: &'static str,
    },
    /// Variables name each other in a circle, or make a text too long.
    EndlessVariable {
        /// Which setting needs them.
        setting: &'static str,
    },
    /// A way of getting tokens that is not offered.
    RefusedGrant {
        /// Why it is not offered.
        reason: String,
        /// What to do instead.
        hint: &'static str,
    },
    /// Something that is not carried over.
    NotTakenOver {
        /// What.
        what: String,
        /// Why, and what to do instead.
        reason: &'static str,
    },
    /// An address that cannot be an endpoint.
    NotAnEndpoint {
        /// Which setting.
        setting: &'static str,
    },
    /// A setting that is not one that is known.
    Unknown {
        /// Which setting, and its value where that is no secret.
        what: String,
    },
    /// The preset follows from an address; others have the same addresses.
    OtherPresets {
        /// The one that was chosen.
        chosen: &'static str,
        /// The others.
        others: Vec<&'static str>,
    },
    /// A request that authenticates in another way.
    OtherAuthentication {
        /// Where in the collection.
        place: String,
        /// What it is called there.
        kind: String,
    },
    /// There was more than is read.
    TooMany {
        /// Of what.
        what: &'static str,
    },
}

impl Note {
    /// A thing that is not carried over, and why.
    pub(crate) fn not_taken(what: impl Into<String>, reason: &'static str) -> Self {
        let what = shown(&what.into());
        Self::NotTakenOver { what, reason }
    }

    /// What it is called, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnresolvedVariable { .. } => "unresolved_variable",
            Self::EndlessVariable { .. } => "endless_variable",
            Self::RefusedGrant { .. } => "refused_grant",
            Self::NotTakenOver { .. } => "not_taken_over",
            Self::NotAnEndpoint { .. } => "not_an_endpoint",
            Self::Unknown { .. } => "unknown",
            Self::OtherPresets { .. } => "other_presets",
            Self::OtherAuthentication { .. } => "other_authentication",
            Self::TooMany { .. } => "too_many",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnresolvedVariable { name, setting } => write!(
                formatter,
                "The variable {name} has no value in the file; enter the {setting} yourself."
            ),
            Self::EndlessVariable { setting } => write!(
                formatter,
                "The variables of the {setting} never come to an end; enter it yourself."
            ),
            Self::RefusedGrant { reason, hint } => {
                let mut reason = reason.chars();
                let first = reason.next().map(|one| one.to_ascii_uppercase());
                let first = first.map(String::from).unwrap_or_default();
                write!(formatter, "{first}{}. {hint}", reason.as_str())
            }
            Self::NotTakenOver { what, reason } => {
                write!(formatter, "{what} was not taken over: {reason}")
            }
            Self::NotAnEndpoint { setting } => write!(
                formatter,
                "The {setting} is no address that secrets may be sent to: https is needed, or http on this machine."
            ),
            Self::Unknown { what } => write!(formatter, "{what} is not known and was left out."),
            Self::OtherPresets { chosen, others } => write!(
                formatter,
                "The address is one of {chosen}; {} has the same. Choose the right one.",
                others.join(", ")
            ),
            Self::OtherAuthentication { place, kind } => write!(
                formatter,
                "{place} authenticates by {kind}, which is no OAuth 2.0."
            ),
            Self::TooMany { what } => write!(formatter, "There are more {what} than are read."),
        }
    }
}

/// How much of a foreign text is shown, in characters.
const LONGEST_SHOWN: usize = 240;

/// Foreign words as they may be shown: one line, not too long.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(LONGEST_SHOWN)
        .map(|one| if one.is_control() { ' ' } else { one })
        .filter(|one| !matches!(one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .collect();
    if text.chars().nth(LONGEST_SHOWN).is_some() {
        shown.push('\u{2026}');
    }
    shown
}
