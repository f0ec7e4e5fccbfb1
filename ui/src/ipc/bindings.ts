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
export type AddressNote = { 
/**
 * Which entry, from 0.
 */
index: number, 
/**
 * Whether it is a mistake; else it only says nothing new.
 */
mistake: boolean, 
/**
 * In words.
 */
text: string, 
/**
 * What was meant, where that is likely.
 */
meant: string | null, };
export type AddressProbe = { "answer": "not_asked" } | { "answer": "no_address" } | { "answer": "everything" } | { "answer": "inside", 
/**
 * By which entry.
 */
by: string, } | { "answer": "outside" };
export type ApiKey = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its beginning, by which people tell theirs apart.
 */
shown: string, 
/**
 * In which header form it is good.
 */
kind: ApiKeyKind, 
/**
 * The user as whom it acts.
 */
owner: string, 
/**
 * What its owner calls it.
 */
name: string, 
/**
 * How it is.
 */
state: ApiKeyState, 
/**
 * Whether it is good and ends within two weeks.
 */
ends_soon: boolean, 
/**
 * When it was made, RFC 3339.
 */
created_at: string, 
/**
 * By whom.
 */
created_by: string, 
/**
 * Its end, RFC 3339; absent: never.
 */
ends_at: string | null, 
/**
 * How often it may be used; absent: as often as one likes.
 */
max_uses: number | null, 
/**
 * How often it was used.
 */
uses: number, 
/**
 * When it was last used, RFC 3339.
 */
last_used_at: string | null, 
/**
 * From where it was used lately, the newest first.
 */
addresses_seen: Array<string>, 
/**
 * Whether it may only read.
 */
read_only: boolean, 
/**
 * The products for which it is good; empty: all.
 */
products: Array<string>, 
/**
 * The requests for which it is good; empty: all.
 */
paths: Array<string>, 
/**
 * The addresses from which it is good; empty: all.
 */
addresses: Array<string>, 
/**
 * When it was revoked, RFC 3339.
 */
revoked_at: string | null, 
/**
 * By whom.
 */
revoked_by: string | null, 
/**
 * The key that it replaces.
 */
replaces: string | null, 
/**
 * The key that replaces it.
 */
replaced_by: string | null, };
export type ApiKeyId = { 
/**
 * Its id.
 */
id: string, };
export type ApiKeyIds = { 
/**
 * Their ids.
 */
ids: Array<string>, };
export type ApiKeyKind = "basic" | "bearer";
export type ApiKeySort = "created" | "ends" | "owner" | "name" | "last_used";
export type ApiKeyState = "active" | "exhausted" | "expired" | "revoked";
export type ApiKeys = { 
/**
 * The keys.
 */
keys: Array<ApiKey>, 
/**
 * Ask for those after this one next; absent at the end.
 */
next: string | null, 
/**
 * When they were read, RFC 3339.
 */
read_at: string, };
export type AppEvent = { "event": "state_changed", 
/**
 * All of it.
 */
state: AppState, } | { "event": "sign_in", 
/**
 * Where it stands.
 */
sign_in: SignIn, } | { "event": "token_changed", 
/**
 * As it is now.
 */
token: Token, } | { "event": "test_cell", 
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
cancelled: boolean, } | { "event": "check_finished", 
/**
 * The check with what came of it.
 */
check: SavedCheck, 
/**
 * Whether all was as expected the time before and now is not.
 */
turned_red: boolean, 
/**
 * Whether the schedule ran it.
 */
by_schedule: boolean, };
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
 * All environments in the order in which they were added.
 */
environments: Array<Environment>, 
/**
 * How large everything is drawn, in percent.
 */
zoom: number, 
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
export type AskHome = { 
/**
 * Whether the gateways are asked as well, which may take a while.
 */
ask: boolean, };
export type BackupFound = { 
/**
 * When it was made, RFC 3339.
 */
made_at: string, 
/**
 * The version of the program that made it.
 */
program: string, 
/**
 * What its environments are called.
 */
environments: Array<string>, 
/**
 * Whether a passphrase opens its secrets; else the keychain of the computer that made it.
 */
passphrase: boolean, 
/**
 * Whether its secrets are sealed with the key of this workspace.
 */
same_workspace: boolean, 
/**
 * Whether it takes the place of what is here with the next start.
 */
taken: boolean, };
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
providers: Array<CatalogueEntry>, 
/**
 * Ways of getting a token that are not offered, for those who look for them.
 */
refused: Array<RefusedGrant>, };
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
unconfirmed: Array<string>, 
/**
 * Further words under which it is looked for.
 */
keywords: Array<string>, 
/**
 * Whether signing in on another device may work there.
 */
device_code: boolean, 
/**
 * The redirect URI that it likes.
 */
redirect: RedirectRule, 
/**
 * What to know about the redirect URI; may be empty.
 */
loopback_note: string, 
/**
 * What to know about the proof key; may be empty.
 */
pkce_note: string, 
/**
 * What to know about the client's authentication; may be empty.
 */
client_auth_note: string, 
/**
 * What to beware of with its user names; may be empty.
 */
warn: string, 
/**
 * What to register so that the gateway sees the user name; may be empty.
 */
for_gateway: string, 
/**
 * A further call that tells more of the user, in a sentence; may be empty.
 */
further: string, 
/**
 * Parameters that it knows, with what they do.
 */
optional_params: Array<Parameter>, 
/**
 * How the gateway should verify its tokens, the recommended way first.
 */
verifications: Array<Verification>, 
/**
 * What to know about that.
 */
