//! One answer of a product, read defensively: its body may be JSON, XML, a page or plain text.

use gatewright_http::Response;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The header that names whom the product took the caller for.
pub(crate) const USER_HEADER: &str = "X-AUSERNAME";
/// The header in which Jira and Confluence say how the login went.
pub(crate) const LOGIN_REASON: &str = "X-Seraph-LoginReason";
/// The header of a lock-out.
pub(crate) const DENIED_REASON: &str = "X-Authentication-Denied-Reason";
/// The header with which the gateway gives the reason of a refusal.
pub(crate) const GATEWAY_REASON: &str = "X-Gatewright-Reason";

const LONGEST_QUOTE: usize = 200;

/// Whom an answer names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// A user.
    Named(Named),
    /// It says that the caller is nobody.
    Nobody,
    /// It says nothing about the caller.
    Unsaid,
}

/// A user as an answer names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) user: String,
    pub(crate) display_name: Option<String>,
}

impl Identity {
    /// A name, unless it is empty or the word for nobody.
    pub(crate) fn of(user: &str, display_name: Option<&str>) -> Self {
        let user = user.trim();
        if user.is_empty() || user.eq_ignore_ascii_case("anonymous") {
            return Self::Nobody;
        }
        Self::Named(Named {
            user: user.to_owned(),
            display_name: display_name
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        })
    }

    pub(crate) fn named(&self) -> Option<&Named> {
        match self {
            Self::Named(named) => Some(named),
            Self::Nobody | Self::Unsaid => None,
        }
    }
}

/// Whether two names mean one user: the products compare without case.
pub(crate) fn same_user(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// A product's answer.
pub(crate) struct Answer<'a> {
    pub(crate) response: &'a Response,
    json: Option<Value>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(response: &'a Response) -> Self {
        let json = serde_json::from_slice(&response.body).ok();
        Self { response, json }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status.as_u16()
    }

    pub(crate) fn succeeded(&self) -> bool {
        self.response.status.is_success()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.response.header(name)
    }

    /// The body, when it is a JSON object or list.
    pub(crate) fn json(&self) -> Option<&Value> {
        self.json
            .as_ref()
            .filter(|body| body.is_object() || body.is_array())
    }

    /// `X-AUSERNAME`, which may be percent-encoded; `None` when it was not sent.
    pub(crate) fn user_header(&self) -> Option<String> {
        self.response.headers.get(USER_HEADER).map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            percent_decode_str(&text)
                .decode_utf8_lossy()
                .trim()
                .to_owned()
        })
    }

    /// Whom the header names.
    pub(crate) fn header_identity(&self) -> Identity {
        self.user_header()
            .map_or(Identity::Unsaid, |user| Identity::of(&user, None))
    }

    /// Every value of `X-Seraph-LoginReason`; a proxy may have joined them.
    pub(crate) fn login_reasons(&self) -> Vec<String> {
        self.response
            .headers
            .get_all(LOGIN_REASON)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().to_ascii_uppercase())
            .filter(|value| !value.is_empty())
            .collect()
    }

    pub(crate) fn login_reason_is(&self, reason: &str) -> bool {
        self.login_reasons().iter().any(|value| value == reason)
    }

    /// The address at which a locked-out user solves the CAPTCHA, from the lock-out header.
    pub(crate) fn captcha_login_url(&self) -> Option<&'a str> {
        let (_, after) = self.header(DENIED_REASON)?.split_once("login-url=")?;
        Some(after.split(';').next().unwrap_or(after).trim()).filter(|url| !url.is_empty())
    }

    /// `oauth_problem` of an OAuth 1.0 refusal: in the challenge, else in the body.
    pub(crate) fn oauth_problem(&self) -> Option<String> {
        let challenge = self
            .challenges()
            .into_iter()
            .find_map(|value| oauth_problem_in(&value));
        challenge.or_else(|| {
            let text = self.response.text();
            let (_, after) = text.split_once("oauth_problem=")?;
            problem_code(after)
        })
    }

    /// The base URL that the product names as its own in its OAuth challenge.
    pub(crate) fn realm(&self) -> Option<String> {
        self.challenges().iter().find_map(|challenge| {
            let (scheme, rest) = challenge.split_once(' ')?;
            if !scheme.eq_ignore_ascii_case("oauth") {
                return None;
            }
            let (_, after) = rest.split_once("realm=\"")?;
            let realm = after.split('"').next()?;
            Some(percent_decode_str(realm).decode_utf8_lossy().into_owned())
        })
    }

    /// Every `WWW-Authenticate`.
    pub(crate) fn challenges(&self) -> Vec<String> {
        self.response
            .headers
            .get_all(http::header::WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok().map(str::to_owned))
            .collect()
    }

    /// The exception that Bitbucket names, without its package.
    pub(crate) fn exception(&self) -> Option<&str> {
        let name = self.json()?.pointer("/errors/0/exceptionName")?.as_str()?;
        name.rsplit('.').next()
    }

    /// What the answer says in its own words, short enough to quote.
    pub(crate) fn words(&self) -> Option<String> {
        let words = match &self.json {
            Some(body) => words_in_json(body),
            None if self.response.is_web_page() => words_in_page(self.response),
            None => words_in_text(&self.response.text()),
        };
        words
            .map(|words| quote(&words))
            .filter(|words| !words.is_empty())
    }

    /// Whether it certainly comes from a product and not from something in front of it.
    pub(crate) fn has_a_products_sign(&self) -> bool {
        const SIGNS: [&str; 8] = [
            "X-AREQUESTID",
            "X-ASESSIONID",
            "X-ANODEID",
            "X-ASEN",
            "X-AUSERID",
            USER_HEADER,
            LOGIN_REASON,
            "X-Confluence-Request-Time",
        ];
        if SIGNS
            .iter()
            .any(|name| self.response.headers.contains_key(*name))
        {
            return true;
        }
        let challenged = self.challenges().iter().any(|challenge| {
            challenge.starts_with("OAuth realm") || challenge.contains("Atlassian")
        });
        let text = self.response.text();
        challenged
            || [
                "Apache Tomcat",
                "HTTP Status ",
                "atlassian",
                "Atlassian",
                "Basic Authentication Failure",
            ]
            .iter()
            .any(|sign| text.contains(sign))
    }

    /// Whether the page asks a person to sign in.
    pub(crate) fn asks_to_sign_in(&self) -> bool {
        let text = self.response.text().to_ascii_lowercase();
        [
            "type=\"password\"",
            "type='password'",
            "type=password",
            "samlrequest",
            "saml2/",
        ]
        .iter()
        .any(|sign| text.contains(sign))
    }

    /// The server's clock, from the `Date` header.
    pub(crate) fn date(&self) -> Option<OffsetDateTime> {
        Self::http_date(self.header("Date")?)
    }

    /// A time as headers write it (RFC 9110 §5.6.7).
    pub(crate) fn http_date(text: &str) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()
    }

    /// `401 Unauthorized`.
    pub(crate) fn status_line(&self) -> String {
        match self.response.status.canonical_reason() {
            Some(reason) => format!("{} {reason}", self.status()),
            None => self.status().to_string(),
        }
    }
}

