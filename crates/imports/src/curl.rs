//! A curl command: a call of the token endpoint, the address of a sign-in, or a call of an API.

mod meaning;
mod options;
mod words;

use crate::LARGEST;
use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::imported::{Credential, Imported, SecretName, is_secret};
use crate::note::{Note, shown};
use options::Argument;
pub use words::WordError;

/// Why a command cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CurlError {
    /// It is larger than [`LARGEST`].
    #[error("the command is larger than 5 MB")]
    TooLarge,
    /// It cannot be split into words.
    #[error(transparent)]
    Words(#[from] WordError),
    /// It does not begin with `curl`.
    #[error("the command does not begin with curl")]
    NotCurl,
    /// An option that is not known, so that it cannot be told whether a value follows.
    #[error("an option of curl is not known: {option}")]
    UnknownOption {
        /// Which one.
        option: String,
    },
    /// An option lacks its value.
    #[error("an option lacks its value: --{option}")]
    NoValue {
        /// Which one.
        option: &'static str,
    },
    /// There is no address.
    #[error("the command has no address")]
    NoAddress,
    /// There is more than one request.
    #[error("the command makes more than one request")]
    SeveralRequests,
    /// The address is none.
    #[error("the address cannot be used: https is needed, or http on this machine")]
    NotAnAddress,
    /// A header is none.
    #[error("a header has no colon")]
    NotAHeader,
    /// A body is neither a form nor JSON.
    #[error("the body of the token request cannot be read")]
    NotAForm,
}

impl CurlError {
    fn unknown(option: &str) -> Self {
        let option = shown(option);
        Self::UnknownOption { option }
    }

    /// What to try, in a sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooLarge | Self::SeveralRequests => "Paste one request.",
            Self::Words(WordError::Variable { .. }) => {
                "Put the value itself in its place; this computer's variables are not looked at."
            }
            Self::Words(_) => "Paste the command as it was copied, with all its lines.",
            Self::NotCurl => "Paste a command that begins with curl.",
            Self::UnknownOption { .. } | Self::NoValue { .. } => {
                "Take the option out and paste the command again."
            }
            Self::NoAddress | Self::NotAnAddress => {
                "Write the complete address into the command, beginning with https://."
            }
            Self::NotAHeader => "A header is written as Name: value.",
            Self::NotAForm => {
                "Write the parameters of the token request as name=value, joined by &."
            }
        }
    }
}

/// What the command says, in order.
#[derive(Default)]
struct Command {
    method: Option<String>,
    address: Option<String>,
    headers: Vec<(String, String)>,
    /// Bodies as curl joins them, by `&`.
    body: Option<String>,
    json: bool,
    query: bool,
    head: bool,
    user: Option<String>,
    bearer: Option<String>,
    notes: Vec<Note>,
}

/// Reads a curl command. No file that it names is opened.
pub fn curl(text: &str) -> Result<Imported, CurlError> {
    if text.len() > LARGEST {
        return Err(CurlError::TooLarge);
    }
    let split = words::words(text)?;
    let mut words = split.words.into_iter().peekable();
    words.next_if(|word| word == "$" || word == "%" || word == ">");
    let program = words.next().ok_or(CurlError::NotCurl)?;
    let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
    if program != "curl" && program != "curl.exe" {
        return Err(CurlError::NotCurl);
    }
    let mut command = Command::default();
    if split.more {
        command.notes.push(Note::not_taken(
            "What follows the command",
            "only the first request is read.",
        ));
    }
    for argument in options::arguments(words.collect())? {
        command.take(argument)?;
    }
    command.imported()
}

impl Command {
    fn take(&mut self, argument: Argument) -> Result<(), CurlError> {
        match argument {
            Argument::Address(address) | Argument::With("url", address) => {
                if self.address.replace(address).is_some() {
                    return Err(CurlError::SeveralRequests);
                }
            }
            Argument::Alone("next") => return Err(CurlError::SeveralRequests),
            Argument::With("request", method) => self.method = Some(method),
            Argument::With("header", header) => self.header(&header)?,
            Argument::With("user", user) => self.user = Some(user),
            Argument::With("oauth2-bearer", token) => self.bearer = Some(token),
            Argument::With("user-agent", agent) => {
                self.headers.push(("user-agent".to_owned(), agent));
            }
            Argument::With("data" | "data-ascii" | "data-binary", data) => self.data(&data, true),
            Argument::With("data-raw", data) => self.data(&data, false),
            Argument::With("data-urlencode", data) => self.encoded(&data),
            Argument::With("json", data) => {
                self.json = true;
                self.data(&data, true);
            }
            Argument::Alone("get") => self.query = true,
            Argument::Alone("head") => self.head = true,
            Argument::With(name, value) => self.other(name, &value),
            Argument::Alone(name) => self.flag(name),
        }
        Ok(())
    }

    fn header(&mut self, header: &str) -> Result<(), CurlError> {
        if header.starts_with('@') {
            self.note("A file with headers", "no file is opened.");
            return Ok(());
        }
        if header.ends_with(';') && !header.contains(':') {
            return Ok(());
        }
        let (name, value) = header.split_once(':').ok_or(CurlError::NotAHeader)?;
        if !value.trim().is_empty() {
            let name = name.trim().to_ascii_lowercase();
            self.headers.push((name, value.trim().to_owned()));
        }
        Ok(())
    }