verification_note: string, };
export type Change = { 
/**
 * Where: `products.jira.base_url`.
 */
path: string, 
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
 * A request that shows it, in words; empty where none does.
 */
example: string, 
/**
 * The line of the document here that it begins at, from 1.
 */
line: number | null, };
export type ChangeEnvironment = { 
/**
 * Which one.
 */
id: string, 
/**
 * What it is called from now on.
 */
name: string, 
/**
 * Which colour the frame wears there.
 */
kind: EnvironmentKind, };
export type ChangePassphrase = { 
/**
 * The one of now; none where the keychain holds the key.
 */
now: TypedSecret | null, 
/**
 * The new one: at least twelve characters.
 */
then: TypedSecret, };
export type CheckAddresses = { 
/**
 * The list, as typed.
 */
entries: Array<string>, 
/**
 * "Is it inside?"; empty: not asked.
 */
probe: string, };
export type CheckDifference = { 
/**
 * What the token is called.
 */
token: string, 
/**
 * The product's id.
 */
product: string, 
/**
 * Which way.
 */
way: Way, 
/**
 * Which endpoint, as it was chosen.
 */
endpoint: string, 
/**
 * What was expected; none where it had to be good.
 */
expected: Verdict | null, 
/**
 * What came.
 */
verdict: Verdict, 
/**
 * The same in one or two words.
 */
verdict_text: string, 
/**
 * What happened, in a sentence.
 */
message: string, };
export type CheckId = { 
/**
 * Its id.
 */
id: string, };
export type CheckKey = { 
/**
 * The key.
 */
key: NewKey, 
/**
 * The longest life of a key, as a duration or `never`; empty: not known.
 */
max_lifetime: string, 
/**
 * A request to try, as `GET /rest/api/2/issue`; empty: none.
 */
request: string, 
/**
 * "Is it inside?"; empty: not asked.
 */
address: string, };
export type CheckOutcome = { 
/**
 * When it ended, RFC 3339.
 */
at: string, 
/**
 * Whether all was as expected.
 */
green: boolean, 
/**
 * How many cells there were.
 */
cells: number, 
/**
 * Those that differ from what was expected.
 */
differences: Array<CheckDifference>, 
/**
 * Why it could not be run at all.
 */
problem: string | null, };
export type CheckPattern = { 
/**
 * The product that it is about.
 */
product: string, 
/**
 * The pattern, as typed.
 */
path: string, 
/**
 * What it is for.
 */
used_as: PatternUse, 
/**
 * A request to try, as `GET /rest/api/2/issue`; empty: none.
 */
request: string, };
export type CheckProvider = { 
/**
 * Which entry of the catalogue.
 */
preset: string, 
/**
 * What was typed, by input key.
 */
inputs: { [key in string]: string }, 
/**
 * The connection, where it is kept already: its proxy's password may be sealed.
 */
id: string | null, 
/**
 * How its calls leave this computer.
 */
settings: ConnectionSettings, 
/**
 * The proxy's password, as it is typed.
 */
proxy_password: TypedSecret | null, };
export type CheckedAddresses = { 
/**
 * What is to be said of single entries.
 */
notes: Array<AddressNote>, 
/**
 * The answer to the question.
 */
probe: AddressProbe, };
export type CheckedKey = { 
/**
 * What is wrong, by field: `owner`, `end`, `paths[0]`, `addresses[2]`.
 */
problems: Array<RuleProblem>, 
/**
 * When it would end, RFC 3339; absent: never, or not to be told.
 */
ends_at: string | null, 
/**
 * All of it in words.
 */
words: string, 
/**
 * Requests that are inside, and some near to them that are not.
 */
examples: Array<KeyExample>, 
/**
 * Whether the request that was tried is inside; absent: none was tried, or it is no request.
 */
request_inside: boolean | null, 
/**
 * Whether the address that was tried is inside.
 */
address: AddressProbe, };
export type CheckedOwner = { 
/**
 * In words: who it is, in which products, with how many keys.
 */
words: string, 
/**
 * Whether every product that was asked knows an active user of that name; absent: none could
 * be asked.
 */
known: boolean | null, 
/**
 * How many living keys there are.
 */
keys: number, };
export type CheckedPattern = { 
/**
 * What is wrong with it; empty: nothing.
 */
problem: string, 
/**
 * Requests that it matches.
 */
matches: Array<string>, 
/**
 * Requests near to it that it does not match.
 */
others: Array<string>, 
/**
 * Whether the request that was tried matches; absent: none was tried, or it is no request.
 */
request_matches: boolean | null, };
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
export type CheckedRules = { 
/**
 * What is wrong, each beside its field.
 */
problems: Array<RuleProblem>, 
/**
 * How many places differ from what the gateway runs, as far as is known.
 */
changes: number, };
export type Checks = { 
/**
 * In the order in which they were saved.
 */
checks: Array<SavedCheck>, };
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
export type ClientAuth = "basic" | "body" | "none" | "private-key-jwt";
export type ClipboardTime = { 
/**
 * From 10 to 600.
 */
seconds: number, };
export type Command<Request, Reply> = { request: Request, reply: Reply, };
export type Commands = { app_state: Command<Nothing, AppState>, set_theme: Command<SetTheme, AppState>, open_vault: Command<OpenVault, AppState>, retry_keychain: Command<Nothing, AppState>, open_page: Command<OpenPage, Nothing>, copy_text: Command<CopyText, Nothing>, create_environment: Command<CreateEnvironment, AppState>, change_environment: Command<ChangeEnvironment, AppState>, switch_environment: Command<EnvironmentId, AppState>, remove_environment: Command<RemoveEnvironment, AppState>, promote: Command<Promote, Promotion>, home: Command<AskHome, HomeState>, start_sandbox: Command<Nothing, AppState>, stop_sandbox: Command<Nothing, AppState>, settings: Command<Nothing, Settings>, save_network: Command<SaveNetwork, Settings>, set_clipboard_time: Command<ClipboardTime, Settings>, set_zoom: Command<SetZoom, AppState>, change_passphrase: Command<ChangePassphrase, AppState>, use_keychain: Command<Nothing, AppState>, open_data_folder: Command<Nothing, Nothing>, back_up: Command<WriteFile, WrittenFile>, restore_backup: Command<RestoreBackup, BackupFound>, forget_restore: Command<Nothing, Settings>, diagnostics: Command<Nothing, Diagnostics>, write_diagnostics: Command<WriteFile, WrittenFile>, licences: Command<Nothing, Licences>, quit: Command<Nothing, Nothing>, products: Command<Nothing, Products>, detect_product: Command<DetectProduct, DetectedProduct>, save_product: Command<SaveProduct, Product>, remove_product: Command<ProductId, Products>, check_directory: Command<ProductId, DirectoryCheck>, make_key_pair: Command<ProductId, KeyPair>, import_key_pair: Command<ImportKeyPair, KeyPair>, try_user: Command<TryUser, Tried>, catalogue: Command<Nothing, Catalogue>, providers: Command<Nothing, Providers>, check_provider: Command<CheckProvider, CheckedProvider>, save_provider: Command<SaveProvider, Provider>, remove_provider: Command<ProviderId, Providers>, make_client_key: Command<ProviderId, Provider>, import_connections: Command<ImportConnections, ImportedConnections>, export_connection: Command<ProviderId, ExportedConnection>, tokens: Command<Nothing, Tokens>, start_sign_in: Command<StartSignIn, SignIn>, start_device_sign_in: Command<ProviderId, SignIn>, cancel_sign_in: Command<SignInId, Nothing>, reopen_browser: Command<SignInId, SignIn>, paste_callback: Command<PasteCallback, SignIn>, fetch_client_credentials: Command<FetchClientCredentials, Token>, paste_token: Command<PasteToken, Token>, refresh_token: Command<TokenId, Token>, refresh_by_itself: Command<RefreshByItself, Token>, sign_out: Command<TokenId, SignedOut>, rename_token: Command<RenameToken, Token>, remove_token: Command<TokenId, Tokens>, copy_token: Command<TokenId, Copied>, show_token: Command<TokenId, ShownToken>, userinfo: Command<TokenId, Userinfo>, look_up_user: Command<LookUpUser, LookedUp>, save_username_rule: Command<SaveUsernameRule, Provider>, start_test: Command<StartTest, TestRun>, cancel_test: Command<TestRunId, Nothing>, test_endpoints: Command<Nothing, TestEndpoints>, save_endpoint: Command<OwnEndpoint, TestEndpoints>, remove_endpoint: Command<OwnEndpointId, TestEndpoints>, product_apis: Command<ProductId, ProductApis>, inspect_token: Command<InspectToken, InspectedToken>, create_and_delete: Command<CreateAndDelete, RoundTrip>, checks: Command<Nothing, Checks>, save_check: Command<SaveCheck, Checks>, remove_check: Command<CheckId, Checks>, run_checks: Command<RunChecks, Checks>, history: Command<HistoryQuery, HistoryPage>, history_entry: Command<HistoryId, HistoryEntry>, export_history: Command<ExportHistory, ExportedHistory>, history_limits: Command<Nothing, HistoryLimits>, set_history_limits: Command<HistoryLimits, HistoryLimits>, pair_gateway: Command<PairGateway, GatewayState>, unpair_gateway: Command<Nothing, AppState>, gateway_state: Command<Nothing, GatewayState>, difference: Command<Nothing, Difference>, publish: Command<Publish, Published>, simulate: Command<Simulate, Simulated>, resolve_merge: Command<ResolveMerge, Difference>, versions: Command<VersionsBefore, Versions>, compare_versions: Command<CompareVersions, ComparedVersions>, restore_version: Command<RestoreVersion, Published>, export_document: Command<ExportDocument, ExportedDocument>, import_document: Command<ImportDocument, ImportedDocument>, rules: Command<Nothing, RulesState>, refresh_rules: Command<Nothing, RulesState>, save_rules: Command<SaveRules, CheckedRules>, check_addresses: Command<CheckAddresses, CheckedAddresses>, check_pattern: Command<CheckPattern, CheckedPattern>, find_groups: Command<FindGroups, FoundGroups>, group_members: Command<GroupName, GroupMembers>, try_rules: Command<TryRules, TriedRules>, keep_expectation: Command<KeepExpectation, CheckedRules>, key_basis: Command<Nothing, KeyBasis>, keys: Command<ListKeys, ApiKeys>, key: Command<ApiKeyId, ApiKey>, check_key: Command<CheckKey, CheckedKey>, check_owner: Command<KeyOwner, CheckedOwner>, create_key: Command<NewKey, ApiKey>, rotate_keys: Command<RotateKeys, RotatedKeys>, revoke_keys: Command<ApiKeyIds, RevokedKeys>, leaked_keys: Command<LeakedText, LeakedKeys>, show_new_key: Command<ApiKeyId, ShownKey>, copy_new_keys: Command<ApiKeyIds, Copied>, forget_new_keys: Command<Nothing, Nothing>, decisions: Command<ListDecisions, Decisions>, traffic_figures: Command<TrafficSpan, TrafficFigures>, explain_decision: Command<ExplainDecision, ExplainedDecision>, explain_request: Command<ExplainRequest, ExplainedDecision>, };
export type CompareVersions = { 
/**
 * The older one.
 */
from: number, 
/**
 * The newer one.
 */
to: number, };
export type ComparedVersions = { 
/**
 * The document of the older one, TOML.
 */
from: string, 
/**
 * The document of the newer one, TOML.
 */
to: string, 
/**
 * What is different, in words.
 */
changes: Array<Change>, };
export type ConnectionSettings = { 
/**
 * Sends no proof key, for servers that refuse parameters they do not know.
 */
without_pkce: boolean, 
/**
 * Pushes the request before the browser opens even where that is not demanded.
 */
push: boolean, 
/**
 * Further parameters of the authorization request.
 */
authorization_params: Array<Parameter>, 
/**
 * Further parameters of the token request.
 */
token_params: Array<Parameter>, 
/**
 * Further parameters when a token is refreshed.
 */
refresh_params: Array<Parameter>, 
/**
 * Whom the client's assertions are for; empty takes the usual one.
 */
assertion_audience: string, 
/**
 * Through which proxy its calls go.
 */
proxy: ProxyChoice, 
/**
 * Certificates (PEM) that are trusted besides the system's; may be empty.
 */
ca_pem: string, 
/**
 * How the gateway verifies its tokens; none follows from the username rule.
 */
verification: Verification | null, 
/**
 * For whom tokens must be made, where the verification asks for it.
 */
verification_audience: Array<string>, };
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
export type CreateAndDelete = { 
/**
 * With which token.
 */
token_id: string, 
/**
 * In which product.
 */
product_id: string, 
/**
 * Which way.
 */
way: Way, 
/**
 * How the token is sent.
 */
credential: CredentialKind, 
/**
 * The user for Basic; none takes the one kept with the token.
 */
user: string | null, 
/**
 * A space's key, or a repository as KEY/slug; empty where nothing has to be named.
 */
place: string, 
/**
 * Whether a secret may travel unencrypted to a host that is not this computer.
 */
allow_plain_http: boolean, 
/**
 * Whether somebody else's secret may reach a host that it does not belong to.
 */
allow_foreign: boolean, };
export type CreateEnvironment = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Which colour the frame wears there.
 */
