//! The list of all commands: the one place that names them.

use crate::{
    AppState, Catalogue, CheckProvider, CheckedProvider, Copied, CopyText, DetectProduct,
    DetectedProduct, Difference, DirectoryCheck, FetchClientCredentials, GatewayState,
    ImportKeyPair, KeyPair, LookUpUser, LookedUp, Nothing, OpenPage, OpenVault, PairGateway,
    PasteCallback, PasteToken, Product, ProductId, Products, Provider, ProviderId, Providers,
    Publish, Published, RenameToken, SaveProduct, SaveProvider, SaveUsernameRule, SetTheme,
    ShownToken, SignIn, SignInId, StartSignIn, StartTest, TestRun, TestRunId, Token, TokenId,
    Tokens, Tried, TryUser, Userinfo,
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

            tokens(Nothing) -> Tokens;
            start_sign_in(StartSignIn) -> SignIn;
            cancel_sign_in(SignInId) -> Nothing;
            reopen_browser(SignInId) -> SignIn;
            paste_callback(PasteCallback) -> SignIn;
            fetch_client_credentials(FetchClientCredentials) -> Token;
            paste_token(PasteToken) -> Token;
            refresh_token(TokenId) -> Token;
            rename_token(RenameToken) -> Token;
            remove_token(TokenId) -> Tokens;
            copy_token(TokenId) -> Copied;
            show_token(TokenId) -> ShownToken;

            userinfo(TokenId) -> Userinfo;
            look_up_user(LookUpUser) -> LookedUp;
            save_username_rule(SaveUsernameRule) -> Provider;

            start_test(StartTest) -> TestRun;
            cancel_test(TestRunId) -> Nothing;

            pair_gateway(PairGateway) -> GatewayState;
            unpair_gateway(Nothing) -> AppState;
            gateway_state(Nothing) -> GatewayState;
            difference(Nothing) -> Difference;
            publish(Publish) -> Published;
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
