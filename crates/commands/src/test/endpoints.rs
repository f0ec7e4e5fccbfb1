//! What a test may ask for: purposes, presets and the admin's own endpoints.

use gatewright_atlassian::{ApiFamily, Endpoint, Preset, ProductKind, Purpose, presets};
use gatewright_http::is_secret_name;
use gatewright_wire as wire;
use gatewright_wire::{Nothing, OwnEndpoint, OwnEndpointId, TestEndpoints, WireError};
use gatewright_workspace as kept;

use super::round_trip::offers;
use crate::app::{App, random_id};
use crate::convert;
use crate::errors::{self, invalid, not_found};

/// The choice that every product has.
pub(super) const WHO_AM_I: &str = "who_am_i";
/// In front of the id of an own endpoint.
const OWN: &str = "own:";

/// The purposes beside who-am-I, in the order in which they are offered.
const PURPOSES: [(Purpose, &str, &str); 6] = [
    (Purpose::Content, "content", "List content"),
    (Purpose::Mine, "mine", "What is mine"),
    (Purpose::Search, "search", "Search"),
    (Purpose::ServiceDesk, "service_desk", "Service desks"),
    (Purpose::Boards, "boards", "Boards"),
    (Purpose::Administration, "administration", "Administration"),
];

/// An endpoint as it was chosen for all products.
pub(super) enum Chosen {
    /// Who the caller is.
    WhoAmI,
    /// The first preset of a purpose.
    Purpose(Purpose),
    /// One preset of one product.
    Preset(ProductKind, &'static Preset),
    /// The admin's own.
    Own(Box<kept::OwnEndpoint>),
    /// A path that was typed.
    Path(String),
}

impl Chosen {
    /// Reads a choice.
    pub(super) fn find(id: &str, own: &[kept::OwnEndpoint]) -> Result<Self, WireError> {
        if id == WHO_AM_I {
            return Ok(Self::WhoAmI);
        }
        if let Some(id) = id.strip_prefix(OWN) {
            return own
                .iter()
                .find(|endpoint| endpoint.id == id)
                .map(|endpoint| Self::Own(Box::new(endpoint.clone())))
                .ok_or_else(|| not_found("endpoint", id));
        }
        if let Some((purpose, ..)) = PURPOSES.iter().find(|(_, name, _)| *name == id) {
            return Ok(Self::Purpose(*purpose));
        }
        for kind in ProductKind::ALL {
            if let Some(preset) = presets(kind).iter().find(|preset| preset.id == id) {
                return Ok(Self::Preset(kind, preset));
            }
        }
        Endpoint::parse(id).map_err(|error| errors::endpoint(&error))?;
        Ok(Self::Path(id.to_owned()))
    }

    /// The family of endpoints that it needs at a product, where that is known.
    pub(super) fn family(&self, kind: ProductKind) -> Option<ApiFamily> {
        match self {
            Self::Purpose(purpose) => first_of(kind, *purpose).map(|preset| preset.family),
            Self::Preset(_, preset) => Some(preset.family),
            Self::WhoAmI | Self::Own(_) | Self::Path(_) => None,
        }
    }

    /// What it means at a product: its name and what is asked; none where the product has no such
    /// thing.
    pub(super) fn at(
        &self,
        kind: ProductKind,
    ) -> Result<Option<(String, Option<Endpoint>)>, WireError> {
        Ok(match self {
            Self::WhoAmI => Some(("Who am I".to_owned(), None)),
            Self::Purpose(purpose) => first_of(kind, *purpose)
                .map(|preset| {
                    asked(preset).map(|endpoint| (preset.label.to_owned(), Some(endpoint)))
                })
                .transpose()?,
            Self::Preset(whose, _) if *whose != kind => None,
            Self::Preset(_, preset) => Some((preset.label.to_owned(), Some(asked(preset)?))),
            Self::Own(own) if !is_for(own, kind) => None,
            Self::Own(own) => Some((own.name.clone(), Some(own_endpoint(own)?))),
            Self::Path(path) => Some((
                path.clone(),
                Some(Endpoint::parse(path).map_err(|error| errors::endpoint(&error))?),
            )),
        })
    }
}

fn first_of(kind: ProductKind, purpose: Purpose) -> Option<&'static Preset> {
    presets(kind)
        .iter()
        .find(|preset| preset.purpose == purpose && preset.inputs.is_empty())
}

fn asked(preset: &Preset) -> Result<Endpoint, WireError> {
    preset.endpoint(&[]).map_err(|error| {
        invalid(
            "endpoints",
            format!("{}: {error}", preset.label),
            "Make an endpoint of your own from it and fill it in there.",
        )
    })
}

fn is_for(own: &kept::OwnEndpoint, kind: ProductKind) -> bool {
    own.product.as_deref().is_none_or(|id| id == kind.id())
}