kind: EnvironmentKind, };
export type CredentialKind = "bearer" | "basic";
export type Decision = { 
/**
 * Its place in the order.
 */
sequence: number, 
/**
 * When, RFC 3339.
 */
at: string, 
/**
 * The id of the request.
 */
request_id: string, 
/**
 * `permit`, `abandoned` or a reason code.
 */
outcome: string, 
/**
 * How it looks.
 */
tone: Tone, 
/**
 * As whom it went on, or whom it claimed to be; empty: nobody.
 */
user: string, 
/**
 * The method.
 */
method: string, 
/**
 * The path relative to the product; empty where none was found.
 */
path: string, 
/**
 * The product; empty where none was found.
 */
product: string, 
/**
 * The client's address.
 */
address: string, 
/**
 * The kind of credential; empty: none.
 */
way: string, 
/**
 * The id of the API key; empty: none.
 */
key: string, 
/**
 * The rules that would have refused, were they not only reported.
 */
reported: Array<string>, 
/**
 * The status of the answer.
 */
status: number | null, 
/**
 * How long it all took.
 */
milliseconds: number | null, };
export type Decisions = { 
/**
 * The decisions.
 */
rows: Array<Decision>, 
/**
 * Ask for those before this place next; absent at the end.
 */
next: number | null, 
/**
 * When they were read, RFC 3339.
 */
read_at: string, };
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
export type DeviceCode = { 
/**
 * What to enter.
 */
user_code: string, 
/**
 * Where.
 */
verification_uri: string, 
/**
 * The same with the code in it, where the provider gives that.
 */
complete_uri: string | null, };
export type Diagnostics = { 
/**
 * The whole bundle, as it would be written.
 */
text: string, };
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
foreign_parts: boolean, 
/**
 * The tests of the rules, and how they went; none while the document is not valid.
 */
expectations: Array<ExpectationResult>, 
/**
 * What somebody else published meanwhile, beside what was made here.
 */
merge: Merge | null, };
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
export type Effect = "narrower" | "wider" | "mixed" | "none" | "unknown";
export type Ending = { 
/**
 * What it is.
 */
what: EndingKind, 
/**
 * Its name.
 */
name: string, 
/**
 * Whose it is, in a few words.
 */
whose: string, 
/**
 * In which environment, by id.
 */
environment: string, 
/**
 * When it ends, RFC 3339.
 */
at: string, };
export type EndingKind = "token" | "key";
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
revocation: string | null, 
/**
 * Where a sign-in on another device begins.
 */
device_authorization: string | null, 
/**
 * Where requests are pushed to first.
 */
