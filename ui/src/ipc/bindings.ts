// Generated from crates/wire: run `UPDATE_BINDINGS=1 cargo test -p gatewright-wire`.

export type ActAs = { "strategy": "oauth1", 
/**
 * The consumer key of the link.
 */
consumer_key: string, } | { "strategy": "access_tokens" } | { "strategy": "header", 
/**
 * Its name, such as "X-Remote-User".
 */
name: string, } | { "strategy": "service" };
export type AppEvent = { "event": "state_changed", 
/**
 * All of it.
 */
state: AppState, } | { "event": "sign_in", 
/**
 * Where it stands.
 */
sign_in: SignIn, } | { "event": "test_cell", 
/**
 * Which test.
 */
run: string, 
/**
 * The cell.
 */
cell: TestCell, } | { "event": "test_finished", 
/**
 * Which test.
 */
run: string, 
/**
 * Whether it was cancelled.
 */
cancelled: boolean, };
export type AppState = { 
/**
 * Version of the program.
 */
version: string, 
/**
 * What is being worked on.
 */
environment: Environment, 
/**
 * Whether secrets can be sealed.
 */
vault: VaultState, 
/**
 * The five steps and what they stand on, with their state in words.
 */
steps: Steps, 
/**
 * The gateway that this environment publishes to, when one is paired.
 */
gateway: GatewayState | null, 
/**
 * How many products are connected.
 */
products: number, 
/**
 * How many tokens are kept.
 */
tokens: number, 
/**
 * What is remembered of the look: "system", "light" or "dark".
 */
theme: Theme, 
/**
 * Whether nothing has been set up yet.
 */
first_start: boolean, };
export type Candidate = { 
/**
 * Where it is, a JSON Pointer (RFC 6901).
 */
pointer: string, 
/**
 * The value as text.
 */
value: string, 
/**
 * Where it is read from.
 */
from: UsernameSource, 
/**
 * Whether the gateway will see it; an ID token's claim it will not.
 */
gateway_sees_it: boolean, };
export type Catalogue = { 
/**
 * Custom ones at the end.
 */
providers: Array<CatalogueEntry>, };
export type CatalogueEntry = { 
/**
 * Its id in documents and on the command line.
 */
id: string, 
/**
 * What it is called.
 */
name: string, 
/**
 * Two letters that stand for it.
 */
initials: string, 
/**
 * "Cloud identity", "Self-hosted service", "Custom" …
 */
group: string, 
/**
 * One sentence: protocol and what its tokens are.
 */
summary: string, 
/**
 * What has to be typed.
 */
inputs: Array<ProviderInput>, 
/**
 * What is asked for by default.
 */
scopes: Array<string>, 
/**
 * How the client may authenticate, the default first.
 */
client_auth: Array<ClientAuth>, 
/**
 * Whether client credentials are a way to a token there.
 */
client_credentials: boolean, 
/**
 * What to do in the provider's console, step by step.
 */
register: Array<string>, 
/**
 * Facts that no source confirmed; shown as a hint, never asserted.
 */
unconfirmed: Array<string>, };
export type Change = { 
/**
 * What it is about: "Provider".
 */
title: string, 
/**
 * What is different: "ghes added".
 */
detail: string, 
/**
 * Who may do more, or less, because of it.
 */
effect: Effect, 
/**
 * The line of the document here that it begins at, from 1.
 */
line: number | null, };
export type CheckProvider = { 
/**
 * Which entry of the catalogue.
 */
preset: string, 
/**
 * What was typed, by input key.
 */
inputs: { [key in string]: string }, };
export type CheckedProvider = { 
/**
 * Whether it answered as that provider does.
 */
good: boolean, 
/**
 * What answered, in a sentence: "Answers in 84 ms, certificate trusted."
 */
message: string, 
/**
 * What to do when it did not.
 */
hint: string, 
/**
 * The endpoints, from discovery where there is one.
 */
endpoints: Endpoints, 
/**
 * The preset that fits better, when one does (github.com typed as an Enterprise server).
 */
better_preset: string | null, 
/**
 * How long it took.
 */
milliseconds: number, 
/**
 * What was asked, and what answered.
 */
legs: Array<Leg>, };
export type Claim = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value as JSON text.
 */
