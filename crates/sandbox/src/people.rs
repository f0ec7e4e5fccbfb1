//! The people of the sandbox: who they are at the identity provider and in each product.

/// How somebody stands in one product's directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// May sign in and use it.
    User,
    /// Is there and active, but no group lets them use the product.
    NoAccess,
    /// Is there and switched off.
    Inactive,
    /// Was there; only an administrator still finds the traces.
    Deleted,
    /// Was never there.
    Missing,
}

/// One person.
pub(crate) struct Person {
    /// The name at the identity provider, spelt as it is shown there.
    pub(crate) username: &'static str,
    pub(crate) display_name: &'static str,
    /// The address at the identity provider.
    pub(crate) email: &'static str,
    /// Whether GitHub keeps the address to itself.
    pub(crate) email_is_private: bool,
    pub(crate) groups: &'static [&'static str],
    /// The name in the products' directories.
    pub(crate) directory_name: Option<&'static str>,
    /// The address in the products' directories, where it is another one.
    pub(crate) directory_email: Option<&'static str>,
    pub(crate) jira: Standing,
    pub(crate) confluence: Standing,
    pub(crate) bitbucket: Standing,
    pub(crate) administrator: bool,
    /// What is special about this person.
    pub(crate) note: &'static str,
}

impl Person {
    pub(crate) fn password(&self) -> String {
        format!("{}-password", self.username.to_lowercase())
    }

    pub(crate) fn directory_email(&self) -> &'static str {
        self.directory_email.unwrap_or(self.email)
    }

    /// The opaque and lasting subject of this person at the `OpenID` Connect face.
    pub(crate) fn subject(index: usize) -> String {
        format!("8f1c0e5a-0000-4000-8000-{:012}", index + 1)
    }
}

const fn everywhere(
    username: &'static str,
    display_name: &'static str,
    email: &'static str,
) -> Person {
    Person {
        username,
        display_name,
        email,
        email_is_private: false,
        groups: &["staff"],
        directory_name: Some(username),
        directory_email: None,
        jira: Standing::User,
        confluence: Standing::User,
        bitbucket: Standing::User,
        administrator: false,
        note: "",
    }
}

/// The name of the account with which a gateway looks people up; it is in every product and nowhere else.
pub(crate) const SERVICE_ACCOUNT: &str = "svc-gatewright";

/// Everybody whom the identity provider knows.
pub(crate) const PEOPLE: [Person; 15] = [
    Person {
        groups: &["staff", "developers"],
        administrator: true,
        note: "May do everything in all three products, which are administered with this account.",
        ..everywhere("fred", "Fred Flintstone", "fred@example.com")
    },
    Person {
        groups: &["staff", "developers"],
        note: "No trap: an ordinary user of all three products.",
        ..everywhere("barney", "Barney Rubble", "barney@example.com")
    },
    Person {
        groups: &["staff", "developers"],
        directory_name: Some("jdoe"),
        note: "The provider spells the name JDoe, the directories jdoe.",
        ..everywhere("JDoe", "Jane Doe", "jane.doe@example.com")
    },
    Person {
        directory_email: Some("wilma@corp.example.com"),
        note: "The e-mail address at the provider is not the one in the directories.",
        ..everywhere("wilma", "Wilma Slate", "wilma.slate@example.com")
    },
    Person {
        directory_name: Some("pearl@example.com"),
        note: "The directories use the e-mail address as the user name.",
        ..everywhere("pearl", "Pearl Slaghoople", "pearl@example.com")
    },
    Person {
        bitbucket: Standing::Missing,
        note: "Is not in Bitbucket.",
        ..everywhere("dino", "Dino Rockhead", "dino@example.com")
    },
    Person {
        jira: Standing::Inactive,
        note: "Is inactive in Jira.",
        ..everywhere("bambam", "Bamm-Bamm Rubble", "bambam@example.com")
    },
    Person {
        note: "Shares the display name, and in the directories the e-mail address, with jsmith2.",
        ..everywhere("jsmith", "John Smith", "john.smith@example.com")
    },
    Person {
        directory_email: Some("john.smith@example.com"),
        note: "Shares the display name, and in the directories the e-mail address, with jsmith.",
        ..everywhere("jsmith2", "John Smith", "john.smith2@example.com")
    },
    Person {
        directory_name: None,
        jira: Standing::Missing,
        confluence: Standing::Missing,
        bitbucket: Standing::Missing,
        note: "Is known to the provider and to none of the products.",
        ..everywhere("gazoo", "The Great Gazoo", "gazoo@example.com")
    },
    Person {
        jira: Standing::Deleted,
        confluence: Standing::Deleted,
        bitbucket: Standing::Deleted,
        note: "Has left: deleted in all three products, still known to the provider.",
        ..everywhere("arnold", "Arnold Granite", "arnold@example.com")
    },
    Person {
        groups: &["contractors"],
        note: "A contractor: in the group contractors and not in staff.",
        ..everywhere("mallory", "Mallory Pike", "mallory@contractor.example.net")
    },
    Person {
        groups: &["staff", "developers"],
        note: "Bitbucket's slug, anna_b, is not the user name.",
        ..everywhere("anna+b", "Anna Betty", "anna.betty@example.com")
    },
    Person {
        email_is_private: true,
        note: "A display name beyond ASCII, and an e-mail address that GitHub keeps private.",
        ..everywhere("bjorn", "Björn Ångström 山田", "bjorn@example.com")
    },
    Person {
        jira: Standing::NoAccess,
        confluence: Standing::NoAccess,
        bitbucket: Standing::NoAccess,
        note: "Is in every directory and may use none of the products.",
        ..everywhere("slate", "George Slate", "slate@example.com")
    },
];

/// Where in [`PEOPLE`] the person stands who signs in so; the provider does not look at the case.
pub(crate) fn sign_in(username: &str, password: &str) -> Option<usize> {
    PEOPLE.iter().position(|person| {
        let named = person.username.eq_ignore_ascii_case(username)
            || person.email.eq_ignore_ascii_case(username);
        named && person.password() == password
    })
}