par: string | null, };
export type Environment = { 
/**
 * Its id.
 */
id: string, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * Which colour the frame wears.
 */
kind: EnvironmentKind, };
export type EnvironmentGlance = { 
/**
 * Which one.
 */
environment: Environment, 
/**
 * Its steps.
 */
steps: Steps, 
/**
 * What its gateway runs, in a few words.
 */
gateway: string, 
/**
 * How its gateway is.
 */
gateway_mark: StepMark, 
/**
 * In how many places of the document what is here differs from what it ran when it was
 * looked at last; none without a gateway.
 */
differs: number | null, };
export type EnvironmentId = { 
/**
 * Its id.
 */
id: string, };
export type EnvironmentKind = "sandbox" | "staging" | "production";
export type ErrorCode = "invalid_input" | "not_found" | "cancelled" | "timed_out" | "dns" | "connect" | "tls" | "proxy" | "unexpected_answer" | "provider_refused" | "foreign_callback" | "port_taken" | "no_browser" | "credential_refused" | "account_locked" | "forbidden" | "keychain" | "wrong_passphrase" | "workspace" | "invalid_document" | "stale" | "config_from_file" | "unknown_secrets" | "not_paired" | "pairing_refused" | "plain_http" | "foreign_secret" | "would_write" | "internal";
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
export type ExpectationResult = { 
/**
 * What is expected, in words.
 */
name: string, 
/**
 * Who calls; empty: nobody.
 */
user: string, 
/**
 * Method and path, with the product before it.
 */
request: string, 
/**
 * `permit` or a reason.
 */
expected: string, 
/**
 * `permit` or a reason.
 */
found: string, 
/**
 * Whether both are the same.
 */
holds: boolean, 
/**
 * Whether the gateway does not run it yet.
 */
new: boolean, 
/**
 * What decided, in words.
 */
decided: string, };
export type ExpectedCell = { 
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
 * Which endpoint, as it was chosen.
 */
endpoint: string, 
/**
 * The verdict.
 */
verdict: Verdict, };
export type ExplainDecision = { 
/**
 * The decision.
 */
decision: Decision, };
export type ExplainRequest = { 
/**
 * The method.
 */
method: string, 
/**
 * What a client calls: a path of the gateway, or a whole address.
 */
path: string, 
/**
 * From where; empty: from here.
 */
address: string, 
/**
 * The user of Basic authentication; empty: the credential goes as Bearer.
 */
user: string, 
/**
 * A token that is kept here; empty: what was typed.
 */
token_id: string, 
/**
 * A key or token; empty: none.
 */
token: TypedSecret, };
export type ExplainedDecision = { 
/**
 * `permit`, `abandoned` or a reason code.
 */
outcome: string, 
/**
 * How it looks.
 */
tone: Tone, 
/**
 * In a sentence: what was decided, and why.
 */
words: string, 
/**
 * As whom it would reach the product; empty: nobody.
 */
user: string, 
/**
 * The status that a refusal has.
 */
status: number | null, 
/**
 * The version of the document by which it was judged; 0 is none.
 */
version: number, 
/**
 * The setting to change if another outcome is wanted; empty: none.
 */
setting: string, 
/**
 * What the rules in force now would say of a recorded request; empty: nothing else.
 */
now: string, 
/**
 * What each phase found.
 */
phases: Array<ExplainedPhase>, 
/**
 * The expectation that keeps it that way, where a rule decided.
 */
expectation: RuleExpectation | null, };
export type ExplainedPhase = { 
/**
 * Its name for people.
 */
name: string, 
/**
 * How it looks.
 */
mark: PhaseMark, 
/**
 * What it found, in a sentence.
 */
detail: string, 
/**
 * The setting behind it; empty: none.
 */
setting: string, };
export type ExplainedRefusal = { 
/**
 * The phase that refused: `verify`, `authorise` …
 */
phase: string, 
/**
 * Where the rule stands in the document: `access.groups_allowed`.
 */
setting: string | null, 
/**
 * What it says, in a sentence.
 */
words: string, };
export type ExportDocument = { 
/**
 * Where to.
 */
file: string, 
/**
 * Which version of the gateway's; absent: what is here.
 */
version: number | null, 
/**
 * Whether a file that is there is replaced.
 */
replace: boolean, };
export type ExportHistory = { 
/**
 * Which tests.
 */
filter: HistoryFilter, 
/**
 * As what.
 */
format: HistoryFormat, };
export type ExportedConnection = { 
/**
 * The text.
 */
text: string, };
export type ExportedDocument = { 
/**
 * Where to, in full.
 */
file: string, };
export type ExportedHistory = { 
/**
 * Where the file is.
 */
path: string, 
/**
 * How many tests it has.
 */
rows: number, };
export type Failed = { 
/**
 * What it is.
 */
what: FailedKind, 
/**
 * What failed, such as "Jira with fred's token".
 */
name: string, 
/**
 * Why, in a few words.
 */
why: string, 
/**
 * In which environment, by id.
 */
environment: string, 
/**
 * When, RFC 3339; empty where that is not known.
 */
at: string, };
export type FailedKey = { 
/**
 * Its id.
 */
id: string, 
/**
 * Why.
 */
message: string, 
/**
 * What to do.
 */
hint: string, };
export type FailedKind = "test" | "check" | "gateway";
export type FetchClientCredentials = { 
/**
 * At which provider.
 */
provider_id: string, };
export type FindGroups = { 
/**
 * In which product; empty: in all that have a directory.
 */
product: string, 
/**
 * A part of the name.
 */
search: string, };
export type FoundGroup = { 
/**
 * Its name.
 */
name: string, 
/**
 * The products that have it.
 */
products: Array<string>, 
/**
 * How many members it has in the product that has most, where one says so.
 */
members: number | null, };
export type FoundGroups = { 
/**
 * The groups.
 */
groups: Array<FoundGroup>, 
/**
 * Whether there are more than are shown.
 */
more: boolean, 
/**
 * Directories that did not answer, in words.
 */
unasked: Array<string>, };
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
export type GroupMember = { 
/**
 * The user name.
 */
name: string, 
/**
 * The name for people; empty where there is none.
 */
display_name: string, };
export type GroupMembers = { 
/**
 * The group.
 */
group: string, 
/**
 * Whether any directory has it; absent: none could be asked.
 */
exists: boolean | null, 
/**
 * The members, over all products that were asked.
 */
members: Array<GroupMember>, 
/**
 * How many there are, as far as was read.
 */
count: number, 
/**
 * Whether there are more.
 */
more: boolean, 
/**
 * Directories that did not answer, in words.
 */
unasked: Array<string>, };
export type GroupName = { 
/**
 * In which product; empty: in all that have a directory.
 */
product: string, 
/**
 * The group.
 */
group: string, };
export type Header = { 
/**
 * Its name as it came.
 */
name: string, 
/**
 * Its value, masked where it is a secret.
 */
value: string, };
export type HistoryEntry = { 
/**
 * As in the list.
 */
row: HistoryRow, 
/**
 * Which token; it may be gone.
 */
token_id: string, 
/**
 * Who it had to be.
 */
expected_user: string | null, 
/**
 * What came of it; the body is masked and cut at 16 KiB.
 */
result: TestResult, 
/**
 * The test before this one of the same token, product, way and endpoint.
 */
before: HistoryRow | null, };
export type HistoryFilter = { 
/**
 * Any of these verdicts.
 */
verdicts: Array<Verdict>, 
/**
 * A product's id.
 */
product: string | null, 
/**
 * A token's name.
 */
token: string | null, 
/**
 * Whom the product named.
 */
user: string | null, 
/**
 * Which way.
 */
way: Way | null, 
/**
 * Not before this, RFC 3339.
 */
since: string | null, 
/**
 * Before this, RFC 3339.
 */
until: string | null, 
/**
 * Words, or their beginnings, all of which have to be there.
 */
search: string, };
export type HistoryFormat = "csv" | "json";
export type HistoryId = { 
/**
 * Its number.
 */
id: number, };
export type HistoryLimits = { 
/**
 * At most so many tests.
 */
rows: number, 
/**
 * For at most so many days.
 */
days: number, };
export type HistoryPage = { 
/**
 * The tests, the newest first.
 */
rows: Array<HistoryRow>, 
/**
 * Where the next page begins; none at the end.
 */
next: string | null, 
/**
 * How many there are that the filter leaves; only with the first page.
 */
matching: number | null, 
/**
 * How many there are at all; only with the first page.
 */
kept: number | null, 
/**
 * The names of tokens that have a history; only with the first page.
 */
tokens: Array<string>, 
/**
 * The ids of products that have a history; only with the first page.
 */
products: Array<string>, };
export type HistoryQuery = { 
/**
 * Which tests.
 */
filter: HistoryFilter, 
/**
 * The `next` of the page before; none begins at the newest.
 */
after: string | null, 
/**
 * How many, 500 at most.
 */
limit: number, };
export type HistoryRow = { 
/**
 * Its number.
 */
id: number, 
/**
 * When, RFC 3339.
 */
at: string, 
/**
 * What the token is called.
 */
token: string, 
/**
 * The product's id.
 */
product: string, 
/**
 * Its kind.
 */
kind: ProductKind, 
/**
 * Which way.
 */
way: Way, 
/**
 * What was asked, in words.
 */
endpoint_label: string, 
/**
 * The method.
 */
method: string, 
/**
 * The path.
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
 * The verdict in one or two words.
 */
verdict_text: string, 
/**
 * How it is coloured.
 */
tone: Tone, 
/**
 * Whom the product took the caller for.
 */
user: string | null, 
/**
 * How long it took.
 */
milliseconds: number, 
/**
 * The saved check that it belongs to.
 */
check: string | null, };
export type HomeState = { 
/**
 * Every environment with its steps.
 */
environments: Array<EnvironmentGlance>, 
/**
 * What ends within thirty days, the soonest first.
 */
ending: Array<Ending>, 
/**
 * What failed lately, the newest first.
 */
failed: Array<Failed>, 
/**
 * Whether a sandbox that this window started runs.
 */
sandbox: SandboxState, };
export type ImportConnections = { 
/**
 * The file or the command; it may hold secrets.
 */
text: TypedSecret, 
/**
 * What it is written in; none finds out.
 */
format: ImportFormat | null, 
/**
 * Which one to keep, from 0; none only looks.
 */
take: number | null, };
export type ImportDocument = { 
/**
 * The document, TOML.
 */
text: string, 
/**
 * Whether it is taken over; else it is only looked at.
 */
take: boolean, };
export type ImportFormat = "postman" | "curl" | "connection";
export type ImportKeyPair = { 
/**
 * For which product.
 */
id: string, 
/**
 * The RSA private key, PEM.
 */
private_pem: TypedSecret, };
export type ImportedConnection = { 
/**
 * Where it stood; may be empty.
 */
place: string, 
/**
 * What it is called; may be empty.
 */
name: string, 
/**
 * The catalogue's entry that it becomes.
 */
preset: string, 
/**
 * That entry's name.
 */
preset_name: string, 
/**
 * How tokens are got, where that was said.
 */
grant: string | null, 
/**
 * What was read, by name.
 */
facts: Array<Parameter>, 
/**
 * Which secrets came with it, in words.
 */
secrets: Array<string>, 
/**
 * What was not taken over, and what else to know.
 */
notes: Array<string>, 
/**
 * Whether it can be kept.
 */
usable: boolean, };
export type ImportedConnections = { 
/**
 * In the order in which they stand there.
 */
connections: Array<ImportedConnection>, 
/**
 * The one that was kept.
 */
taken: Provider | null, };
export type ImportedDocument = { 
/**
 * What would be different here.
 */
changes: Array<Change>, 
/**
 * Products and providers of it that are made here and stay as they are.
 */
kept: Array<string>, 
/**
 * Products and providers of it that are not here and come with it.
 */
added: Array<string>, 
/**
 * Whether it was taken over.
 */
taken: boolean, };
export type InspectToken = { 
/**
 * A kept token.
 */
token_id: string | null, 
/**
 * What was typed, where it is not kept.
 */
secret: TypedSecret | null, 
/**
 * Where it would be sent; none when that is not known.
 */
product_id: string | null, 
/**
 * Which way it would be sent.
 */
way: Way | null, };
export type InspectedToken = { 
/**
 * What it is: "A JSON Web Token".
 */
label: string, 
/**
 * What a JSON Web Token says of itself; nobody has verified it.
 */
facts: Array<TokenFact>, 
/**
 * What speaks against it, the worst first.
 */
judgements: Array<TokenJudgement>, 
/**
 * The warning about a host that it does not belong to.
 */
foreign: string | null, };
export type KeepExpectation = { 
/**
 * What is expected.
 */
expectation: RuleExpectation, };
export type KeyBasis = { 
/**
 * How the gateway calls the one who asks.
 */
me: string, 
/**
 * Whether the role permits to make and revoke keys.
 */
may_change: boolean, 
/**
 * The role.
 */
role: string, 
/**
 * The longest life of a key, as a duration or `never`.
 */
max_lifetime: string, 
/**
 * How many living keys one person may have.
 */
max_per_user: number, 
/**
 * Whether the gateway accepts API keys at all.
 */
accepted: boolean, 
/**
 * The products of the document in force.
 */
products: Array<KeyProduct>, };
export type KeyEnd = { "ends": "never" } | { "ends": "after", 
/**
 * How many.
 */
count: number, 
/**
 * Of what.
 */
unit: KeyUnit, };
export type KeyExample = { 
/**
 * Method and path.
 */
request: string, 
/**
 * Whether the key is good for it.
 */
inside: boolean, };
export type KeyOwner = { 
/**
 * The user name.
 */
owner: string, };
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
export type KeyProduct = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * What it is.
 */