value: string, 
/**
 * What it says: "Is this provider", "In 14 min 32 s"; may be empty.
 */
says: string, 
/**
 * Whether that is as it should be; none where nothing is judged.
 */
good: boolean | null, };
export type ClientAuth = "basic" | "body" | "none";
export type Command<Request, Reply> = { request: Request, reply: Reply, };
export type Commands = { app_state: Command<Nothing, AppState>, set_theme: Command<SetTheme, AppState>, open_vault: Command<OpenVault, AppState>, retry_keychain: Command<Nothing, AppState>, open_page: Command<OpenPage, Nothing>, copy_text: Command<CopyText, Nothing>, products: Command<Nothing, Products>, detect_product: Command<DetectProduct, DetectedProduct>, save_product: Command<SaveProduct, Product>, remove_product: Command<ProductId, Products>, check_directory: Command<ProductId, DirectoryCheck>, make_key_pair: Command<ProductId, KeyPair>, import_key_pair: Command<ImportKeyPair, KeyPair>, try_user: Command<TryUser, Tried>, catalogue: Command<Nothing, Catalogue>, providers: Command<Nothing, Providers>, check_provider: Command<CheckProvider, CheckedProvider>, save_provider: Command<SaveProvider, Provider>, remove_provider: Command<ProviderId, Providers>, tokens: Command<Nothing, Tokens>, start_sign_in: Command<StartSignIn, SignIn>, cancel_sign_in: Command<SignInId, Nothing>, reopen_browser: Command<SignInId, SignIn>, paste_callback: Command<PasteCallback, SignIn>, fetch_client_credentials: Command<FetchClientCredentials, Token>, paste_token: Command<PasteToken, Token>, refresh_token: Command<TokenId, Token>, rename_token: Command<RenameToken, Token>, remove_token: Command<TokenId, Tokens>, copy_token: Command<TokenId, Copied>, show_token: Command<TokenId, ShownToken>, userinfo: Command<TokenId, Userinfo>, look_up_user: Command<LookUpUser, LookedUp>, save_username_rule: Command<SaveUsernameRule, Provider>, start_test: Command<StartTest, TestRun>, cancel_test: Command<TestRunId, Nothing>, pair_gateway: Command<PairGateway, GatewayState>, unpair_gateway: Command<Nothing, AppState>, gateway_state: Command<Nothing, GatewayState>, difference: Command<Nothing, Difference>, publish: Command<Publish, Published>, };
export type Copied = { 
/**
 * After how many seconds it leaves the clipboard.
 */
leaves_after_seconds: number, };
export type CopyText = { 
/**
 * What to copy.
 */
text: string, };
export type CredentialKind = "bearer" | "basic";
export type DetectProduct = { 
/**
 * What was typed or pasted; a page below the product is fine.
 */
url: string, };
export type DetectedProduct = { 
/**
 * The product.
 */
kind: ProductKind, 
/**
 * Such as "10.3.2"; empty where it does not say.
 */
version: string, 
/**
 * What it calls itself.
 */
title: string, 
/**
 * Scheme, host, port and context path.
 */
base_url: string, 
/**
 * The context path, such as "/jira"; empty where there is none.
 */
context_path: string, 
/**
 * Whether it offers OAuth 1.0a impersonation, where it says.
 */
impersonation: boolean | null, 
/**
 * By how many seconds its clock is ahead of ours.
 */
clock_ahead_seconds: number | null, 
/**
 * Whether the connection is encrypted.
 */
tls: boolean, 
/**
 * How long looking took.
 */
milliseconds: number, 
/**
 * An identifier for rules and keys that is free.
 */
suggested_id: string, 
/**
 * Where clients will call it, suggested.
 */
suggested_public_url: string, 
/**
 * What was asked, and what answered.
 */
legs: Array<Leg>, };
export type Difference = { 
/**
 * The version that runs there; 0 is none.
 */
runs_version: number, 
/**
 * Who published that, and when; empty for version 0.
 */
runs_published: string, 
/**
 * The document that runs there, TOML.
 */
runs: string, 
/**
 * The document that is here, TOML.
 */
here: string, 
/**
 * What is different, in words.
 */
changes: Array<Change>, 
/**
 * What is wrong with what is here; publishing is not possible while there is any.
 */
problems: Array<Problem>, 
/**
 * Secrets that travel with it, by name.
 */
secrets: Array<SecretState>, 
/**
 * Whether the gateway's document has parts that were not made here and are kept.
 */
foreign_parts: boolean, };
export type DirectoryCheck = { 
/**
 * Whether it can.
 */
good: boolean, 
/**
 * What was found out, in a sentence: "Reads users and groups: fred is in 3 groups."
 */
message: string, 
/**
 * What to do when it cannot.
 */
hint: string, };
export type Effect = "narrower" | "wider" | "none";
export type Endpoints = { 
/**
 * The issuer.
 */
issuer: string | null, 
/**
 * Where people sign in.
 */
authorization: string | null, 
/**
 * Where codes become tokens.
 */
token: string | null, 
/**
 * Where a token says whose it is.
 */
userinfo: string | null, 
/**
 * Where the signing keys are.
 */
jwks: string | null, 
/**
 * Where a token's state is asked for.
 */
introspection: string | null, 
/**
 * Where a token is given back.
 */
revocation: string | null, };
export type Environment = { 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * Which colour the frame wears.
 */
kind: EnvironmentKind, };
export type EnvironmentKind = "sandbox" | "staging" | "production";
export type ErrorCode = "invalid_input" | "not_found" | "cancelled" | "timed_out" | "dns" | "connect" | "tls" | "proxy" | "unexpected_answer" | "provider_refused" | "foreign_callback" | "port_taken" | "no_browser" | "credential_refused" | "account_locked" | "forbidden" | "keychain" | "wrong_passphrase" | "workspace" | "invalid_document" | "stale" | "config_from_file" | "unknown_secrets" | "not_paired" | "pairing_refused" | "plain_http" | "internal";
export type Evidence = { 
/**
 * "status", "X-AUSERNAME", "type" …
 */
name: string, 
/**
 * Its value, or "not sent".
 */
value: string, 
/**
 * Whether it speaks against the credential.
 */
bad: boolean, };
export type FetchClientCredentials = { 
/**
 * At which provider.
 */
provider_id: string, };
export type GatewayState = { 
/**
 * The address of the admin API.
 */
url: string, 
/**
 * Where clients call it.
 */
data_url: string, 
/**
 * "owner", "editor" or "viewer".
 */
role: string, 
/**
 * The pinned certificate's SHA-256, in groups of four; none without TLS on loopback.
 */
fingerprint: string | null, 
/**
 * Whether it answered last time.
 */
reachable: boolean, 
/**
 * What went wrong when it did not.
 */
problem: string | null, 
/**
 * Its program's version.
 */
version: string | null, 
/**
 * The version of the document that it serves; 0 is none.
 */
serves: number | null, 
/**
 * Since when it runs, RFC 3339.
 */
started_at: string | null, 
/**
 * Whether its document comes from a file.
 */
from_file: boolean, 
/**
 * By how many seconds its clock is ahead of ours.
 */
clock_ahead_seconds: number | null, 
/**
 * When it was asked last, RFC 3339.
 */
asked_at: string | null, };
export type Header = { 
/**
 * Its name as it came.
 */
name: string, 
/**
 * Its value, masked where it is a secret.
 */
value: string, };
export type ImportKeyPair = { 
/**
 * For which product.
 */
id: string, 
/**
 * The RSA private key, PEM.
 */
private_pem: TypedSecret, };
export type KeyPair = { 
/**
 * The public key, PEM.
 */
public_pem: string, 
/**
 * SHA-256 of the public key, in groups of four.
 */
fingerprint: string, 
/**
 * When it was made, RFC 3339.
 */
made_at: string, 
/**
 * The fields of the application link, in the order of the product's form.
 */
link_fields: Array<LinkField>, 
/**
 * The page of the product where the link is made.
 */
admin_url: string, };
export type Leg = { 
/**
 * What it was for: "Exchange the code".
 */
name: string, 
/**
 * The method.
 */
method: string, 
/**
 * The address without query values.
 */
url: string, 
/**
 * Request headers, secrets masked.
 */
request_headers: Array<Header>, 
/**
 * Request body, secrets masked; empty when there was none.
 */
request_body: string, 
/**
 * The answer's status; none when there was no answer.
 */
status: number | null, 
/**
 * Answer headers, secrets masked.
 */
response_headers: Array<Header>, 
/**
 * Answer body, secrets masked and cut at 64 KiB.
 */
response_body: string, 
/**
 * What went wrong when there was no answer.
 */
error: string | null, 
/**
 * Where the time went.
 */
timing: Timing, };
export type LinkField = { 
/**
 * Its label there.
 */
label: string, 
/**
 * What to enter.
 */
value: string, };
export type LookUpOutcome = "found" | "inactive" | "ambiguous" | "not_found" | "invalid_value" | "not_asked";
export type LookUpUser = { 
/**
 * In which product.
 */
product_id: string, 
/**
 * The value of the attribute, untransformed.
 */
value: string, 
/**
 * Steps in order.
 */
transform: Array<Transform>, 
/**
 * How the product is asked.
 */
match_by: MatchBy, };
export type LookedUp = { 
/**
 * How it ended.
 */
outcome: LookUpOutcome, 
/**
 * The same in words: "found as fred".
 */
text: string, 
/**
 * The second line: display name, or why.
 */
detail: string, 
/**
 * The value after the steps.
 */
username: string, 
/**
 * How many groups that user is in, where that is known.
 */
groups: Array<string> | null, };
export type MatchBy = "username" | "email";
export type Nothing = Record<symbol, never>;
export type OpenPage = { 
/**
 * An http or https address.
 */
url: string, };
export type OpenVault = { 
/**
 * At least twelve characters where a vault is made.
 */
passphrase: TypedSecret, };
export type PairGateway = { 
/**
 * The address of the admin API.
 */
url: string, 
/**
 * The code that `gatewright-gateway pair-code` printed.
 */
code: TypedSecret, 
/**
 * Where clients call the gateway; empty where the products' public URLs are whole addresses.
 */
data_url: string, };
export type PasteCallback = { 
/**
 * Its id.
 */
attempt: string, 
/**
 * The address, with code and state.
 */
url: TypedSecret, };
export type PasteToken = { 
/**
 * What to call it.
 */
name: string, 
/**
 * Whose it is, where it is a provider's.
 */
provider_id: string | null, 
/**
 * The user name for Basic, where it is a password, an API key or a product's own token.
 */
user: string | null, 
/**
 * The token or password.
 */
secret: TypedSecret, };
export type Problem = { 
/**
 * Where, such as `products[0].act_as`.
 */
path: string, 
/**
 * In which line, from 1, where that is known.
 */
line: number | null, 
/**
 * What is wrong.
 */
message: string, 
/**
 * What would be right.
 */
hint: string, };
export type Product = { 
/**
 * Its name in rules and keys.
 */
id: string, 
/**
 * Which product it is.
 */
kind: ProductKind, 
/**
 * Its version when it was last looked at.
 */
version: string, 
/**
 * What it calls itself.
 */
title: string, 
/**
 * Where the gateway reaches it.
 */
base_url: string, 
/**
 * Where clients call it; a path alone means any host.
 */
public_url: string, 
/**
 * The account that looks up users; none when none was given.
 */
directory_user: string | null, 
/**
 * Whether that account's password is sealed here.
 */
directory_password_kept: boolean, 
/**
 * How the gateway acts as a user there.
 */
act_as: ActAs, 
/**
 * The key pair of the application link, when one was made.
 */
key_pair: KeyPair | null, 
/**
 * Whether a token of the one service account is sealed here.
 */
service_token_kept: boolean, 
/**
 * What was found out about it last.
 */
readiness: Readiness, };
export type ProductId = { 
/**
 * Its id.
 */
id: string, };
export type ProductKind = "jira" | "confluence" | "bitbucket";
export type Products = { 
/**
 * In the order in which they were added.
 */
products: Array<Product>, };
export type Provider = { 
/**
 * Its name in documents.
 */
id: string, 
/**
 * Which entry of the catalogue it is.
 */
preset: string, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * What was typed, by input key.
 */
inputs: { [key in string]: string }, 
/**
 * The client's id.
 */
client_id: string, 
/**
 * Whether its secret is sealed here.
 */
client_secret_kept: boolean, 
/**
 * What is asked for.
 */
scopes: Array<string>, 
/**
 * How the client authenticates.
 */
client_auth: ClientAuth, 
/**
 * Where the browser comes back to.
 */
redirect: RedirectChoice, 
/**
 * What has to be registered at the provider, exactly.
 */
redirect_to_register: string, 
/**
 * Why exactly that, in a sentence.
 */
redirect_note: string, 
/**
 * Endpoints as they are used.
 */
endpoints: Endpoints, 
/**
 * What still has to be filled in; empty when it is complete.
 */
missing: Array<string>, 
/**
 * The username rule, once chosen.
 */
username: UsernameRule | null, };
export type ProviderId = { 
/**
 * Its id.
 */
id: string, };
export type ProviderInput = { 
/**
 * Its key in documents and on the command line.
 */
key: string, 
/**
 * Its label.
 */
label: string, 
/**
 * An example.
 */
example: string, 
/**
 * Whether it has to be filled in.
 */
required: boolean, 
/**
 * What to know about it; may be empty.
 */
hint: string, };
export type Providers = { 
/**
 * In the order in which they were added.
 */
providers: Array<Provider>, };
export type Publish = { 
/**
 * The version that was looked at; another one there is a conflict.
 */
expect_version: number, 
/**
 * What to remember of it.
 */
comment: string, };
export type Published = { 
/**
 * The new version.
 */
version: number, };
export type Readiness = { "state": "ready" } | { "state": "not_tried" } | { "state": "problem", 
/**
 * What it is.
 */
text: string, };
export type RedirectChoice = { 
/**
 * "127.0.0.1" or "localhost".
 */
host: string, 
/**
 * A fixed port; none takes a free one each time.
 */
port: number | null, 
/**
 * The path, such as "/callback".
 */
path: string, };
export type RenameToken = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its new name.
 */
