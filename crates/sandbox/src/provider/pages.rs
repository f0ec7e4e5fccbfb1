//! Signing in and consenting: two forms, one after the other.

use std::collections::HashMap;

use http::StatusCode;
use time::{Duration, OffsetDateTime};

use crate::html::{self, escape};
use crate::people::{self, PEOPLE};
use crate::random;
use crate::reply::Reply;
use crate::request::{Incoming, first};

/// How long a person may take over both forms.
const PATIENCE: Duration = Duration::minutes(30);

/// What somebody is asked to agree to.
struct Interaction<R> {
    asked: R,
    client: String,
    scopes: Vec<String>,
    person: Option<usize>,
    expires: OffsetDateTime,
}

/// The forms that are open in browsers; `R` is what is answered when the second one is sent.
///
/// There is deliberately no session cookie: each login asks anew, so that a test can be any person.
pub(crate) struct Interactions<R> {
    site: &'static str,
    sign_in_path: String,
    consent_path: String,
    open: HashMap<String, Interaction<R>>,
}

/// How the second form ended.
pub(crate) enum Consent<R> {
    Allowed { asked: R, person: usize },
    Denied { asked: R },
}

impl<R> Interactions<R> {
    pub(crate) fn new(site: &'static str, sign_in_path: &str, consent_path: &str) -> Self {
        Self {
            site,
            sign_in_path: sign_in_path.to_owned(),
            consent_path: consent_path.to_owned(),
            open: HashMap::new(),
        }
    }

    /// Opens the first form.
    pub(crate) fn begin(
        &mut self,
        asked: R,
        client: &str,
        scopes: &[String],
        hint: Option<&str>,
        now: OffsetDateTime,
    ) -> Reply {
        self.open.retain(|_, interaction| interaction.expires > now);
        let id = random::token();
        let interaction = Interaction {
            asked,
            client: client.to_owned(),
            scopes: scopes.to_vec(),
            person: None,
            expires: now + PATIENCE,
        };
        self.open.insert(id.clone(), interaction);
        self.sign_in_page(StatusCode::OK, &id, hint.unwrap_or_default(), "")
    }

    /// The first form came back.
    pub(crate) fn sign_in(&mut self, incoming: &Incoming, now: OffsetDateTime) -> Reply {
        let value = |name| first(&incoming.form, name).unwrap_or_default();
        let id = value("interaction");
        let Some(interaction) = self.open.get_mut(id).filter(|open| open.expires > now) else {
            return self.gone();
        };
        interaction.person = people::sign_in(value("username").trim(), value("password"));
        if interaction.person.is_none() {
            let problem = "Incorrect username or password.";
            return self.sign_in_page(StatusCode::OK, id, value("username"), problem);
        }
        self.consent_page(id)
    }

    /// The second form came back; an `Err` is a page that says why it does not count.
    pub(crate) fn consent(
        &mut self,
        incoming: &Incoming,
        now: OffsetDateTime,
    ) -> Result<Consent<R>, Box<Reply>> {
        let id = first(&incoming.form, "interaction").unwrap_or_default();
        let ready = self
            .open
            .get(id)
            .is_some_and(|open| open.expires > now && open.person.is_some());
        let Some(Interaction {
            asked,
            person: Some(person),
            ..
        }) = ready.then(|| self.open.remove(id)).flatten()
        else {
            return Err(Box::new(self.gone()));
        };
        if first(&incoming.form, "decision") == Some("allow") {
            return Ok(Consent::Allowed { asked, person });
        }
        Ok(Consent::Denied { asked })
    }

    /// The form on which somebody types the code that a device shows.
    pub(crate) fn user_code_page(&self, action: &str, code: &str, problem: &str) -> Reply {
        let content = format!(
            "{}<form method=\"post\" action=\"{}\"><label for=\"user_code\">Code shown on the device</label>\
             <input id=\"user_code\" name=\"user_code\" value=\"{}\" autocomplete=\"off\" required autofocus>\
             <button class=\"primary\" id=\"continue\" type=\"submit\">Continue</button></form>",
            problem_note(problem),
            escape(action),
            escape(code),
        );
        html::page(StatusCode::OK, self.site, "Connect a device", &content)
    }

    /// A page without a form.
    pub(crate) fn note(&self, status: StatusCode, title: &str, text: &str) -> Reply {
        html::page(
            status,
            self.site,
            title,
            &format!("<p>{}</p>", escape(text)),
        )
    }

    fn gone(&self) -> Reply {
        let text = "This sign-in is over or was never begun. Start again from the application.";
        self.note(StatusCode::BAD_REQUEST, "Start again", text)
    }

    fn sign_in_page(&self, status: StatusCode, id: &str, username: &str, problem: &str) -> Reply {
        let client = self.open.get(id).map_or("", |open| open.client.as_str());
        let content = format!(
            "{}<form method=\"post\" action=\"{}\"><p class=\"muted\">to continue to <strong>{}</strong></p>\
             <input type=\"hidden\" name=\"interaction\" value=\"{}\">\
             <label for=\"username\">Username or email address</label>\
             <input id=\"username\" name=\"username\" value=\"{}\" autocomplete=\"username\" required autofocus>\
             <label for=\"password\">Password</label>\
             <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required>\
             <button class=\"primary\" id=\"sign-in\" type=\"submit\">Sign in</button></form>\
             <p class=\"muted\">A password is the name in lower case followed by <code>-password</code>, \
             as in <code>fred-password</code>.</p>",
            problem_note(problem),
            escape(&self.sign_in_path),
            escape(client),
            escape(id),
            escape(username),
        );
        html::page(status, self.site, "Sign in", &content)
    }

    fn consent_page(&self, id: &str) -> Reply {
        let Some(interaction) = self.open.get(id) else {
            return self.gone();
        };
        let person = interaction
            .person
            .map_or("", |index| PEOPLE[index].username);
        let mut scopes = String::new();
        for scope in &interaction.scopes {
            scopes.push_str("<li><code>");
            scopes.push_str(&escape(scope));
            scopes.push_str("</code></li>");
        }
        let content = format!(
            "<p><strong>{}</strong> wants to access the account of <strong>{}</strong>.</p><ul>{scopes}</ul>\
             <form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"interaction\" value=\"{}\">\
             <button class=\"primary\" id=\"allow\" name=\"decision\" value=\"allow\" type=\"submit\">Authorize</button>\
             <button id=\"deny\" name=\"decision\" value=\"deny\" type=\"submit\">Cancel</button></form>",
            escape(&interaction.client),
            escape(person),
            escape(&self.consent_path),
            escape(id),
        );
        html::page(StatusCode::OK, self.site, "Authorize access", &content)
    }
}

fn problem_note(problem: &str) -> String {
    if problem.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"problem\" role=\"alert\">{}</p>",
        escape(problem)
    )
}