kind: ProductKind, 
/**
 * What clients call, as far as is known here.
 */
url: string, };
export type KeyUnit = "hours" | "days" | "weeks" | "months";
export type LeakedKeys = { 
/**
 * Keys of this gateway, as they are now.
 */
keys: Array<ApiKey>, 
/**
 * The ids of those that were good until now.
 */
revoked: Array<string>, 
/**
 * How many more look like keys and are none of this gateway's.
 */
unknown: number, };
export type LeakedText = { 
/**
 * The text.
 */
text: TypedSecret, };
export type Leftover = { 
/**
 * What it is.
 */
what: string, 
/**
 * Where to find it, when that is known.
 */
url: string | null, 
/**
 * Whether it is certainly there; otherwise nobody knows.
 */
certain: boolean, };
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
export type Licences = { 
/**
 * The licence of the program itself and of what it is made of, as text.
 */
text: string, };
export type LinkField = { 
/**
 * Its label there.
 */
label: string, 
/**
 * What to enter.
 */
value: string, };
export type ListDecisions = { 
/**
 * Only those before this place: the `next` of the page before.
 */
before: number | null, 
/**
 * Only of this user; empty: of anybody.
 */
user: string, 
/**
 * Only of this request; empty: of any.
 */
request_id: string, 
/**
 * `permit`, `refused` for all refusals, or a reason code; empty: any.
 */
outcome: string, 
/**
 * Only to this product; empty: to any.
 */
product: string, 
/**
 * Only from this time on, RFC 3339; empty: from the beginning.
 */
since: string, 
/**
 * Only before this time, RFC 3339; empty: until now.
 */
until: string, 
/**
 * At most so many.
 */
limit: number, };
export type ListKeys = { 
/**
 * A part of name, owner or shown beginning; empty: any.
 */
search: string, 
/**
 * Only this owner's; empty: anybody's.
 */
owner: string, 
/**
 * Only of this kind.
 */
kind: ApiKeyKind | null, 
/**
 * Only in this state.
 */
state: ApiKeyState | null, 
/**
 * Only those that end within so many days from now.
 */
ends_within_days: number | null, 
/**
 * The order.
 */
sort: ApiKeySort, 
/**
 * The other way round.
 */
descending: boolean, 
/**
 * The `next` of the page before.
 */
after: string | null, 
/**
 * At most so many.
 */
limit: number, };
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
export type Merge = { 
/**
 * The version that what is here was made against.
 */
base_version: number, 
/**
 * The version that runs now.
 */
their_version: number, 
/**
 * Who published it, and when.
 */
their_published: string, 
/**
 * What they said of it.
 */
their_comment: string, 
/**
 * Whether places wait for a choice; else theirs was taken in beside what is here.
 */
open: boolean, 
/**
 * Every place that one of both changed.
 */
places: Array<MergePlace>, };
export type MergeChoice = { 
/**
 * Which place.
 */
path: string, 
/**
 * What is taken.
 */
take: MergeTake, };
export type MergePlace = { 
/**
 * Where: `settings.keys.max_lifetime`, `products.jira`.
 */
path: string, 
/**
 * What it is, in words.
 */
title: string, 
/**
 * What they changed.
 */
theirs: Array<Change>, 
/**
 * What was changed here.
 */
yours: Array<Change>, 
/**
 * Whether both changed it, and not to the same.
 */
clash: boolean, 
/**
 * Whether both can be taken: it is a list.
 */
list: boolean, };
export type MergeTake = "theirs" | "yours" | "both";
export type NewKey = { 
/**
 * The user as whom it will act.
 */
owner: string, 
/**
 * What its owner calls it.
 */
name: string, 
/**
 * In which header form it will be good.
 */
kind: ApiKeyKind, 
/**
 * When it ends.
 */
end: KeyEnd, 
/**
 * How often it may be used.
 */
max_uses: number | null, 
/**
 * Whether it may only read.
 */
read_only: boolean, 
/**
 * The products for which it is good; empty: all.
 */
products: Array<string>, 
/**
 * The requests for which it is good, methods in front of the pattern; empty: all.
 */
paths: Array<string>, 
/**
 * The addresses from which it is good; empty: all.
 */
addresses: Array<string>, };
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
export type OwnEndpoint = { 
/**
 * Its id; none makes a new one.
 */
id: string | null, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * Whose it is; none is for all.
 */
product: ProductKind | null, 
/**
 * The method.
 */
method: string, 
/**
 * The path below the product, with its query.
 */
path: string, 
/**
 * Headers besides the credential.
 */
headers: Array<Header>, 
/**
 * The body; none sends none.
 */
body: string | null, };
export type OwnEndpointId = { 
/**
 * Its id.
 */
id: string, };
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
export type Parameter = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value.
 */