fn oauth_problem_in(challenge: &str) -> Option<String> {
    let (_, after) = challenge.split_once("oauth_problem=")?;
    problem_code(after)
}

fn problem_code(text: &str) -> Option<String> {
    let code: String = text
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!code.is_empty()).then_some(code)
}

/// The members in which the products, their gateways and their clouds put a message.
fn words_in_json(body: &Value) -> Option<String> {
    const PLACES: [&str; 10] = [
        "/errorMessages/0",
        "/errorMessage",
        "/errors/0/message",
        "/message",
        "/error/message",
        "/error_description",
        "/error",
        "/detail",
        "/reason",
        "/title",
    ];
    let told = PLACES
        .iter()
        .find_map(|place| body.pointer(place).and_then(Value::as_str))
        .filter(|words| !words.trim().is_empty());
    let field = || {
        let (name, words) = body.get("errors")?.as_object()?.iter().next()?;
        Some(format!("{name}: {}", words.as_str()?))
    };
    told.map(str::to_owned)
        .or_else(field)
        .or_else(|| body.as_str().map(str::to_owned))
}

fn words_in_page(response: &Response) -> Option<String> {
    let text = response.text();
    let failure = text.find("Basic Authentication Failure").map(|start| {
        text[start..]
            .split('<')
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    let basic = text.find("Basic Auth").map(|start| {
        text[start..]
            .split('<')
            .next()
            .unwrap_or_default()
            .to_owned()
    });
    failure.or(basic).or_else(|| response.page_title())
}

fn words_in_text(text: &str) -> Option<String> {
    let tagged = text
        .split_once("<message>")
        .and_then(|(_, after)| after.split_once("</message>"));
    match tagged {
        Some((message, _)) => Some(message.to_owned()),
        None => text
            .lines()
            .find(|line| !line.trim().is_empty())
            .map(str::to_owned),
    }
}

fn quote(words: &str) -> String {
    let clean: String = words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if clean.chars().count() <= LONGEST_QUOTE {
        return clean;
    }
    let cut: String = clean.chars().take(LONGEST_QUOTE).collect();
    format!("{cut}…")
}

#[cfg(test)]
pub(crate) mod tests;
