//! The list of all commands: the one place that names them.

use crate::{
    ApiKey, ApiKeyId, ApiKeyIds, ApiKeys, AppState, AskHome, BackupFound, Catalogue,
    ChangeEnvironment, ChangePassphrase, CheckAddresses, CheckId, CheckKey, CheckPattern,
    CheckProvider, CheckedAddresses, CheckedKey, CheckedOwner, CheckedPattern, CheckedProvider,
    CheckedRules, Checks, ClipboardTime, CompareVersions, ComparedVersions, Copied, CopyText,
    CreateAndDelete, CreateEnvironment, Decisions, DetectProduct, DetectedProduct, Diagnostics,
    Difference, DirectoryCheck, EnvironmentId, ExplainDecision, ExplainRequest, ExplainedDecision,
    ExportDocument, ExportHistory, ExportedConnection, ExportedDocument, ExportedHistory,
    FetchClientCredentials, FindGroups, FoundGroups, GatewayState, GroupMembers, GroupName,
    HistoryEntry, HistoryId, HistoryLimits, HistoryPage, HistoryQuery, HomeState,
    ImportConnections, ImportDocument, ImportKeyPair, ImportedConnections, ImportedDocument,
    InspectToken, InspectedToken, KeepExpectation, KeyBasis, KeyOwner, KeyPair, LeakedKeys,
    LeakedText, Licences, ListDecisions, ListKeys, LookUpUser, LookedUp, NewKey, Nothing, OpenPage,
    OpenVault, OwnEndpoint, OwnEndpointId, PairGateway, PasteCallback, PasteToken, Product,
    ProductApis, ProductId, Products, Promote, Promotion, Provider, ProviderId, Providers, Publish,
    Published, RefreshByItself, RemoveEnvironment, RenameToken, ResolveMerge, RestoreBackup,
    RestoreVersion, RevokedKeys, RotateKeys, RotatedKeys, RoundTrip, RulesState, RunChecks,
    SaveCheck, SaveNetwork, SaveProduct, SaveProvider, SaveRules, SaveUsernameRule, SetTheme,
    SetZoom, Settings, ShownKey, ShownToken, SignIn, SignInId, SignedOut, Simulate, Simulated,
    StartSignIn, StartTest, TestEndpoints, TestRun, TestRunId, Token, TokenId, Tokens,
    TrafficFigures, TrafficSpan, Tried, TriedRules, TryRules, TryUser, Userinfo, Versions,
    VersionsBefore, WriteFile, WrittenFile,
};