value: string, };
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
export type PatternPreset = { 
/**
 * For which kind of product.
 */
kind: ProductKind, 
/**
 * What for.
 */
used_as: PatternUse, 
/**
 * The pattern.
 */
path: string, 
/**
 * What it is, in words.
 */
says: string, };
export type PatternUse = "public" | "bypass";
export type PhaseMark = "passed" | "refused" | "reported" | "skipped";
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
export type ProductApis = { 
/**
 * Which product.
 */
product_id: string, 
/**
 * The names of the families that are certainly not there.
 */
absent: Array<string>, };
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
export type Promote = { 
/**
 * Where they come from.
 */
from: string, 
/**
 * Where they go.
 */
into: string, 
/**
 * Whether it is done; else only what would change is told.
 */
take: boolean, 
/**
 * Whether sealed secrets that are missing there are copied as well.
 */
with_secrets: boolean, };
export type Promotion = { 
/**
 * What would be different in the target, in words.
 */
changes: Array<Change>, 
/**
 * Products of both: the target keeps its own addresses and accounts.
 */
products_kept: Array<string>, 
/**
 * Products that the target lacks: they have to be added there with their own addresses.
 */
products_missing: Array<string>, 
/**
 * Providers that are taken over without their secrets.
 */
providers: Array<string>, 
/**
 * Secrets that the target lacks and the source has, by what they are for.
 */
secrets: Array<string>, 
/**
 * Whether it was done.
 */
taken: boolean, };
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
username: UsernameRule | null, 
/**
 * What most connections leave as it is.
 */
settings: ConnectionSettings, 
/**
 * The public half of the client's key, a JSON Web Key to be registered; none without a key.
 */
client_key: string | null, 
/**
 * Whether a password for the proxy is sealed here.
 */
proxy_password_kept: boolean, };
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
export type ProxyChoice = { "kind": "system" } | { "kind": "none" } | { "kind": "set", 
/**
 * Where it is: `http://proxy.example.com:3128`.
 */
url: string, 
/**
 * The user name that it asks for; may be empty.
 */
user: string, 
/**
 * Hosts that are reached directly.
 */
bypass: Array<string>, };
export type ProxySetting = { "use": "system" } | { "use": "none" } | { "use": "set", 
/**
 * Its address.
 */
url: string, 
/**
 * The user name that it asks for; empty for none.
 */
user: string, 
/**
 * Whether a password is sealed here.
 */
password_kept: boolean, 
/**
 * Hosts that are reached directly.
 */
bypass: Array<string>, };
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
export type RedirectRule = { 
/**
 * "127.0.0.1" or "localhost".
 */
host: string, 
/**
 * The path, possibly empty.
 */
path: string, 
/**
 * Whether the port is registered with it.
 */
port_is_registered: boolean, 
/**
 * The port to propose, where it has to be a fixed one.
 */
proposed_port: number | null, };
export type RefreshByItself = { 
/**
 * Its id.
 */
id: string, 
/**
 * Whether it is.
 */
on: boolean, };
export type RefusedGrant = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Why, in a sentence.
 */
reason: string, 
/**
 * What to do instead.
 */
hint: string, };
export type RemoveEnvironment = { 
/**
 * Which one.
 */
id: string, 
/**
 * Its name, typed.
 */
typed: string, };
export type RenameToken = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its new name.
 */
name: string, };
export type ReportedRule = "groups" | "read_only" | "addresses" | "rate" | "public";
export type ResolveMerge = { 
/**
 * The version that runs, as it was looked at.
 */
their_version: number, 
/**
 * One for each place that both changed.
 */
choices: Array<MergeChoice>, };
export type RestoreBackup = { 
/**
 * The whole path.
 */
file: string, 
/**
 * Whether it is laid ready for the next start; else only what it holds is told.
 */
take: boolean, };
export type RestoreVersion = { 
/**
 * Which one.
 */
version: number, 
/**
 * The version that runs, as it was looked at; another one there is a conflict.
 */
expect_version: number, };
export type RevokedKeys = { 
/**
 * Those that were not revoked before.
 */
revoked: Array<string>, };
export type RotateKeys = { 
/**
 * Which.
 */
ids: Array<string>, 
/**
 * For how many hours the old ones stay good beside the new ones.
 */
overlap_hours: number, };
export type RotatedKeys = { 
/**
 * The new keys; each can be shown until it is forgotten.
 */
made: Array<ApiKey>, 
/**
 * Those that were not replaced.
 */
failed: Array<FailedKey>, };
export type RoundTrip = { 
/**
 * The steps that were taken, in their order.
 */
steps: Array<RoundTripStep>, 
/**
 * What may still be there.
 */
left: Leftover | null, 
/**
 * Whether everything went well and nothing was left.
 */
good: boolean, 
/**
 * The same in a sentence.
 */
message: string, };
export type RoundTripOffer = { 
/**
 * In which kind.
 */
product: ProductKind, 
/**
 * What is created: "a page in the space".
 */
creates: string, 
/**
 * What has to be named as the place: "Space"; none where nothing has to.
 */
place: string | null, 
/**
 * What the place looks like; may be empty.
 */
example: string, };
export type RoundTripStep = { 
/**
 * What it does: "Delete it".
 */
title: string, 
/**
 * Whether it did what it should.
 */
done: boolean, 
/**
 * The request and its answer, as for any test.
 */
result: TestResult, };
export type RuleAccess = { 
/**
 * Only members of these groups; empty: everybody.
 */
groups_allowed: Array<string>, 
/**
 * Members of these groups read and do not write.
 */
groups_read_only: Array<string>, 
/**
 * Only members of these groups make keys; empty: everybody who may call.
 */
groups_may_create_keys: Array<string>, 
/**
 * Only these addresses; empty: all.
 */
addresses_allowed: Array<string>, 
/**
 * Proxies whose word on the caller's address is believed.
 */
trusted_proxies: Array<string>, 
/**
 * How many requests from one caller, as `600/m`; empty: any number.
 */
per_caller: string, 
/**
 * How many requests from one address; empty: any number.
 */
per_address: string, 
/**
 * How many wrong credentials from one address are looked at; empty: as usual.
 */
failures_per_address: string, 
/**
 * How many wrong credentials with one user name are looked at; empty: as usual.
 */
failures_per_user: string, 
/**
 * Rules that are only reported.
 */
report_only: Array<RuleReportOnly>, 
/**
 * Paths that need a credential although anonymous requests pass.
 */
public: Array<RulePath>, 
/**
 * Paths that are not checked here.
 */
bypass: Array<RulePath>, };
export type RuleExpectation = { 
/**
 * What is expected, in words.
 */
name: string, 
/**
 * Who calls; empty: nobody.
 */
user: string, 
/**
 * The caller's groups.
 */
groups: Array<string>, 
/**
 * From where; may be empty where no rule limits addresses.
 */
address: string, 
/**
 * To which product.
 */
product: string, 
/**
 * Method and path.
 */
request: string, 
/**
 * `permit` or a reason.
 */
outcome: string, };
export type RulePath = { 
/**
 * The product.
 */
product: string, 
/**
 * The pattern; methods may lead.
 */
path: string, };
export type RuleProblem = { 
/**
 * Which field: `access.addresses_allowed[3]`, `products.jira.access.groups_allowed`.
 */
path: string, 
/**
 * What is wrong.
 */
message: string, 
/**
 * What would be right.
 */
hint: string, };
export type RuleProduct = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is called.
 */
