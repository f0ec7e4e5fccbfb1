//! Key pairs and tries as the window shows them.

use gatewright_atlassian::{ActAs as Acting, Trial, TrialOutcome, TrialRow};
use gatewright_wire::{KeyPair, LinkField, Tried, TriedOutcome, TriedRow};
use gatewright_workspace as kept;

use crate::convert::rfc3339;

pub(super) fn key_pair(product: &kept::Product, pair: kept::KeyPair, environment: &str) -> KeyPair {
    let consumer_key = match &product.act_as {
        kept::ActAs::Oauth1 { consumer_key } => consumer_key.clone(),
        kept::ActAs::AccessTokens | kept::ActAs::Header { .. } | kept::ActAs::Service => {
            "gatewright".to_owned()
        }
    };
    let body: String = pair
        .public_pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let field = |label: &str, value: String| LinkField {
        label: label.to_owned(),
        value,
    };
    // The page moves between versions; this one has been there longest.
    let page = match product.kind {
        kept::ProductKind::Confluence => "/admin/listapplicationlinks.action",
        kept::ProductKind::Jira | kept::ProductKind::Bitbucket => {
            "/plugins/servlet/applinks/listApplicationLinks"
        }
    };
    KeyPair {
        public_pem: pair.public_pem,
        fingerprint: pair.fingerprint,
        made_at: rfc3339(pair.made_at),
        link_fields: vec![
            field("Consumer key", consumer_key),
            field(
                "Consumer name",
                format!("Gatewright {environment}").trim().to_owned(),
            ),
            field("Public key", body),
            field("Allow 2-Legged OAuth", "Ticked".to_owned()),
            field("Execute as", "An account without any right".to_owned()),
            field(
                "Allow user impersonation through 2-Legged OAuth",
                "Ticked".to_owned(),
            ),
        ],
        admin_url: format!("{}{page}", product.base_url),
    }
}

pub(super) fn tried(trial: &Trial, acting: &Acting) -> Tried {
    let good = match acting {
        Acting::OAuth1 { .. } | Acting::Header { .. } => trial.impersonates,
        // One account for all answers as itself, whoever is named; that is what was chosen.
        Acting::Service { .. } => matches!(
            trial.real.outcome,
            TrialOutcome::AnswersAs { .. } | TrialOutcome::AnswersAsAnother { .. }
        ),
    };
    Tried {
        rows: vec![tried_row(&trial.real), tried_row(&trial.unknown)],
        good,
        message: trial.message.clone(),
        hint: trial.hint.clone(),
    }
}

fn tried_row(row: &TrialRow) -> TriedRow {
    let (outcome, text) = match &row.outcome {
        TrialOutcome::AnswersAs { user } => (TriedOutcome::AsUser, format!("Answers as {user}")),
        TrialOutcome::AnswersAsAnother { user } => {
            (TriedOutcome::AsAnother, format!("Answers as {user}"))
        }
        TrialOutcome::AnswersAsNobody => (TriedOutcome::AsNobody, "Answers as nobody".to_owned()),
        TrialOutcome::Refused {
            oauth_problem: Some(problem),
        } => (TriedOutcome::Refused, format!("Refused: {problem}")),
        TrialOutcome::Refused {
            oauth_problem: None,
        } => (TriedOutcome::Refused, "Refused".to_owned()),
        TrialOutcome::Unreachable => (TriedOutcome::Failed, "Not reached".to_owned()),
        TrialOutcome::Unexpected => (TriedOutcome::Failed, "Unexpected answer".to_owned()),
    };
    let user = row.user_header.as_deref().unwrap_or("not sent");
    TriedRow {
        sent_as: row.sent_as.clone(),
        note: row.note.clone(),
        outcome,
        text,
        detail: match row.status {
            Some(status) => format!("{status}, X-AUSERNAME: {user}"),
            None => row.message.clone(),
        },
    }
}
