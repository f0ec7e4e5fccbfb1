//! From the command line to the commands.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gatewright_commands::errors::invalid;
use gatewright_commands::terminal::{
    self, ActingOptions, Answer, AuditQuery, CheckProduct, ClientOptions, Explain, Fetch, Gateway,
    Grant, Known, Notation, Redirect, Surroundings, TestToken,
};
use gatewright_secret::SecretString;
use gatewright_wire::WireError;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::arguments::{
    Arguments, CheckVerb, ClientArguments, ClientAuthArgument, ConfigVerb, CredentialArgument,
    ExplainArguments, ExportArguments, FetchArguments, FormatArgument, GatewayVerb, GrantArgument,
    KnownArguments, Noun, ProductArgument, ProductVerb, ProviderVerb, SecretVerb, TestArguments,
    ToGateway, TokenVerb,
};
use crate::secrets::Secrets;
use crate::{keys, output, sandbox};

/// Does what the command line says; what runs until it is stopped has no answer. `browser` is told
/// when one was sent on its way to a page of ours.
pub(crate) async fn run(
    arguments: Arguments,
    secrets: &Secrets,
    browser: &AtomicBool,
) -> Result<Option<Answer>, WireError> {
    let json = arguments.json;
    if arguments
        .proxy
        .as_deref()
        .is_some_and(|url| url.contains('@'))
    {
        output::warning(
            "Warning: others on this computer can read the proxy's password in the list of processes. --proxy-login-env V keeps it out of there.",
        );
    }
    let login = arguments
        .proxy_login_env
        .as_deref()
        .map(|name| secrets.read_environment(name, "proxy login"))
        .transpose()?;
    let around = Surroundings::new(
        arguments.ca_file.as_deref(),
        arguments.proxy.as_deref(),
        login.as_ref(),
        system_clock,
    )?;
    let gives_secrets = matches!(arguments.noun, Noun::Token(TokenVerb::Fetch(_)));
    let answer = match arguments.noun {
        Noun::Provider(verb) => match verb {
            ProviderVerb::List => terminal::list_providers(),
            ProviderVerb::Show { id } => terminal::show_provider(&id),
            ProviderVerb::Discover { issuer } => terminal::discover(&around, &issuer).await,
            ProviderVerb::Import { file, format } => import(&file, format, secrets),
            ProviderVerb::Export(arguments) => export(*arguments),
        },
        Noun::Token(verb) => token(&around, verb, secrets, json, browser).await,
        Noun::Product(verb) => product(&around, verb, secrets).await,
        Noun::Gateway(verb) => match verb {
            GatewayVerb::Pair {
                url,
                code_stdin: _,
                credential_file,
            } => {
                let code = secrets.read_stdin("code")?;
                terminal::pair(&around, &url, &code, credential_file.as_deref()).await
            }
            GatewayVerb::Status { to } => terminal::status(&around, &to.into()).await,
        },
        Noun::Config(verb) => config(&around, verb, json).await,
        Noun::Secret(verb) => match verb {
            SecretVerb::Set {
                name,
                value_stdin: _,
                to,
            } => {
                let value = secrets.read_stdin("value")?;
                terminal::set_secret(&around, &to.into(), &name, &value).await
            }
            SecretVerb::List { to } => terminal::secrets(&around, &to.into()).await,
        },
        Noun::Key(verb) => keys::key(&around, verb, secrets).await,
        Noun::Check(verb) => check(&around, verb, secrets).await,
        Noun::Explain(arguments) => explain(&around, arguments, secrets).await,
        Noun::Audit(arguments) => {
            let query = AuditQuery {
                before: arguments.before,
                limit: arguments.limit,
                kind: arguments.kind,
                request_id: arguments.request_id,
                user: arguments.user,
                outcome: arguments.outcome,
                product: arguments.product,
                since: arguments.since,
                until: arguments.until,
            };
            terminal::audit(&around, &arguments.to.into(), &query).await
        }
        Noun::Sandbox {
            port,
            until_input_ends,
        } => {
            return sandbox::run(port, json, until_input_ends)
                .await
                .map(|()| None);
        }
    };
    answer.map(|answer| {
        Some(if gives_secrets {
            answer
        } else {
            secrets.masked_answer(answer)
        })
    })
}

fn import(
    file: &Path,
    format: Option<FormatArgument>,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    let text = if file.as_os_str() == "-" {
        secrets.read_stdin("import")?
    } else {
        secrets.read_file(file, "import")?
    };
    let format = format.map(|format| match format {
        FormatArgument::Postman => "postman",
        FormatArgument::Curl => "curl",
        FormatArgument::Connection => "connection",
    });
    terminal::import(&text, format)
}

fn export(arguments: ExportArguments) -> Result<Answer, WireError> {
    let client = ClientOptions::new(arguments.client_id, None, None)?;
    terminal::export_connection(
        &arguments.known.into(),
        &client,
        &arguments.name,
        arguments.scope,
        arguments.redirect_uri,
    )
}