title: string, 
/**
 * What it is.
 */
kind: ProductKind, 
/**
 * Whether groups can be looked up from here.
 */
directory: boolean, };
export type RuleReportOnly = { 
/**
 * Which rule.
 */
rule: ReportedRule, 
/**
 * Until when, RFC 3339 in UTC.
 */
until: string, };
export type RuleSettings = { 
/**
 * Whether credentials are checked at all.
 */
authentication: boolean, 
/**
 * Whether nobody writes.
 */
read_only: boolean, 
/**
 * Whether a request without a credential passes as nobody.
 */
anonymous_passes: boolean, 
/**
 * Whether API keys are accepted.
 */
api_keys: boolean, 
/**
 * Whether tokens of the providers are accepted.
 */
oauth: boolean, 
/**
 * Whether user name and password are passed on.
 */
basic_auth: boolean, 
/**
 * Users whose password is passed on all the same.
 */
basic_exceptions: Array<string>, 
/**
 * Whether the products' own tokens are passed on.
 */
product_tokens: boolean, 
/**
 * Whether people may make keys for themselves.
 */
users_may_create_keys: boolean, 
/**
 * The longest life of a key, as a duration or `never`.
 */
max_lifetime: string, 
/**
 * How many living keys one person may have.
 */
max_per_user: string, };
export type Rules = { 
/**
 * What holds for the whole gateway.
 */
settings: RuleSettings, 
/**
 * Who may call any product, from where, and what.
 */
access: RuleAccess, 
/**
 * Rules of single products.
 */
products: Array<RulesOfProduct>, 
/**
 * Tests of the rules themselves.
 */
expect: Array<RuleExpectation>, 
/**
 * How long the audit is kept, as a duration.
 */
audit_keep: string, 
/**
 * How long kinds of requests are kept, so that other rules can be tried on them.
 */
audit_facts: string, };
export type RulesOfProduct = { 
/**
 * The product.
 */
id: string, 
/**
 * Only members of these groups; empty: everybody.
 */
groups_allowed: Array<string>, 
/**
 * Members of these groups read and do not write.
 */
groups_read_only: Array<string>, 
/**
 * Only these addresses; empty: all.
 */
addresses_allowed: Array<string>, };
export type RulesState = { 
/**
 * The rules.
 */
rules: Rules, 
/**
 * How they stand.
 */
check: CheckedRules, 
/**
 * The products that rules can be about.
 */
products: Array<RuleProduct>, 
/**
 * Patterns that are often wanted.
 */
presets: Array<PatternPreset>, 
/**
 * The version of the gateway's document that they were made against; 0 is none.
 */
based_on: number, 
/**
 * Whether the gateway runs other rules meanwhile that touch the same places.
 */
conflict: boolean, };
export type RunChecks = { 
/**
 * Which; all when empty.
 */
ids: Array<string>, };
export type SandboxPerson = { 
/**
 * The name to sign in with.
 */
user: string, 
/**
 * The password, which is no secret.
 */
password: string, 
/**
 * What is special about them.
 */
note: string, };
export type SandboxState = { "state": "absent", 
/**
 * Where it was looked for.
 */
looked_in: string, } | { "state": "ready" } | { "state": "running", 
/**
 * Whom one can sign in as.
 */
people: Array<SandboxPerson>, };
export type SaveCheck = { 
/**
 * Its id; none makes a new one.
 */
id: string | null, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * What it asks.
 */
test: StartTest, 
/**
 * What has to come of which cell; the others have to be good.
 */
expected: Array<ExpectedCell>, 
/**
 * How often it runs while the app is open, from 1 minute to a week.
 */
every_minutes: number | null, };
export type SaveNetwork = { 
/**
 * Which proxy.
 */
proxy: ProxySetting, 
/**
 * The password that it asks for; none leaves the sealed one alone.
 */
proxy_password: TypedSecret | null, 
/**
 * Certificates that are trusted beside those of the system, PEM.
 */
ca_pem: string, };
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
redirect: RedirectChoice, 
/**
 * What most connections leave as it is.
 */
settings: ConnectionSettings, 
/**
 * A private key to sign with, PEM or JWK; none leaves the sealed one alone.
 */
client_key: TypedSecret | null, 
/**
 * The proxy's password; none leaves the sealed one alone.
 */
proxy_password: TypedSecret | null, };
export type SaveRules = { 
/**
 * All of them.
 */
rules: Rules, };
export type SaveUsernameRule = { 
/**
 * Of which provider.
 */
provider_id: string, 
/**
 * The rule.
 */
rule: UsernameRule, };
export type SavedCheck = { 
/**
 * Its id.
 */
id: string, 
/**
 * What the admin calls it.
 */
name: string, 
/**
 * What it asks.
 */
test: StartTest, 
/**
 * What has to come of which cell; the others have to be good.
 */
expected: Array<ExpectedCell>, 
/**
 * How often it runs while the app is open; none runs it only when asked.
 */
every_minutes: number | null, 
/**
 * When it runs next, RFC 3339.
 */
next_at: string | null, 
/**
 * Whether it runs now.
 */
running: boolean, 
/**
 * What came of it last.
 */
last: CheckOutcome | null, };
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
export type SetZoom = { 
/**
 * From 50 to 200.
 */
percent: number, };
export type Settings = { 
/**
 * The proxy for outgoing calls.
 */
proxy: ProxySetting, 
/**
 * Certificates that are trusted beside those of the system, PEM; empty where there are none.
 */
ca_pem: string, 
/**
 * How many certificates these are.
 */
ca_count: number, 
/**
 * After how many seconds a copied secret leaves the clipboard.
 */
clipboard_seconds: number, 
/**
 * Where everything is kept.
 */
data_dir: string, 
/**
 * Whether a backup waits to be put in place with the next start.
 */
restore_waits: boolean, };
export type ShownKey = { 
/**
 * The key.
 */
secret: string, };
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
 * What to enter on another device, where the sign-in happens there.
 */
