//! Every view that the tour comes by, by name.

/// A view in a state.
#[derive(Debug)]
pub struct Scene {
    /// Its name, which is the name of its pictures; the part before the first hyphen is its chapter.
    pub name: &'static str,
    /// What there is to see.
    pub shows: &'static str,
}

impl Scene {
    /// The chapter that it belongs to.
    pub fn chapter(&self) -> &'static str {
        self.name
            .split_once('-')
            .map_or(self.name, |(chapter, _)| chapter)
    }
}

const fn scene(name: &'static str, shows: &'static str) -> Scene {
    Scene { name, shows }
}

/// Every view, in the order of the tour.
pub const SCENES: &[Scene] = &[
    scene("empty-home", "The first start"),
    scene("empty-products", "No product yet"),
    scene("empty-product-refused", "An address where nobody answers"),
    scene("empty-product-found", "A product was found"),
    scene("empty-provider", "The catalogue of providers"),
    scene("empty-provider-form", "The form of a provider"),
    scene("empty-token", "No token, no provider"),
    scene("empty-token-paste", "A pasted token is recognised"),
    scene("empty-username", "The username without a token"),
    scene("empty-test", "Nothing to test"),
    scene("empty-publish", "No gateway is paired"),
    scene("empty-rules", "Access rules without a gateway"),
    scene("empty-history", "No test was made"),
    scene("empty-settings", "Settings"),
    scene("empty-palette", "The command palette"),
    scene("empty-palette-nothing", "The palette finds nothing"),
    scene("empty-shortcuts", "The list of shortcuts"),
    scene("vault-create", "No keychain: a vault is made"),
    scene("vault-settings", "Settings without a keychain"),
    scene("vault-kept", "Secrets are sealed with a passphrase"),
    scene("vault-unlock", "The vault is locked"),
    scene("vault-wrong", "A wrong passphrase"),
    scene(
        "home-connected",
        "Products, provider and gateway are connected",
    ),
    scene("products-kept", "A connected product"),
    scene("products-remove", "Asking before a product is removed"),
    scene("provider-kept", "A connected provider"),
    scene("token-none", "No token yet"),
    scene("token-waiting", "A sign-in is under way"),
    scene("token-refused", "The person refused"),
    scene("token-kept", "A token"),
    scene("username-tree", "The username is chosen and looked up"),
    scene("username-raw", "The raw answer"),
    scene("publish-first", "The first publication"),
    scene("publish-done", "It was published"),
    scene(
        "test-direct",
        "A provider's token is refused by the products themselves",
    ),
    scene("test-through", "The same token through the gateway"),
    scene("test-whoever", "Somebody else was expected"),
    scene("test-endpoints", "The menu of endpoints"),
    scene("test-endpoint", "An endpoint of one's own"),
    scene("test-check", "Saving a check"),
    scene("test-checks", "Saved checks"),
    scene("history-rows", "Tests that were made"),
    scene("history-detail", "A test with its answer"),
    scene("history-nothing", "No test matches"),
    scene("history-limits", "How long the history is kept"),
    scene("keys-empty", "No key yet"),
    scene("keys-form", "A key is made"),
    scene("keys-created", "A key is shown this once"),
    scene("keys-list", "Keys"),
    scene("keys-detail", "What a key may do and how it was used"),
    scene("keys-leaked", "Pasting a leaked key"),
    scene("traffic-list", "Recent decisions"),
    scene("traffic-trace", "Why a request was decided like that"),
    scene("traffic-nothing", "No decision matches"),
    scene("tokens-list", "Tokens that are kept"),
    scene("tokens-nothing", "No token matches"),
    scene("environments-menu", "The menu of environments"),
    scene("environments-create", "Another environment"),
    scene("settings-all", "Settings with everything connected"),
    scene("home-in-use", "Everything runs"),
    scene("rules-none", "No rule yet"),
    scene("rules-picker", "Groups of the directories"),
    scene("rules-members", "Who would that be?"),
    scene("rules-filled", "Groups and addresses"),
    scene("rules-mistakes", "Addresses with mistakes"),
    scene("rules-path", "A pattern with what it matches"),
    scene("rules-try", "A request is tried"),
    scene("rules-product", "The rules of one product"),
    scene("rules-loud", "Authentication is switched off"),
    scene("changes-list", "What would be published"),
    scene("changes-one", "The difference in one column"),
    scene("changes-mistakes", "A mistake is named beside its field"),
    scene("changes-export", "The document as TOML"),
    scene("changes-import", "A document that is not one"),
    scene("changes-versions", "Versions"),
    scene("offline-publish", "The gateway is silent"),
    scene("offline-rules", "Rules of a silent gateway"),
    scene("offline-test", "A test through a silent gateway"),
    scene("offline-home", "Home with a silent gateway"),
];

/// The pictures that the guide shows: light, of these views.
pub const GUIDE: &[&str] = &[
    "empty-home",
    "empty-product-found",
    "empty-provider",
    "token-waiting",
    "token-kept",
    "username-tree",
    "test-through",
    "test-whoever",
    "publish-first",
    "rules-filled",
    "rules-path",
    "changes-list",
    "keys-form",
    "traffic-list",
    "history-rows",
];
