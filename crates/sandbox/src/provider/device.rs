//! The device grant (RFC 8628): a code that is typed elsewhere, and polling until it was.

use time::{Duration, OffsetDateTime};

use crate::random;

/// How long a person has to type the code.
pub(crate) const LIFETIME: Duration = Duration::minutes(15);

enum Decision {
    Pending,
    Allowed(usize),
    Denied,
}

struct Device {
    secret_code: String,
    user_code: String,
    client: String,
    scopes: Vec<String>,
    expires: OffsetDateTime,
    interval: i64,
    polled: Option<OffsetDateTime>,
    decision: Decision,
}

/// The devices that wait.
#[derive(Default)]
pub(crate) struct Devices(Vec<Device>);

/// What a device is told.
pub(crate) enum Poll {
    Allowed { person: usize, scopes: Vec<String> },
    Denied,
    Pending,
    SlowDown { interval: i64 },
    Expired,
    Unknown,
}

impl Devices {
    /// A new device code with its user code.
    pub(crate) fn begin(
        &mut self,
        client: &str,
        scopes: Vec<String>,
        interval: i64,
        now: OffsetDateTime,
    ) -> (String, String) {
        let (device_code, user_code) = (random::alphanumeric(40), random::user_code());
        self.0.push(Device {
            secret_code: device_code.clone(),
            user_code: user_code.clone(),
            client: client.to_owned(),
            scopes,
            expires: now + LIFETIME,
            interval,
            polled: None,
            decision: Decision::Pending,
        });
        (device_code, user_code)
    }

    /// The client and the scopes behind a user code, typed in whatever way.
    pub(crate) fn waiting(
        &self,
        typed: &str,
        now: OffsetDateTime,
    ) -> Option<(String, String, Vec<String>)> {
        let letters = |text: &str| -> String {
            text.chars()
                .filter(char::is_ascii_alphabetic)
                .map(|letter| letter.to_ascii_uppercase())
                .collect()
        };
        let wanted = letters(typed);
        let device = self.0.iter().find(|device| {
            letters(&device.user_code) == wanted
                && device.expires > now
                && matches!(device.decision, Decision::Pending)
        })?;
        Some((
            device.user_code.clone(),
            device.client.clone(),
            device.scopes.clone(),
        ))
    }

    /// Somebody decided; `None` is a refusal.
    pub(crate) fn decide(&mut self, user_code: &str, person: Option<usize>) {
        if let Some(device) = self
            .0
            .iter_mut()
            .find(|device| device.user_code == user_code)
        {
            device.decision = person.map_or(Decision::Denied, Decision::Allowed);
        }
    }

    /// A device asks; a code that was redeemed or refused is unknown from then on.
    pub(crate) fn poll(&mut self, device_code: &str, client: &str, now: OffsetDateTime) -> Poll {
        let found = self
            .0
            .iter()
            .position(|device| device.secret_code == device_code && device.client == client);
        let Some(index) = found else {
            return Poll::Unknown;
        };
        let device = &mut self.0[index];
        if device.expires <= now {
            return Poll::Expired;
        }
        let early = device
            .polled
            .is_some_and(|last| now - last < Duration::seconds(device.interval));
        device.polled = Some(now);
        match device.decision {
            Decision::Allowed(person) => {
                let scopes = device.scopes.clone();
                self.0.swap_remove(index);
                Poll::Allowed { person, scopes }
            }
            Decision::Denied => {
                self.0.swap_remove(index);
                Poll::Denied
            }
            Decision::Pending if early => {
                device.interval += 5;
                Poll::SlowDown {
                    interval: device.interval,
                }
            }
            Decision::Pending => Poll::Pending,
        }
    }
}