async fn token(
    around: &Surroundings,
    verb: TokenVerb,
    secrets: &Secrets,
    json: bool,
    browser: &AtomicBool,
) -> Result<Answer, WireError> {
    match verb {
        TokenVerb::Fetch(arguments) => fetch(around, *arguments, secrets, json, browser).await,
        TokenVerb::Userinfo {
            known,
            client_id,
            token_stdin: _,
        } => {
            let token = secrets.read_stdin("token")?;
            terminal::userinfo(around, &known.into(), client_id.as_deref(), &token).await
        }
        TokenVerb::Inspect { token_stdin: _ } => {
            Ok(terminal::inspect(around, &secrets.read_stdin("token")?))
        }
        TokenVerb::Revoke {
            known,
            client,
            token_stdin: _,
        } => {
            let client = client_options(client, secrets)?;
            let token = secrets.read_stdin("token")?;
            terminal::revoke(around, &known.into(), &client, &token).await
        }
        TokenVerb::Test(arguments) => test(around, arguments, secrets).await,
    }
}

async fn fetch(
    around: &Surroundings,
    arguments: FetchArguments,
    secrets: &Secrets,
    json: bool,
    browser: &AtomicBool,
) -> Result<Answer, WireError> {
    let grant = match arguments.grant {
        GrantArgument::AuthorizationCode => Grant::AuthorizationCode(Redirect {
            host: arguments.redirect_host,
            port: arguments.redirect_port,
            path: arguments.redirect_path,
            open_browser: !arguments.no_browser,
        }),
        GrantArgument::ClientCredentials => Grant::ClientCredentials,
        GrantArgument::DeviceCode => Grant::DeviceCode,
        GrantArgument::RefreshToken if arguments.refresh_token_stdin => {
            Grant::RefreshToken(secrets.read_stdin("refresh token")?)
        }
        GrantArgument::RefreshToken => {
            return Err(invalid(
                "refresh-token-stdin",
                "The refresh token is missing.",
                "Give --refresh-token-stdin and pass the token there.",
            ));
        }
    };
    // The address is printed as JSON where a script opens it; else the last line is the only one.
    let device = matches!(grant, Grant::DeviceCode);
    let waits_for_script = json && (arguments.no_browser || device);
    let request = Fetch {
        known: arguments.known.into(),
        grant,
        client: client_options(arguments.client, secrets)?,
        scopes: arguments.scope,
        authorization_params: arguments.authorization_param,
        token_params: arguments.token_param,
        without_pkce: arguments.no_pkce,
        push: arguments.push,
        patience: Duration::from_secs(arguments.timeout),
    };
    let cancel = CancellationToken::new();
    let (stop, asked) = (cancel.clone(), asked_to_stop());
    tokio::spawn(async move {
        asked.await;
        stop.cancel();
    });
    let told = |started| {
        browser.store(!device, Ordering::Relaxed);
        output::started(&started, waits_for_script);
    };
    terminal::fetch(around, request, told, cancel).await
}

fn client_options(
    arguments: ClientArguments,
    secrets: &Secrets,
) -> Result<ClientOptions, WireError> {
    let what = "client secret";
    let secret: Option<SecretString> = if arguments.client_secret_stdin {
        Some(secrets.read_stdin(what)?)
    } else if let Some(path) = arguments.client_secret_file {
        Some(secrets.read_file(&path, what)?)
    } else if let Some(name) = arguments.client_secret_env {
        Some(secrets.read_environment(&name, what)?)
    } else {
        None
    };
    let authentication = match arguments.client_auth {
        None => None,
        Some(ClientAuthArgument::Basic) => Some("basic"),
        Some(ClientAuthArgument::Body) => Some("body"),
        Some(ClientAuthArgument::None) => Some("none"),
        Some(ClientAuthArgument::PrivateKeyJwt) => {
            let path = arguments.client_key_file.ok_or_else(|| {
                invalid(
                    "client-key-file",
                    "The client's private key is missing.",
                    "Give it with --client-key-file, for private-key-jwt.",
                )
            })?;
            if secret.is_some() {
                return Err(invalid(
                    "client-secret",
                    "A client proves itself in one way: by its key or by its secret.",
                    "Leave the secret out, or choose another --client-auth.",
                ));
            }
            let key = secrets.read_file(&path, "client key")?;
            return ClientOptions::signing(arguments.client_id, key, arguments.client_key_audience);
        }
    };
    if arguments.client_key_file.is_some() {
        return Err(invalid(
            "client-key-file",
            "A client key is for private-key-jwt alone.",
            "Leave it out.",
        ));
    }
    ClientOptions::new(arguments.client_id, secret, authentication)
}

async fn test(
    around: &Surroundings,
    arguments: TestArguments,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    let product = match arguments.product {
        ProductArgument::Jira => Some("jira"),
        ProductArgument::Confluence => Some("confluence"),
        ProductArgument::Bitbucket => Some("bitbucket"),
        ProductArgument::Auto => None,
    };
    let basic_user = match arguments.kind {
        CredentialArgument::Bearer => None,
        CredentialArgument::Basic => arguments.user,
    };
    let test = TestToken {
        product: product.map(str::to_owned),
        base_url: arguments.base_url,
        basic_user,
        secret: secrets.read_stdin("token")?,
        endpoints: arguments.endpoint,
        expected_user: arguments.expect_user,
        allow_plain_http: arguments.allow_plain_http,
    };
    terminal::test_token(around, test, output::warning).await
}