    fn data(&mut self, data: &str, files: bool) {
        if files && data.starts_with('@') {
            self.note(
                "A file with the body",
                "no file is opened; paste what is in it.",
            );
            return;
        }
        self.join(data);
    }

    /// `content`, `=content`, `name=content`, `@file` and `name@file`.
    fn encoded(&mut self, data: &str) {
        let encode =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let file = data.find('@');
        match data.find('=') {
            Some(equals) if file.is_none_or(|at| equals < at) => {
                let (name, content) = (&data[..equals], &data[equals + 1..]);
                let content = encode(content);
                if name.is_empty() {
                    self.join(&content);
                } else {
                    self.join(&format!("{name}={content}"));
                }
            }
            Some(_) | None if file.is_some() => {
                self.note(
                    "A file with the body",
                    "no file is opened; paste what is in it.",
                );
            }
            Some(_) | None => self.join(&encode(data)),
        }
    }

    fn join(&mut self, data: &str) {
        let separator = if self.json { "" } else { "&" };
        match &mut self.body {
            Some(body) => {
                body.push_str(separator);
                body.push_str(data);
            }
            None => self.body = Some(data.to_owned()),
        }
    }

    fn flag(&mut self, name: &'static str) {
        match name {
            "insecure" | "proxy-insecure" => self.note(
                "-k, which trusts every certificate,",
                "certificates are always checked. Add the company's authority under network settings.",
            ),
            "digest" | "ntlm" | "negotiate" | "anyauth" => self.note(
                format!("--{name}"),
                "only Basic and Bearer are known here.",
            ),
            "netrc" => self.note("-n", "no file is opened; enter name and password."),
            // How curl shows things, and what is done in any case.
            _ => {}
        }
    }

    fn other(&mut self, name: &'static str, value: &str) {
        match name {
            "cacert" | "capath" => self.note(
                format!("--{name} {value}"),
                "choose the file under network settings.",
            ),
            "proxy" | "proxy-user" | "proxy-header" | "noproxy" | "socks5" | "socks5-hostname"
            | "socks4" | "socks4a" => self.note(
                format!("--{name}"),
                "set the proxy and its credentials under network settings.",
            ),
            "cookie" | "cookie-jar" => self.note(
                "The cookies",
                "a session of a browser is no token; sign in instead.",
            ),
            "cert" | "key" | "pass" | "cert-type" | "key-type" => self.note(
                "The client certificate",
                "client certificates are not used.",
            ),
            "form" | "form-string" | "upload-file" => self.note(
                format!("--{name}"),
                "bodies of several parts and files are not sent.",
            ),
            "resolve" | "connect-to" | "unix-socket" | "interface" | "dns-servers" | "doh-url"
            | "aws-sigv4" | "config" | "netrc-file" | "url-query" | "request-target" => {
                self.note(format!("--{name}"), "there is nothing of the kind here.");
            }
            // Where curl writes to and how long it waits.
            _ => {}
        }
    }

    fn note(&mut self, what: impl Into<String>, reason: &'static str) {
        let note = Note::not_taken(what, reason);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The address with what belongs into its query, and without the credentials that it held.
    fn url(&mut self, imported: &mut Imported) -> Result<(Url, Option<String>), CurlError> {
        let address = self.address.take().ok_or(CurlError::NoAddress)?;
        let mut url = Url::parse(&address).map_err(|_| CurlError::NotAnAddress)?;
        url.set_fragment(None);
        let mut user = None;
        if !url.username().is_empty() || url.password().is_some() {
            let name = decoded(url.username());
            let password = decoded(url.password().unwrap_or_default());
            user = Some(format!("{name}:{password}"));
            // An https address can always do without them.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        if self.query
            && let Some(body) = self.body.take()
        {
            let query = match url.query() {
                Some(query) => format!("{query}&{body}"),
                None => body,
            };
            url.set_query(Some(&query));
        }
        gatewright_oauth::check_endpoint("curl", &url).map_err(|_| CurlError::NotAnAddress)?;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if pairs.iter().any(|(name, _)| name == "grant_type") && self.body.is_none() {
            self.note(
                "The place of the parameters",
                "they stood in the address, where they end up in logs, and are sent as a form.",
            );
            self.body = url.query().map(str::to_owned);
            url.set_query(None);
        } else if pairs.iter().any(|(name, _)| is_secret(name)) {
            let mut kept = form_urlencoded::Serializer::new(String::new());
            for (name, value) in pairs {
                if !is_secret(&name) {
                    kept.append_pair(&name, &value);
                    continue;
                }
                if name == "access_token" {
                    imported.secrets.put(SecretName::AccessToken, value);
                }
                self.note(
                    format!("The parameter {name} of the address"),
                    "secrets in an address end up in logs.",
                );
            }
            let kept = kept.finish();
            url.set_query((!kept.is_empty()).then_some(kept.as_str()));
        }
        Ok((url, user))
    }
}

fn decoded(text: &str) -> String {
    form_urlencoded::parse(format!("v={}", text.replace('+', "%2B")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// What the command presents to the server.
struct Presented {
    credential: Credential,
    /// The name and the password of a Basic credential.
    basic: Option<(String, String)>,
    bearer: Option<String>,
}