device: DeviceCode | null, 
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
export type SignedOut = { 
/**
 * The tokens that are left.
 */
tokens: Array<Token>, 
/**
 * What was done, in a sentence.
 */
message: string, };
export type Simulate = { 
/**
 * Those of so many hours; 0: all that are recorded.
 */
hours: number, };
export type Simulated = { 
/**
 * Requests that were looked at.
 */
requests: number, 
/**
 * Requests that pass and would be refused.
 */
refused: Array<SimulatedDifference>, 
/**
 * Requests that are refused and would pass.
 */
allowed: Array<SimulatedDifference>, 
/**
 * Requests that could not be judged, by why not.
 */
not_judged: Array<SimulatedRest>, 
/**
 * Requests that would be refused for another reason than now.
 */
refused_otherwise: number, 
/**
 * Requests beyond the lists.
 */
more: number, 
/**
 * The first hour that was looked at, RFC 3339.
 */
since: string, 
/**
 * Whether everything recorded was looked at.
 */
complete: boolean, };
export type SimulatedDifference = { 
/**
 * The user; empty: nobody showed a name.
 */
user: string, 
/**
 * The kind of program.
 */
client: string, 
/**
 * The product.
 */
product: string, 
/**
 * The reason of the refusal that comes, or that goes.
 */
reason: string, 
/**
 * What the rule says.
 */
detail: string, 
/**
 * The setting that does it: `access.groups_read_only`; empty where none does.
 */
setting: string, 
/**
 * How many requests.
 */
requests: number, 
/**
 * Some of them: "POST /rest/api/2/issue from 10.1.2.3".
 */
examples: Array<string>, };
export type SimulatedRest = { 
/**
 * Why not.
 */
detail: string, 
/**
 * How many.
 */
requests: number, };
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
 * What is asked: `who_am_i` or another purpose, a preset's id, `own:` and the id of an own
 * endpoint, or a path below the product. None asks who the caller is.
 */
endpoints: Array<string>, 
/**
 * Who it must be; none takes whoever it is.
 */
expected_user: string | null, 
/**
 * Whether each token must work as its owner, where nobody else is expected and the owner is
 * known: the user of Basic, or what the provider's username rule reads.
 */
expect_owner: boolean, 
/**
 * Whether a secret may travel unencrypted to a host that is not this computer.
 */
allow_plain_http: boolean, 
/**
 * Whether somebody else's secret may reach a host that it does not belong to.
 */
allow_foreign: boolean, 
/**
 * Whether requests may be sent that can change something.
 */
allow_writes: boolean, };
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
 * Which endpoint, as it was chosen.
 */
endpoint: string, 
/**
 * What came of it.
 */
result: TestResult, };
export type TestEndpoints = { 
/**
 * The purposes, each of which stands for the first preset of its kind in each product.
 */
purposes: Array<TestPurpose>, 
/**
 * The presets.
 */
presets: Array<TestPreset>, 
/**
 * What the admin made.
 */
own: Array<OwnEndpoint>, 
/**
 * What may be created and deleted again.
 */
round_trips: Array<RoundTripOffer>, };
export type TestPreset = { 
/**
 * A name that stays: `jira.my-issues`.
 */
id: string, 
/**
 * What a person reads.
 */
label: string, 
/**
 * Whose it is.
 */
product: ProductKind, 
/**
 * The family of endpoints that it belongs to, in words.
 */
family: string, 
/**
 * The method.
 */
method: string, 
/**
 * The path; what has to be filled in stands in braces.
 */
path: string, 
/**
 * Headers that it needs.
 */
headers: Array<Header>, 
/**
 * A JSON body.
 */
body: string | null, 
/**
 * Whether something has to be filled in first.
 */
has_inputs: boolean, };
export type TestPurpose = { 
/**
 * `who_am_i`, `content` …
 */
id: string, 
/**
 * What a person reads.
 */
label: string, 
/**
 * The kinds of product that have it.
 */
products: Array<ProductKind>, 
/**
 * The family of endpoints that it belongs to, in words.
 */
family: string, };
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
 * The method.
 */
method: string, 
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
 * Whom it should have named; none where anybody would do.
 */
expected_user: string | null, 
/**
 * The gateway's reason code, where it refused.
 */
gateway_reason: string | null, 
/**
 * The rule that refused, where the gateway told it.
 */
explained: ExplainedRefusal | null, 
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
legs: Array<Leg>, 
/**
 * Who issued it, where that is known.
 */
issuer: string | null, 
/**
 * When it was last sent anywhere from here, RFC 3339.
 */
last_used: string | null, 
/**
 * Whether it is refreshed by itself before it ends.
 */
refresh_by_itself: boolean, 
/**
 * Why it was not refreshed by itself, when that failed last.
 */
refresh_problem: string | null, 
/**
 * Whether its provider takes tokens back.
 */
can_sign_out: boolean, };
export type TokenFact = { 
/**
 * "Issuer", "Ends" …
 */
name: string, 
/**
 * Its value.
 */
value: string, };
export type TokenId = { 
/**
 * Its id.
 */
id: string, };
export type TokenJudgement = { 
/**
 * What it would lead to.
 */
verdict: Verdict, 
/**
 * The claim that says so; empty where it is the form.
 */
claim: string, 
/**
 * What is wrong.
 */
words: string, 
/**
 * What to do.
 */
hint: string, };
export type TokenOrigin = "authorization_code" | "client_credentials" | "device_code" | "pasted";
export type Tokens = { 
/**
 * The newest first.
 */
tokens: Array<Token>, };
export type Tone = "good" | "warning" | "bad" | "unknown";
export type TrafficBucket = { 
/**
 * From when, RFC 3339.
 */
at: string, 
/**
 * Requests that were forwarded.
 */
allowed: number, 
/**
 * Requests that were refused.
 */
refused: number, };
export type TrafficCount = { 
/**
 * The name.
 */
name: string, 
/**
 * How often.
 */
requests: number, };
export type TrafficFigures = { 
/**
 * From when, RFC 3339.
 */
since: string, 
/**
 * Until when, RFC 3339.
 */
until: string, 
/**
 * How long each bucket is.
 */
bucket_seconds: number, 
/**
 * Requests by time, the oldest first, without gaps.
 */
buckets: Array<TrafficBucket>, 
/**
 * How many were allowed.
 */
allowed: number, 
/**
 * How many were refused.
 */
refused: number, 
/**
 * Refusals by reason, the most frequent first.
 */
reasons: Array<TrafficCount>, 
/**
 * Users by requests, the busiest first.
 */
callers: Array<TrafficCount>, 
/**
 * Half of the forwarded requests were answered within so many milliseconds.
 */
p50: number | null, 
/**
 * Nine of ten.
 */
p90: number | null, 
/**
 * Ninety-nine of a hundred.
 */
p99: number | null, 
/**
 * Whether every request of that time is counted; if not, the newest are.
 */
complete: boolean, };
export type TrafficSpan = { 
/**
 * How many minutes back from now.
 */
minutes: number, };
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
export type TriedRules = { 
/**
 * `permit` or a reason.
 */
outcome: string, 
/**
 * Every rule that was looked at and had a say, in words.
 */
steps: Array<string>, };
export type TryRules = { 
/**
 * The request; its name and outcome are not looked at.
 */
expectation: RuleExpectation, };
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
export type Verification = "userinfo" | "github_token_check" | "introspection" | "jwt";
export type VersionEntry = { 
/**
 * Its number.
 */
version: number, 
/**
 * When it was published, RFC 3339.
 */
at: string, 
/**
 * By whom.
 */
by: string, 
/**
 * What they said of it.
 */
comment: string, };
export type Versions = { 
/**
 * The versions.
 */
versions: Array<VersionEntry>, 
/**
 * What to ask for next; absent: there are no more.
 */
next: number | null, 
/**
 * The version that runs.
 */
runs: number, };
export type VersionsBefore = { 
/**
 * Only those before this one; absent: from the newest.
 */
before: number | null, };
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
export type WriteFile = { 
/**
 * The whole path; empty takes a name of its own in the downloads.
 */
file: string, };
export type WrittenFile = { 
/**
 * Its whole path.
 */
file: string, };