fn own_endpoint(own: &kept::OwnEndpoint) -> Result<Endpoint, WireError> {
    let refused = |field: &'static str| {
        move |error: gatewright_atlassian::EndpointError| WireError {
            field: Some(field.to_owned()),
            ..errors::endpoint(&error)
        }
    };
    let method = own.method.trim().to_ascii_uppercase();
    let mut endpoint =
        Endpoint::parse(&format!("{method} {}", own.path.trim())).map_err(refused("path"))?;
    let mut media_type = None;
    for (name, value) in &own.headers {
        if name.eq_ignore_ascii_case("content-type") {
            media_type = Some(value.as_str());
        } else {
            endpoint = endpoint
                .with_header(name.trim(), value.trim())
                .map_err(refused("headers"))?;
        }
    }
    match own.body.as_deref().filter(|body| !body.trim().is_empty()) {
        None => Ok(endpoint),
        Some(body) => match media_type {
            Some(other) if !other.trim_start().starts_with("application/json") => {
                endpoint.with_raw(other, body)
            }
            Some(_) | None => endpoint.with_json(body),
        }
        .map_err(refused("body")),
    }
}

impl App {
    /// What a test may ask for.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn test_endpoints(&self, _: Nothing) -> Result<TestEndpoints, WireError> {
        self.endpoints_shown()
    }

    /// Keeps an endpoint of the admin's own.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn save_endpoint(&self, request: OwnEndpoint) -> Result<TestEndpoints, WireError> {
        let name = request.name.trim();
        if name.is_empty() {
            return Err(invalid(
                "name",
                "The endpoint has no name.",
                "Give it one by which you know it again.",
            ));
        }
        if let Some(header) = request
            .headers
            .iter()
            .find(|header| is_secret_name(&header.name))
        {
            return Err(invalid(
                "headers",
                format!(
                    "{} holds a secret, and endpoints are kept in clear.",
                    header.name
                ),
                "Leave it out: the credential under test is sent by itself.",
            ));
        }
        let own = kept::OwnEndpoint {
            id: match request.id {
                Some(id) => id,
                None => random_id()?,
            },
            name: name.to_owned(),
            product: request.product.map(|kind| {
                convert::product(convert::kept_product_kind(kind))
                    .id()
                    .to_owned()
            }),
            method: request.method.trim().to_ascii_uppercase(),
            path: request.path.trim().to_owned(),
            headers: request
                .headers
                .into_iter()
                .filter(|header| !header.name.trim().is_empty())
                .map(|header| (header.name, header.value))
                .collect(),
            body: request.body.filter(|body| !body.trim().is_empty()),
        };
        own_endpoint(&own)?;
        self.workspace
            .put_own_endpoint(&own)
            .map_err(|error| errors::store(&error))?;
        self.endpoints_shown()
    }

    /// Removes an endpoint of the admin's own.
    #[expect(
        clippy::unused_async,
        reason = "every command is called in the same way"
    )]
    pub async fn remove_endpoint(
        &self,
        request: OwnEndpointId,
    ) -> Result<TestEndpoints, WireError> {
        self.workspace
            .remove_own_endpoint(&request.id)
            .map_err(|error| errors::store(&error))?;
        self.endpoints_shown()
    }

    fn endpoints_shown(&self) -> Result<TestEndpoints, WireError> {
        let own = self
            .workspace
            .own_endpoints()
            .map_err(|error| errors::store(&error))?;
        let everywhere = wire::TestPurpose {
            id: WHO_AM_I.to_owned(),
            label: "Who am I".to_owned(),
            products: ProductKind::ALL
                .into_iter()
                .map(convert::detected)
                .collect(),
            family: ApiFamily::Platform.name().to_owned(),
        };
        let purposes = PURPOSES
            .iter()
            .map(|(purpose, id, label)| wire::TestPurpose {
                id: (*id).to_owned(),
                label: (*label).to_owned(),
                products: ProductKind::ALL
                    .into_iter()
                    .filter(|kind| first_of(*kind, *purpose).is_some())
                    .map(convert::detected)
                    .collect(),
                family: ProductKind::ALL
                    .into_iter()
                    .find_map(|kind| first_of(kind, *purpose))
                    .map_or(ApiFamily::Platform, |preset| preset.family)
                    .name()
                    .to_owned(),
            });
        Ok(TestEndpoints {
            purposes: std::iter::once(everywhere)
                .chain(purposes.filter(|purpose| !purpose.products.is_empty()))
                .collect(),
            presets: ProductKind::ALL
                .into_iter()
                .flat_map(|kind| presets(kind).iter().map(move |preset| shown(kind, preset)))
                .collect(),
            own: own.into_iter().map(own_shown).collect(),
            round_trips: offers(),
        })
    }
}

fn shown(kind: ProductKind, preset: &Preset) -> wire::TestPreset {
    wire::TestPreset {
        id: preset.id.to_owned(),
        label: preset.label.to_owned(),
        product: convert::detected(kind),
        family: preset.family.name().to_owned(),
        method: preset.method.to_owned(),
        path: preset.path.to_owned(),
        headers: convert::headers(
            preset
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        ),
        body: preset.body.map(str::to_owned),
        has_inputs: !preset.inputs.is_empty(),
    }
}

fn own_shown(own: kept::OwnEndpoint) -> OwnEndpoint {
    OwnEndpoint {
        product: ProductKind::ALL
            .into_iter()
            .find(|kind| Some(kind.id()) == own.product.as_deref())
            .map(convert::detected),
        id: Some(own.id),
        name: own.name,
        method: own.method,
        path: own.path,
        headers: convert::headers(own.headers),
        body: own.body,
    }
}
