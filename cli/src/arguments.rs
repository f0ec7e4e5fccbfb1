//! The command line, a contract that scripts rely on.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Company sign-ins and API keys for Jira, Confluence and Bitbucket Data Center.
#[derive(Parser)]
#[command(name = "gatewright", bin_name = "gatewright", version)]
pub(crate) struct Arguments {
    /// Prints JSON on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Certificates in PEM form that are trusted besides the system's.
    #[arg(long, global = true, value_name = "F")]
    pub(crate) ca_file: Option<PathBuf>,
    /// The proxy for all calls, or none; the system's when left out.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

#[derive(Subcommand)]
pub(crate) enum Noun {
    /// Identity providers.
    #[command(subcommand)]
    Provider(ProviderVerb),
    /// Tokens: fetch, look at, test, give back.
    #[command(subcommand)]
    Token(TokenVerb),
    /// Jira, Confluence and Bitbucket.
    #[command(subcommand)]
    Product(ProductVerb),
    /// The gateway: pair, status.
    #[command(subcommand)]
    Gateway(GatewayVerb),
    /// The configuration document.
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Secrets that the document names.
    #[command(subcommand)]
    Secret(SecretVerb),
    /// What the gateway would do with a request, or did.
    Explain(ExplainArguments),
    /// What was recorded.
    Audit(AuditArguments),
    /// An identity provider and three products on this computer, to try everything with.
    Sandbox {
        /// The port; a free one when left out.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

#[derive(Subcommand)]
pub(crate) enum ProviderVerb {
    /// All providers of the catalogue.
    List,
    /// One provider: its inputs, endpoints and how to register a client.
    Show {
        /// Its id.
        id: String,
    },
    /// What an issuer says of itself.
    Discover {
        /// The issuer, or the address of its discovery document.
        issuer: String,
    },
}

/// A provider and what it needs to know.
#[derive(Args)]
pub(crate) struct KnownArguments {
    /// The provider's id.
    #[arg(long, value_name = "ID")]
    pub(crate) provider: String,
    /// An input of the provider.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(crate) input: Vec<(String, String)>,
}

/// The client and its secret.
#[derive(Args)]
#[expect(
    clippy::struct_field_names,
    reason = "the fields are named like the options"
)]
pub(crate) struct ClientArguments {
    /// The client's id.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    /// Its secret is read from standard input.
    #[arg(long, group = "client-secret")]
    pub(crate) client_secret_stdin: bool,
    /// Its secret is read from a file.
    #[arg(long, group = "client-secret", value_name = "F")]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// Its secret is read from a variable of the environment.
    #[arg(long, group = "client-secret", value_name = "V")]
    pub(crate) client_secret_env: Option<String>,
    /// How it authenticates.
    #[arg(long, value_enum)]
    pub(crate) client_auth: Option<ClientAuthArgument>,
    /// The private key for private-key-jwt.
    #[arg(long, value_name = "F")]
    pub(crate) client_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClientAuthArgument {
    Basic,
    Body,
    None,
    PrivateKeyJwt,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GrantArgument {
    AuthorizationCode,
    ClientCredentials,
    DeviceCode,
    RefreshToken,
}

#[derive(Subcommand)]
pub(crate) enum TokenVerb {
    /// Gets a token.
    Fetch(Box<FetchArguments>),
    /// What the provider says of the token's owner.
    Userinfo {
        #[command(flatten)]
        known: KnownArguments,
        /// The token is read from standard input.
        #[arg(long, required = true)]
        token_stdin: bool,
    },
    /// What can be said of a token without sending it anywhere.
    Inspect {
        /// The token is read from standard input.
        #[arg(long, required = true)]
        token_stdin: bool,
    },
    /// Gives a token back to its provider.
    Revoke {
        #[command(flatten)]
        known: KnownArguments,
        #[command(flatten)]
        client: ClientArguments,
        /// The token is read from standard input.
        #[arg(long, required = true, conflicts_with = "client_secret_stdin")]
        token_stdin: bool,
    },
    /// Whom a product takes the token's owner for.
    Test(TestArguments),
}

#[derive(Args)]
pub(crate) struct FetchArguments {
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    /// How the token is got.
    #[arg(long, value_enum, default_value = "authorization-code")]
    pub(crate) grant: GrantArgument,
    #[command(flatten)]
    pub(crate) client: ClientArguments,
    /// What is asked for; the provider's usual scopes when left out.
    #[arg(long, value_name = "S")]
    pub(crate) scope: Vec<String>,
    /// The refresh token is read from standard input.
    #[arg(long, conflicts_with = "client_secret_stdin")]
    pub(crate) refresh_token_stdin: bool,
    /// 127.0.0.1 or localhost.
    #[arg(long, value_name = "HOST")]
    pub(crate) redirect_host: Option<String>,
    /// A fixed port for the way back from the browser.
    #[arg(long, value_name = "N")]
    pub(crate) redirect_port: Option<u16>,
    /// The path for the way back from the browser.
    #[arg(long, value_name = "P")]
    pub(crate) redirect_path: Option<String>,
    /// A further parameter of the authorization request.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(crate) authorization_param: Vec<(String, String)>,
    /// A further parameter of the token request.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(crate) token_param: Vec<(String, String)>,
    /// Opens no browser.
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// For how long to wait in all, a person's sign-in included.
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) timeout: u64,
}

#[derive(Args)]
pub(crate) struct TestArguments {
    /// The product.
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) product: ProductArgument,
    /// Its base URL, or the gateway's address of it.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: String,
    /// How the token is sent.
    #[arg(long = "type", value_enum)]
    pub(crate) kind: CredentialArgument,
    /// The user for Basic.
    #[arg(long, value_name = "NAME", required_if_eq("kind", "basic"))]
    pub(crate) user: Option<String>,
    /// The token or password is read from standard input.
    #[arg(long, required = true)]
    pub(crate) token_stdin: bool,
    /// A path below the product; who-am-I when left out.
    #[arg(long, value_name = "PATH")]
    pub(crate) endpoint: Vec<String>,
    /// Who it must be.
    #[arg(long, value_name = "NAME")]
    pub(crate) expect_user: Option<String>,
    /// Lets a secret travel unencrypted to another computer.
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProductArgument {
    Jira,
    Confluence,
    Bitbucket,
    Auto,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialArgument {
    Bearer,
    Basic,
}

#[derive(Subcommand)]
pub(crate) enum ProductVerb {
    /// What is there, and whether the directory account and acting as a user work.
    Check {
        /// Its address, or one below it.
        #[arg(long, value_name = "URL")]
        base_url: String,
        /// The directory account.
        #[arg(long, value_name = "NAME", requires = "password_stdin")]
        user: Option<String>,
        /// Its password is read from standard input.
        #[arg(long, requires = "user")]
        password_stdin: bool,
        /// The consumer key of the application link.
        #[arg(long, value_name = "KEY", group = "acting", requires_all = ["private_key_file", "act_as_user"])]
        consumer_key: Option<String>,
        /// The private key of the application link, PEM.
        #[arg(long, value_name = "F", requires = "consumer_key")]
        private_key_file: Option<PathBuf>,
        /// The header that an authenticator in the product believes.
        #[arg(long, value_name = "NAME", group = "acting", requires = "act_as_user")]
        header: Option<String>,
        /// A user to act as.
        #[arg(long, value_name = "NAME", requires = "acting")]
        act_as_user: Option<String>,
        /// Lets a secret travel unencrypted to another computer.
        #[arg(long)]
        allow_plain_http: bool,
    },
}

/// Which gateway, and where its credential is.
#[derive(Args)]
pub(crate) struct ToGateway {
    /// The address of the gateway's admin API.
    #[arg(long, value_name = "URL")]
    pub(crate) gateway: Option<String>,
    /// The credential; from the keychain when left out.
    #[arg(long, value_name = "F")]
    pub(crate) credential_file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum GatewayVerb {
    /// Pairs with a gateway.
    Pair {
        /// The address of its admin API.
        url: String,
        /// The code that `gatewright-gateway pair-code` printed is read from standard input.
        #[arg(long, required = true)]
        code_stdin: bool,
        /// Where the credential is kept; the keychain when left out.
        #[arg(long, value_name = "F")]
        credential_file: Option<PathBuf>,
    },
    /// What the gateway does.
    Status {
        #[command(flatten)]
        to: ToGateway,
    },
}

#[derive(Subcommand)]
pub(crate) enum ConfigVerb {
    /// The document that the gateway runs.
    Show {
        #[command(flatten)]
        to: ToGateway,
    },
    /// Whether a document is valid and its expectations hold.
    Validate {
        /// The document, TOML or JSON.
        file: PathBuf,
    },
    /// What is different from what the gateway runs; exit code 1 if anything is.
    Diff {
        /// The document, TOML or JSON.
        file: PathBuf,
        #[command(flatten)]
        to: ToGateway,
    },
    /// Publishes a document.
    Push {
        /// The document, TOML or JSON.
        file: PathBuf,
        /// The version that it replaces; the one that runs when left out.
        #[arg(long, value_name = "N")]
        expect_version: Option<u64>,
        /// What to remember of it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        comment: String,
        #[command(flatten)]
        to: ToGateway,
    },
    /// The versions that were published.
    Versions {
        #[command(flatten)]
        to: ToGateway,
    },
    /// Makes a new version out of an old one.
    Restore {
        /// The old one.
        #[arg(value_name = "N")]
        number: u64,
        #[command(flatten)]
        to: ToGateway,
    },
}

#[derive(Subcommand)]
pub(crate) enum SecretVerb {
    /// Hands a secret to the gateway.
    Set {
        /// Its name in the document.
        name: String,
        /// The secret is read from standard input.
        #[arg(long, required = true)]
        value_stdin: bool,
        #[command(flatten)]
        to: ToGateway,
    },
    /// The names of the secrets that the gateway has.
    List {
        #[command(flatten)]
        to: ToGateway,
    },
}

#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// The method.
    #[arg(long, value_name = "M", required_unless_present = "request_id")]
    pub(crate) method: Option<String>,
    /// The path that a client calls.
    #[arg(long, value_name = "P", required_unless_present = "request_id")]
    pub(crate) path: Option<String>,
    /// The client's address.
    #[arg(long, value_name = "A")]
    pub(crate) address: Option<String>,
    /// The token is read from standard input.
    #[arg(long)]
    pub(crate) token_stdin: bool,
    /// A request that was made.
    #[arg(long, value_name = "ID", conflicts_with_all = ["method", "path", "address", "token_stdin"])]
    pub(crate) request_id: Option<String>,
    #[command(flatten)]
    pub(crate) to: ToGateway,
}

#[derive(Args)]
pub(crate) struct AuditArguments {
    /// request or change.
    #[arg(long, value_name = "KIND", value_parser = ["request", "change"])]
    pub(crate) kind: Option<String>,
    /// Only lines of this request.
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    /// How many lines, the newest first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: Option<u32>,
    /// Only lines before this place.
    #[arg(long, value_name = "N")]
    pub(crate) before: Option<u64>,
    #[command(flatten)]
    pub(crate) to: ToGateway,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("write it as NAME=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        let mut command = Arguments::command();
        command.build();
        command.debug_assert();
    }
}
