//! Why no product was found.

use gatewright_http::SendError;

use crate::answer::Answer;

/// Why no product was found behind a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// Nothing was entered.
    #[error("there is no URL")]
    Empty,
    /// The scheme is missing.
    #[error("the URL does not say http or https: {text}")]
    MissingScheme {
        /// What was entered.
        text: String,
        /// What was probably meant.
        suggestion: String,
    },
    /// It is no URL of a web server.
    #[error("this is no URL of a web server: {text}")]
    NotAUrl {
        /// What was entered.
        text: String,
    },
    /// The server cannot be reached.
    #[error("the server cannot be reached")]
    Unreachable(#[source] SendError),
    /// The product is there, but starting, in maintenance, or broken.
    #[error("a server is there, but not available: {status}")]
    Unavailable {
        /// The status.
        status: u16,
        /// What it says about itself.
        what: Option<String>,
    },
    /// The call was sent elsewhere, most likely to single sign-on.
    #[error("the server sends to another address: {to}")]
    Redirected {
        /// Where to.
        to: String,
    },
    /// A page asks to sign in before anything of the product is seen.
    #[error("a login page stands in front: {title}")]
    LoginPage {
        /// Its title.
        title: String,
    },
    /// It is a site of Atlassian Cloud.
    #[error("this is a site of Atlassian Cloud")]
    Cloud,
    /// It is a product of Atlassian's that cannot stand behind the gateway.
    #[error("this product cannot stand behind the gateway: {product}")]
    OtherProduct {
        /// Its type.
        product: String,
    },
    /// Something answers, but no product of Atlassian's.
    #[error("no Jira, Confluence or Bitbucket answers there, but {what}")]
    NotAtlassian {
        /// The status.
        status: u16,
        /// What answers.
        what: String,
    },
}

impl DetectError {
    /// What to try.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "Paste the address of the product from the browser.".to_owned(),
            Self::MissingScheme { suggestion, .. } => format!("Write {suggestion}"),
            Self::NotAUrl { .. } => "Write it like https://jira.example.com/jira.".to_owned(),
            Self::Unreachable(error) => error.hint(),
            Self::Unavailable { .. } => {
                "Wait until the product is up and try again; its own log says what it waits for.".to_owned()
            }
            Self::Redirected { to } => format!(
                "If the product has moved, enter its new address. If {to} is single sign-on, it must let calls of the REST API through."
            ),
            Self::LoginPage { .. } => {
                "Whatever stands in front of the product must let calls of its REST API through without a login page.".to_owned()
            }
            Self::Cloud => "Enter a Data Center product: Cloud has its own way to accept identity providers.".to_owned(),
            Self::OtherProduct { .. } => "Enter the address of Jira, Confluence or Bitbucket.".to_owned(),
            Self::NotAtlassian { .. } => {
                "Check host and port. Open a page of the product in the browser and paste its address here: the path is found by itself.".to_owned()
            }
        }
    }

    /// Whether other paths on the same server would only fail in the same way.
    pub(super) fn ends_the_search(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Cloud
                | Self::Empty
                | Self::MissingScheme { .. }
                | Self::NotAUrl { .. }
        )
    }
}

/// A server that is there, but cannot answer now.
pub(super) fn unavailable(answer: &Answer<'_>) -> Option<DetectError> {
    let status = answer.status();
    (502..=504)
        .contains(&status)
        .then(|| DetectError::Unavailable {
            status,
            what: answer.words(),
        })
}

/// Names what answered in a product's place.
pub(super) fn not_atlassian(answer: &Answer<'_>) -> DetectError {
    let page = answer.response.is_web_page();
    let title = answer.response.page_title();
    if page && answer.asks_to_sign_in() {
        return DetectError::LoginPage {
            title: title.unwrap_or_else(|| "without a title".to_owned()),
        };
    }
    let status = answer.status();
    let server = answer
        .header("Server")
        .map(|server| format!(" of {server}"))
        .unwrap_or_default();
    let what = match (page, title) {
        (true, Some(title)) => format!("a page{server} with the title “{title}”"),
        (true, None) => format!("a page{server}"),
        (false, _) => format!("{}{server}", answer.status_line()),
    };
    DetectError::NotAtlassian { status, what }
}