name: string, };
export type SaveProduct = { 
/**
 * Its name in rules and keys.
 */
id: string, 
/**
 * Whether `id` must be new.
 */
create: boolean, 
/**
 * Which product it is.
 */
kind: ProductKind, 
/**
 * Its version, as detected.
 */
version: string, 
/**
 * What it calls itself.
 */
title: string, 
/**
 * Where the gateway reaches it.
 */
base_url: string, 
/**
 * Where clients call it.
 */
public_url: string, 
/**
 * The account that looks up users.
 */
directory_user: string | null, 
/**
 * Its password; none leaves the sealed one alone.
 */
directory_password: TypedSecret | null, 
/**
 * How the gateway acts as a user there.
 */
act_as: ActAs, 
/**
 * The service account's token; none leaves the sealed one alone.
 */
service_token: TypedSecret | null, };
export type SaveProvider = { 
/**
 * None makes a new one.
 */
id: string | null, 
/**
 * Which entry of the catalogue.
 */
preset: string, 
/**
 * What the admin calls it; empty takes the catalogue's name.
 */
name: string, 
/**
 * What was typed, by input key.
 */
inputs: { [key in string]: string }, 
/**
 * The client's id.
 */
client_id: string, 
/**
 * Its secret; none leaves the sealed one alone.
 */
client_secret: TypedSecret | null, 
/**
 * What is asked for.
 */
scopes: Array<string>, 
/**
 * How the client authenticates.
 */
client_auth: ClientAuth, 
/**
 * Where the browser comes back to.
 */
redirect: RedirectChoice, };
export type SaveUsernameRule = { 
/**
 * Of which provider.
 */
provider_id: string, 
/**
 * The rule.
 */
rule: UsernameRule, };
export type SecretState = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it is for: "client secret of GitHub Enterprise".
 */