async fn check(
    around: &Surroundings,
    verb: CheckVerb,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    match verb {
        CheckVerb::List { data_dir } => {
            terminal::list_checks(around, &data_folder(data_dir)?).await
        }
        CheckVerb::Run {
            names,
            data_dir,
            passphrase_stdin,
        } => {
            let folder = data_folder(data_dir)?;
            let passphrase = if passphrase_stdin {
                Some(secrets.read_stdin("passphrase")?)
            } else {
                None
            };
            terminal::run_checks(around, &folder, &names, passphrase).await
        }
    }
}

/// Where the app keeps its workspace.
fn data_folder(given: Option<PathBuf>) -> Result<PathBuf, WireError> {
    given
        .or_else(|| {
            directories::ProjectDirs::from("org", "Gatewright", "gatewright")
                .map(|folders| folders.data_dir().to_path_buf())
        })
        .ok_or_else(|| {
            invalid(
                "data-dir",
                "This account has no home folder.",
                "Give the folder of the app's workspace with --data-dir.",
            )
        })
}

async fn product(
    around: &Surroundings,
    verb: ProductVerb,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    let ProductVerb::Check {
        base_url,
        user,
        password_stdin: _,
        consumer_key,
        private_key_file,
        header,
        act_as_user,
        allow_plain_http,
    } = verb;
    let account = match user {
        Some(user) => Some((user, secrets.read_stdin("password")?)),
        None => None,
    };
    let options = match (consumer_key, private_key_file, header) {
        (Some(consumer_key), Some(path), _) => Some(ActingOptions::Oauth1 {
            consumer_key,
            private_key: secrets.read_file(&path, "private key")?,
        }),
        (_, _, Some(name)) => Some(ActingOptions::Header { name }),
        _ => None,
    };
    let check = CheckProduct {
        url: base_url,
        account,
        acting: options.zip(act_as_user),
        allow_plain_http,
    };
    terminal::check_product(around, check).await
}

async fn config(around: &Surroundings, verb: ConfigVerb, json: bool) -> Result<Answer, WireError> {
    match verb {
        ConfigVerb::Show { to } => {
            let notation = if json { Notation::Json } else { Notation::Toml };
            terminal::show(around, &to.into(), notation).await
        }
        ConfigVerb::Validate { file } => terminal::validate(&file),
        ConfigVerb::Diff {
            file,
            against,
            to_version,
            to,
        } => match (file, against, to_version) {
            (Some(file), against, _) => terminal::diff(around, &to.into(), &file, against).await,
            (None, from, to_version) => {
                let (from, to_version) = (from.unwrap_or_default(), to_version.unwrap_or_default());
                terminal::diff_versions(around, &to.into(), from, to_version).await
            }
        },
        ConfigVerb::Simulate { file, since, to } => {
            let answer = terminal::simulate(around, &to.into(), &file, since.as_deref()).await?;
            if json {
                output::warning(answer.text.trim_end());
            }
            Ok(answer)
        }
        ConfigVerb::Push {
            file,
            expect_version,
            comment,
            to,
        } => terminal::push(around, &to.into(), &file, expect_version, &comment).await,
        ConfigVerb::Versions { to } => terminal::versions(around, &to.into()).await,
        ConfigVerb::Restore { number, to } => terminal::restore(around, &to.into(), number).await,
    }
}

async fn explain(
    around: &Surroundings,
    arguments: ExplainArguments,
    secrets: &Secrets,
) -> Result<Answer, WireError> {
    let token = if arguments.token_stdin {
        Some(secrets.read_stdin("token")?)
    } else {
        None
    };
    let question = Explain {
        method: arguments.method,
        path: arguments.path,
        address: arguments.address,
        token,
        request_id: arguments.request_id,
        ..Explain::default()
    };
    terminal::explain(around, &arguments.to.into(), &question).await
}

impl From<KnownArguments> for Known {
    fn from(arguments: KnownArguments) -> Self {
        Self {
            provider: arguments.provider,
            inputs: arguments.input.into_iter().collect(),
        }
    }
}

impl From<ToGateway> for Gateway {
    fn from(to: ToGateway) -> Self {
        Self {
            url: to.gateway,
            credential_file: to.credential_file,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "here the clock comes in")]
fn system_clock() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Ends when the user or the system asks the program to stop. From the call on, and not only from
/// the first poll, such a wish is heard.
pub(crate) fn asked_to_stop() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        [SignalKind::interrupt(), SignalKind::terminate()].map(signal)
    };
    async move {
        #[cfg(unix)]
        if let [Ok(mut interrupt), Ok(mut terminate)] = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        // Without signals only the end of the process itself is left.
        let _ = tokio::signal::ctrl_c().await;
    }
}