/// Hands the list of commands to a macro: `name(Request) -> Reply` each.
///
/// The macro is called with all of them at once, so that adapters, permissions and the TypeScript
/// type come from here and nowhere else. The types are named through `$crate` of this crate.
#[macro_export]
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            app_state(Nothing) -> AppState;
            set_theme(SetTheme) -> AppState;
            open_vault(OpenVault) -> AppState;
            retry_keychain(Nothing) -> AppState;
            open_page(OpenPage) -> Nothing;
            copy_text(CopyText) -> Nothing;

            create_environment(CreateEnvironment) -> AppState;
            change_environment(ChangeEnvironment) -> AppState;
            switch_environment(EnvironmentId) -> AppState;
            remove_environment(RemoveEnvironment) -> AppState;
            promote(Promote) -> Promotion;
            home(AskHome) -> HomeState;
            start_sandbox(Nothing) -> AppState;
            stop_sandbox(Nothing) -> AppState;
            settings(Nothing) -> Settings;
            save_network(SaveNetwork) -> Settings;
            set_clipboard_time(ClipboardTime) -> Settings;
            set_zoom(SetZoom) -> AppState;
            change_passphrase(ChangePassphrase) -> AppState;
            use_keychain(Nothing) -> AppState;
            open_data_folder(Nothing) -> Nothing;
            back_up(WriteFile) -> WrittenFile;
            restore_backup(RestoreBackup) -> BackupFound;
            forget_restore(Nothing) -> Settings;
            diagnostics(Nothing) -> Diagnostics;
            write_diagnostics(WriteFile) -> WrittenFile;
            licences(Nothing) -> Licences;
            quit(Nothing) -> Nothing;

            products(Nothing) -> Products;
            detect_product(DetectProduct) -> DetectedProduct;
            save_product(SaveProduct) -> Product;
            remove_product(ProductId) -> Products;
            check_directory(ProductId) -> DirectoryCheck;
            make_key_pair(ProductId) -> KeyPair;
            import_key_pair(ImportKeyPair) -> KeyPair;
            try_user(TryUser) -> Tried;

            catalogue(Nothing) -> Catalogue;
            providers(Nothing) -> Providers;
            check_provider(CheckProvider) -> CheckedProvider;
            save_provider(SaveProvider) -> Provider;
            remove_provider(ProviderId) -> Providers;
            make_client_key(ProviderId) -> Provider;
            import_connections(ImportConnections) -> ImportedConnections;
            export_connection(ProviderId) -> ExportedConnection;

            tokens(Nothing) -> Tokens;
            start_sign_in(StartSignIn) -> SignIn;
            start_device_sign_in(ProviderId) -> SignIn;
            cancel_sign_in(SignInId) -> Nothing;
            reopen_browser(SignInId) -> SignIn;
            paste_callback(PasteCallback) -> SignIn;
            fetch_client_credentials(FetchClientCredentials) -> Token;
            paste_token(PasteToken) -> Token;
            refresh_token(TokenId) -> Token;
            refresh_by_itself(RefreshByItself) -> Token;
            sign_out(TokenId) -> SignedOut;
            rename_token(RenameToken) -> Token;
            remove_token(TokenId) -> Tokens;
            copy_token(TokenId) -> Copied;
            show_token(TokenId) -> ShownToken;

            userinfo(TokenId) -> Userinfo;
            look_up_user(LookUpUser) -> LookedUp;
            save_username_rule(SaveUsernameRule) -> Provider;

            start_test(StartTest) -> TestRun;
            cancel_test(TestRunId) -> Nothing;
            test_endpoints(Nothing) -> TestEndpoints;
            save_endpoint(OwnEndpoint) -> TestEndpoints;
            remove_endpoint(OwnEndpointId) -> TestEndpoints;
            product_apis(ProductId) -> ProductApis;
            inspect_token(InspectToken) -> InspectedToken;
            create_and_delete(CreateAndDelete) -> RoundTrip;
            checks(Nothing) -> Checks;
            save_check(SaveCheck) -> Checks;
            remove_check(CheckId) -> Checks;
            run_checks(RunChecks) -> Checks;
            history(HistoryQuery) -> HistoryPage;
            history_entry(HistoryId) -> HistoryEntry;
            export_history(ExportHistory) -> ExportedHistory;
            history_limits(Nothing) -> HistoryLimits;
            set_history_limits(HistoryLimits) -> HistoryLimits;

            pair_gateway(PairGateway) -> GatewayState;
            unpair_gateway(Nothing) -> AppState;
            gateway_state(Nothing) -> GatewayState;
            difference(Nothing) -> Difference;
            publish(Publish) -> Published;
            simulate(Simulate) -> Simulated;
            resolve_merge(ResolveMerge) -> Difference;
            versions(VersionsBefore) -> Versions;
            compare_versions(CompareVersions) -> ComparedVersions;
            restore_version(RestoreVersion) -> Published;
            export_document(ExportDocument) -> ExportedDocument;
            import_document(ImportDocument) -> ImportedDocument;

            rules(Nothing) -> RulesState;
            refresh_rules(Nothing) -> RulesState;
            save_rules(SaveRules) -> CheckedRules;
            check_addresses(CheckAddresses) -> CheckedAddresses;
            check_pattern(CheckPattern) -> CheckedPattern;
            find_groups(FindGroups) -> FoundGroups;
            group_members(GroupName) -> GroupMembers;
            try_rules(TryRules) -> TriedRules;
            keep_expectation(KeepExpectation) -> CheckedRules;

            key_basis(Nothing) -> KeyBasis;
            keys(ListKeys) -> ApiKeys;
            key(ApiKeyId) -> ApiKey;
            check_key(CheckKey) -> CheckedKey;
            check_owner(KeyOwner) -> CheckedOwner;
            create_key(NewKey) -> ApiKey;
            rotate_keys(RotateKeys) -> RotatedKeys;
            revoke_keys(ApiKeyIds) -> RevokedKeys;
            leaked_keys(LeakedText) -> LeakedKeys;
            show_new_key(ApiKeyId) -> ShownKey;
            copy_new_keys(ApiKeyIds) -> Copied;
            forget_new_keys(Nothing) -> Nothing;

            decisions(ListDecisions) -> Decisions;
            traffic_figures(TrafficSpan) -> TrafficFigures;
            explain_decision(ExplainDecision) -> ExplainedDecision;
            explain_request(ExplainRequest) -> ExplainedDecision;
        }
    };
}

macro_rules! names_and_types {
    ($($name:ident($request:ty) -> $reply:ty;)*) => {
        /// The name of every command.
        pub const COMMAND_NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Every command as TypeScript sees it; the root of the exported bindings.
        #[derive(ts_rs::TS)]
        #[expect(dead_code, reason = "only its TypeScript form is used")]
        pub struct Commands {
            $($name: Command<$request, $reply>,)*
        }
    };
}

/// One command: what it takes and what it gives.
#[derive(ts_rs::TS)]
#[expect(dead_code, reason = "only its TypeScript form is used")]
pub struct Command<Request, Reply> {
    request: Request,
    reply: Reply,
}

with_commands!(names_and_types);