purpose: string, 
/**
 * Whether it is sealed here and would be sent.
 */
here: boolean, 
/**
 * Whether the gateway has one of that name.
 */
there: boolean, };
export type SetTheme = { 
/**
 * The wanted look.
 */
theme: Theme, };
export type ShownToken = { 
/**
 * The token.
 */
secret: string, };
export type SignIn = { 
/**
 * Its id.
 */
attempt: string, 
/**
 * At which provider.
 */
provider_id: string, 
/**
 * Where the browser is sent; it carries no secret but `state`, which lives as long as this.
 */
authorization_url: string, 
/**
 * Where it comes back to.
 */
redirect_uri: string, 
/**
 * The value that must come back unchanged.
 */
state: string, 
/**
 * The scopes that are asked for.
 */
scopes: Array<string>, 
/**
 * When it gives up, RFC 3339.
 */
gives_up_at: string, 
/**
 * For how many seconds it waits in all.
 */
patience_seconds: number, 
/**
 * Where it stands.
 */
phase: SignInPhase, 
/**
 * The requests so far.
 */
legs: Array<Leg>, };
export type SignInId = { 
/**
 * Its id; to cancel, empty means the one that is only beginning and has none.
 */
attempt: string, };
export type SignInPhase = { "phase": "waiting", 
/**
 * Why the browser did not open, where it did not.
 */
browser_problem: string | null, } | { "phase": "exchanging" } | { "phase": "done", 
/**
 * The token.
 */
token: Token, } | { "phase": "failed", 
/**
 * Why.
 */
error: WireError, 
/**
 * The provider's own words, where it said any.
 */
provider_words: string | null, };
export type StartSignIn = { 
/**
 * At which provider.
 */
provider_id: string, 
/**
 * Whether to open the browser; else the address is only shown.
 */
open_browser: boolean, };
export type StartTest = { 
/**
 * Which tokens.
 */
tokens: Array<string>, 
/**
 * Which products.
 */
products: Array<string>, 
/**
 * Which way.
 */
ways: Array<Way>, 
/**
 * How the token is sent.
 */
credential: CredentialKind, 
/**
 * The user for Basic; none takes the one kept with the token.
 */
user: string | null, 
/**
 * A path below the product; none asks who the caller is.
 */
endpoint: string | null, 
/**
 * Who it must be; none takes whoever it is.
 */
expected_user: string | null, 
/**
 * Whether a secret may travel unencrypted to a host that is not this computer.
 */
allow_plain_http: boolean, };
export type StepMark = "todo" | "running" | "done" | "attention";
export type StepState = { 
/**
 * How far it is.
 */
mark: StepMark, 
/**
 * The same in a few words, such as "fred, ends in 7 h 41 min".
 */
text: string, };
export type Steps = { 
/**
 * What is behind the gateway.
 */
products: StepState, 
/**
 * Where people sign in.
 */
provider: StepState, 
/**
 * A token to work with.
 */
token: StepState, 
/**
 * Which attribute is the username.
 */
username: StepState, 
/**
 * Whether the products accept it.
 */
test: StepState, 
/**
 * Whether the gateway runs what is here.
 */
publish: StepState, };
export type TestCell = { 
/**
 * Which token.
 */
token_id: string, 
/**
 * Which product.
 */
product_id: string, 
/**
 * Which way.
 */
way: Way, 
/**
 * What came of it.
 */
result: TestResult, };
export type TestResponse = { 
/**
 * "GET https://…".
 */
request_line: string, 
/**
 * Headers, secrets masked.
 */
headers: Array<Header>, 
/**
 * The body as text, cut at 256 KiB.
 */
body: string, 
/**
 * Whether it was cut.
 */
cut: boolean, };
export type TestResult = { 
/**
 * Which product.
 */
product: ProductKind, 
/**
 * The path that was asked, below the product.
 */
endpoint: string, 
/**
 * The status; none when there was no answer.
 */
status: number | null, 
/**
 * The verdict.
 */
verdict: Verdict, 
/**
 * The verdict in one or two words: "Wrong credential".
 */
verdict_text: string, 
/**
 * Good, warning, bad or unknown.
 */
tone: Tone, 
/**
 * Whom the product took the caller for; none for nobody.
 */
user: string | null, 
/**
 * The gateway's reason code, where it refused.
 */
gateway_reason: string | null, 
/**
 * What happened, in a sentence.
 */
message: string, 
/**
 * Who can mend it: "The provider's admin", "You" …; empty when nothing has to be mended.
 */
whose: string, 
/**
 * What to do.
 */
hint: string, 
/**
 * What the verdict rests on.
 */
evidence: Array<Evidence>, 
/**
 * How long it took.
 */
milliseconds: number, 
/**
 * Where the time went.
 */
timing: Timing, 
/**
 * The answer; none when there was none.
 */
response: TestResponse | null, 
/**
 * The same request for a terminal, with a placeholder for the secret.
 */
curl: string, };
export type TestRun = { 
/**
 * Its id.
 */
run: string, 
/**
 * How many cells it has.
 */
cells: number, };
export type TestRunId = { 
/**
 * Its id.
 */
run: string, };
export type Theme = "system" | "light" | "dark";
export type Timing = { 
/**
 * Looking up the name, where it was looked up.
 */
dns: number | null, 
/**
 * Connecting, with the TLS handshake, where a connection was made.
 */
connect: number | null, 
/**
 * From the request to the first byte of the answer.
 */
first_byte: number, 
/**
 * Reading the body.
 */
body: number, 
/**
 * All of it.
 */
total: number, };
export type Token = { 
/**
 * Its id.
 */
id: string, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * Whose it is.
 */
provider_id: string | null, 
/**
 * That provider's name.
 */
provider_name: string | null, 
/**
 * The user name for Basic, where there is one.
 */
user: string | null, 
/**
 * How it came here.
 */
origin: TokenOrigin, 
/**
 * Its ends, with dots between.
 */
masked: string, 
/**
 * How many characters it has.
 */
characters: number, 
/**
 * What it is: "Bearer, JWT, RS256", "GitHub OAuth token, opaque" …
 */
kind: string, 
/**
 * When it was kept, RFC 3339.
 */
kept_at: string, 
/**
 * When it ends, RFC 3339, where that is known.
 */
ends_at: string | null, 
/**
 * What was asked for.
 */
scopes_asked: Array<string>, 
/**
 * What was granted, where the provider said.
 */
scopes_granted: Array<string> | null, 
/**
 * Whether a refresh token is sealed beside it.
 */
refresh_token_kept: boolean, 
/**
 * What is inside the access token, where it is a JWT; information only.
 */
access_claims: Array<Claim>, 
/**
 * What is inside the ID token, where there is one.
 */
id_claims: Array<Claim>, 
/**
 * Whether the ID token was verified, and against which key.
 */
id_token_check: string | null, 
/**
 * The requests that brought it.
 */
legs: Array<Leg>, };
export type TokenId = { 
/**
 * Its id.
 */
id: string, };
export type TokenOrigin = "authorization_code" | "client_credentials" | "pasted";
export type Tokens = { 
/**
 * The newest first.
 */
tokens: Array<Token>, };
export type Tone = "good" | "warning" | "bad" | "unknown";
export type Transform = "lowercase" | "uppercase" | "trim" | "before_at";
export type Tried = { 
/**
 * The rows.
 */
rows: Array<TriedRow>, 
/**
 * Whether the gateway can act as users there.
 */
good: boolean, 
/**
 * What it means, in a sentence.
 */
message: string, 
/**
 * What to do when it does not work.
 */
hint: string, };
export type TriedOutcome = "as_user" | "as_nobody" | "as_another" | "refused" | "failed";
export type TriedRow = { 
/**
 * The name that was sent.
 */
sent_as: string, 
/**
 * "a real user" or "does not exist".
 */
note: string, 
/**
 * How it ended.
 */
outcome: TriedOutcome, 
/**
 * The same in words: "Answers as fred".
 */
text: string, 
/**
 * Status and `X-AUSERNAME`, as the product sent them.
 */
detail: string, };
export type TryUser = { 
/**
 * Which product.
 */
id: string, 
/**
 * A user who exists there.
 */
user: string, };
export type TypedSecret = string;
export type Userinfo = { 
/**
 * Of which token.
 */
token_id: string, 
/**
 * The answer.
 */
userinfo: unknown, 
/**
 * Its status.
 */
status: number, 
/**
 * How long it took.
 */
milliseconds: number, 
/**
 * Likely usernames, the likeliest first.
 */
candidates: Array<Candidate>, 
/**
 * The access token's claims as an object, where it is a JWT the gateway can read.
 */
token_claims: unknown, 
/**
 * The ID token's claims, which the gateway will not be able to see.
 */
id_token_claims: unknown, 
/**
 * The rule in force for this provider, if one was chosen.
 */
rule: UsernameRule | null, 
/**
 * What to know about this provider's attributes; may be empty.
 */
warning: string, 
/**
 * The request.
 */
legs: Array<Leg>, };
export type UsernameRule = { 
/**
 * Where it is read from.
 */
from: UsernameSource, 
/**
 * The attribute, a JSON Pointer.
 */
pointer: string, 
/**
 * Steps in order.
 */
transform: Array<Transform>, 
/**
 * How the products are asked.
 */
match_by: MatchBy, };
export type UsernameSource = "userinfo" | "token" | "id_token";
export type VaultState = { "state": "keychain" } | { "state": "passphrase" } | { "state": "no_keychain", 
/**
 * What the keychain said.
 */
detail: string, } | { "state": "locked" };
export type Verdict = "valid" | "valid_other_user" | "anonymous" | "invalid_credential" | "expired" | "revoked" | "not_yet_valid" | "captcha_required" | "basic_disabled" | "no_product_access" | "permission_missing" | "scope_missing" | "wrong_audience" | "wrong_base_path" | "login_page" | "proxy_error" | "tls_error" | "dns_error" | "connect_error" | "timeout" | "rate_limited" | "clock_skew" | "product_unavailable" | "gateway_refused" | "not_tried" | "unexpected_answer";
export type Way = "direct" | "gateway";
export type WireError = { 
/**
 * What kind of failure it is.
 */
code: ErrorCode, 
/**
 * What happened and where, in one sentence.
 */
message: string, 
/**
 * What to do about it, in one sentence; empty when there is nothing to be done.
 */
hint: string, 
/**
 * The field of the form that is wrong, when one is: a name of the request type.
 */
field: string | null, };
