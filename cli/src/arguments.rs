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
    /// The variable of the environment that holds the proxy's USER:PASSWORD.
    #[arg(long, global = true, value_name = "V", requires = "proxy")]
    pub(crate) proxy_login_env: Option<String>,
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
    /// API keys.
    #[command(subcommand)]
    Key(KeyVerb),
    /// Tests that were saved in the app.
    #[command(subcommand)]
    Check(CheckVerb),
    /// What the gateway would do with a request, or did.
    Explain(ExplainArguments),
    /// What was recorded.
    Audit(AuditArguments),
    /// An identity provider and three products on this computer, to try everything with.
    Sandbox {
        /// The port; a free one when left out.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Ends when its standard input does: for programs that start it.
        #[arg(long)]
        until_input_ends: bool,
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
    /// Connections that were set up elsewhere, without their secrets; nothing is fetched.
    Import {
        /// The file, or - for standard input.
        file: PathBuf,
        /// What it is written in; found out when left out.
        #[arg(long, value_enum)]
        format: Option<FormatArgument>,
    },
    /// A connection as a file, without secrets.
    Export(Box<ExportArguments>),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArgument {
    /// A Postman collection, v2.1.
    Postman,
    /// A curl command.
    Curl,
    /// A connection that was exported.
    Connection,
}

#[derive(Args)]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    pub(crate) known: KnownArguments,
    /// What it is called.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) name: String,
    /// The client's id.
    #[arg(long, value_name = "ID", default_value = "")]
    pub(crate) client_id: String,
    /// What is asked for; the provider's usual scopes when left out.
    #[arg(long, value_name = "S")]
    pub(crate) scope: Vec<String>,
    /// The redirect URI that is registered.
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
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
    /// Whom the assertions are for: the issuer or the token endpoint, as the provider wants it,
    /// when left out.
    #[arg(long, value_name = "URI", requires = "client_key_file")]
    pub(crate) client_key_audience: Option<String>,
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
        /// The client's id: needed to verify an answer that is signed for it.
        #[arg(long, value_name = "ID")]
        client_id: Option<String>,
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
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
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
    /// Sends no proof key (PKCE), for servers that refuse parameters they do not know.
    #[arg(long)]
    pub(crate) no_pkce: bool,
    /// Pushes the request (PAR) even where the provider does not demand it.
    #[arg(long)]
    pub(crate) push: bool,
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
        /// The document, TOML or JSON; left out: two versions are compared.
        #[arg(required_unless_present = "to_version")]
        file: Option<PathBuf>,
        /// The version to compare with; the one that runs when left out.
        #[arg(long, value_name = "N")]
        against: Option<u64>,
        /// The version to compare in place of a document.
        #[arg(long, value_name = "N", requires = "against", conflicts_with = "file")]
        to_version: Option<u64>,
        #[command(flatten)]
        to: ToGateway,
    },
    /// What a document would change for the requests of the past; exit code 1 if any would newly be refused.
    Simulate {
        /// The document, TOML or JSON.
        file: PathBuf,
        /// Only requests since this time, as 2027-01-31T00:00:00Z; all that are recorded when left out.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
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
pub(crate) enum CheckVerb {
    /// The saved checks with what came of them last.
    List {
        /// The folder of the app's workspace; the user's own when left out.
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
    },
    /// Runs saved checks; all when none is named.
    Run {
        /// Their names.
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// The folder of the app's workspace; the user's own when left out.
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// The passphrase of the workspace is read from standard input; the keychain opens it when
        /// left out.
        #[arg(long)]
        passphrase_stdin: bool,
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

#[derive(Subcommand)]
pub(crate) enum KeyVerb {
    /// Makes a key; it is printed this once.
    Create(Box<CreateKeyArguments>),
    /// The keys.
    List(Box<ListKeyArguments>),
    /// One key: what it may do and how it was used.
    Show {
        /// Its id.
        id: String,
        #[command(flatten)]
        to: ToGateway,
    },
    /// Revokes keys, from now on.
    Revoke {
        /// Their ids.
        #[arg(required_unless_present = "owner")]
        id: Vec<String>,
        /// All keys of this user.
        #[arg(long, value_name = "U")]
        owner: Option<String>,
        #[command(flatten)]
        to: ToGateway,
    },
    /// Makes a key in place of another; it is printed this once.
    Rotate {
        /// The id of the old one.
        id: String,
        /// For how long the old one stays good: 24h, 7d, 0s.
        #[arg(long, value_name = "DURATION")]
        overlap: Option<String>,
        /// How long the new one lives: 90d, 1y, never; as long as the old one when left out.
        #[arg(long, value_name = "DURATION")]
        expires: Option<String>,
        #[command(flatten)]
        to: ToGateway,
    },
    /// Revokes every key that stands in a text: a log, a commit, a ticket.
    Leaked {
        /// The text is read from standard input.
        #[arg(long, required = true)]
        stdin: bool,
        #[command(flatten)]
        to: ToGateway,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyKindArgument {
    Bearer,
    Basic,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyStateArgument {
    Active,
    Exhausted,
    Expired,
    Revoked,
}

#[derive(Args)]
pub(crate) struct CreateKeyArguments {
    /// The user as whom it acts.
    #[arg(long, value_name = "U")]
    pub(crate) owner: String,
    /// What it is for.
    #[arg(long, value_name = "N")]
    pub(crate) name: String,
    /// How it is sent: as a bearer token, or as the owner's Basic password.
    #[arg(long, value_enum, default_value = "bearer")]
    pub(crate) kind: KeyKindArgument,
    /// How long it lives: 90d, 1y, never; 90 days or what the settings permit when left out.
    #[arg(long, value_name = "DURATION")]
    pub(crate) expires: Option<String>,
    /// How often it may be used.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_uses: Option<u64>,
    /// It may only read.
    #[arg(long)]
    pub(crate) read_only: bool,
    /// A product for which it is good; all when left out.
    #[arg(long, value_name = "ID")]
    pub(crate) product: Vec<String>,
    /// Requests for which it is good, as "GET,POST /rest/api/2/issue/**"; all when left out.
    #[arg(long, value_name = "P")]
    pub(crate) path: Vec<String>,
    /// Addresses from which it is good; all when left out.
    #[arg(long, value_name = "CIDR")]
    pub(crate) address: Vec<String>,
    #[command(flatten)]
    pub(crate) to: ToGateway,
}

#[derive(Args)]
pub(crate) struct ListKeyArguments {
    /// A part of the name, the owner or the key's beginning.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only keys of this user.
    #[arg(long, value_name = "U")]
    pub(crate) owner: Option<String>,
    /// Only keys of this kind.
    #[arg(long, value_enum)]
    pub(crate) kind: Option<KeyKindArgument>,
    /// Only keys in this state.
    #[arg(long, value_enum)]
    pub(crate) state: Option<KeyStateArgument>,
    /// At most so many, the newest first; all when left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: Option<u32>,
    #[command(flatten)]
    pub(crate) to: ToGateway,
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
    /// Only requests of this user.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Only requests with this outcome: permit, a reason code, or refused for all refusals.
    #[arg(long, value_name = "OUTCOME")]
    pub(crate) outcome: Option<String>,
    /// Only requests to this product.
    #[arg(long, value_name = "ID")]
    pub(crate) product: Option<String>,
    /// Only lines from this time on, as 2027-01-31T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Only lines before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
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
