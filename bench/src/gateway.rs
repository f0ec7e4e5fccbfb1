//! What the gateway costs, beside the peers.

mod change;
mod growth;
mod latency;
mod memory;
mod transfer;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::load::{Target, cost};
use crate::machine::described;
use crate::measure::{Goal, Measure, Series};
use crate::ours::{ActAs, Ours, Setup, Workshop};
use crate::peers::{PEER_KEYS, Peer, Surroundings};
use crate::process::{OTHER_CORE, Running};
use crate::tokens::Signer;

/// The path that is asked for.
pub(crate) const PATH: &str = "/rest/api/2/issue/DEMO-1";
/// How many tokens are new to the gateway in a round.
const FRESH: usize = 40_000;

/// What a run is told.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Where the release programs are.
    pub(crate) programs: PathBuf,
    /// Where programs from the language registries are.
    pub(crate) tools: PathBuf,
    /// How often each is measured, in turn.
    pub(crate) rounds: usize,
    /// For how long each time, in seconds.
    pub(crate) seconds: u32,
    /// Only groups of measures whose name contains this.
    pub(crate) only: Option<String>,
}

/// The other side and the workshop of a run; all of it ends when this is dropped.
pub(crate) struct Stage {
    pub(crate) plan: Plan,
    pub(crate) workshop: Workshop,
    pub(crate) around: Surroundings,
    pub(crate) signer: Signer,
    _stub: Running,
    decision: Running,
    // Last: the processes end before their files go.
    folder: tempfile::TempDir,
}

impl Stage {
    fn set(plan: &Plan) -> Result<Self> {
        // In memory: what is measured is the gateway, not the disk below it.
        let folder = tempfile::Builder::new()
            .prefix("gatewright-bench-")
            .tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())?;
        let scratch = folder.path().to_owned();
        let signer = Signer::generate()?;
        fs::write(scratch.join("public.pem"), &signer.public_pem)?;
        let keys: Vec<String> = (0..PEER_KEYS)
            .map(|number| format!("gw_{number:030}{number:06}"))
            .collect();
        let list = scratch.join("peer-keys");
        fs::write(&list, keys.join("\n"))?;
        let (stub, stub_port) = serving(&scratch, &[])?;
        let (decision, decision_port) =
            serving(&scratch, &["--keys", &list.display().to_string()])?;
        Ok(Self {
            workshop: Workshop {
                program: plan.programs.join("gatewright-gateway"),
                scratch: scratch.clone(),
                stub: stub_port,
                public_pem: signer.public_pem.clone(),
                private_pem: signer.private_pem.clone(),
            },
            around: Surroundings {
                scratch,
                stub: stub_port,
                decision: decision_port,
                keys,
                tools: plan.tools.clone(),
            },
            signer,
            _stub: stub,
            decision,
            plan: plan.clone(),
            folder,
        })
    }

    /// What to ask of the product itself.
    pub(crate) fn direct(&self, path: &str) -> Target {
        Target::new(
            format!("http://127.0.0.1:{}{path}", self.around.stub),
            "X-Direct: 1",
        )
    }

    pub(crate) fn scratch(&self) -> &std::path::Path {
        self.folder.path()
    }
}

fn serving(scratch: &std::path::Path, more: &[&str]) -> Result<(Running, u16)> {
    let program = std::env::current_exe()?;
    let arguments = [&["stub"], more].concat();
    let (running, said) =
        Running::announced(OTHER_CORE, &program, &arguments, &scratch.join("stub.log"))?;
    let port = said["port"].as_u64().context("the stub says no port")?;
    Ok((running, u16::try_from(port)?))
}

/// A group of measures.
type Group = fn(&Stage) -> Result<Vec<Measure>>;

/// Runs all groups of measures; hands each measure over as soon as it is there.
pub(crate) fn run(plan: &Plan, mut each: impl FnMut(Measure)) -> Result<Vec<String>> {
    let stage = Stage::set(plan)?;
    let envoy = stage.around.envoy_program().unwrap_or_default();
    let head = described(&[
        ("gatewright-gateway", &stage.workshop.program, "--version"),
        ("nginx", "/usr/sbin/nginx".as_ref(), "-v"),
        ("haproxy", "/usr/sbin/haproxy".as_ref(), "-v"),
        ("caddy", "/usr/bin/caddy".as_ref(), "version"),
        ("envoy", &envoy, "--version"),
        ("wrk", "wrk".as_ref(), "-v"),
        ("h2load", "h2load".as_ref(), "--version"),
    ]);
    let groups: [(&str, Group); 7] = [
        ("cost", cost_of_a_request),
        ("signing", cost_of_signing),
        ("growth", growth::run),
        ("latency", latency::run),
        ("memory", memory::run),
        ("transfer", transfer::run),
        ("change", change::run),
    ];
    for (name, measured) in groups {
        if plan
            .only
            .as_ref()
            .is_some_and(|only| !name.contains(only.as_str()))
        {
            continue;
        }
        match measured(&stage) {
            Ok(measures) => measures.into_iter().for_each(&mut each),
            Err(error) => each(Measure::failed(
                name,
                Goal::AtMost(0.0),
                "",
                &format!("{error:#}"),
            )),
        }
    }
    Ok(head)
}

/// One of several that are measured in turn.
pub(crate) struct Subject<'a> {
    target: Target,
    counted: Vec<&'a Running>,
    costs: Series,
    rates: Series,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(target: Target, counted: Vec<&'a Running>) -> Self {
        Self {
            target,
            counted,
            costs: Series::default(),
            rates: Series::default(),
        }
    }

    fn detail(&self) -> String {
        format!("{} µs, {:.0}/s", self.costs.shown(), self.rates.median())
    }
}

/// Measures each in turn, as often as the plan says.
pub(crate) fn alternate(stage: &Stage, subjects: &mut [&mut Subject<'_>]) -> Result<()> {
    for subject in subjects.iter() {
        cost(&subject.target, &subject.counted, 1, stage.scratch())?;
    }
    for _ in 0..stage.plan.rounds {
        for subject in &mut *subjects {
            let (each, served) = cost(
                &subject.target,
                &subject.counted,
                stage.plan.seconds,
                stage.scratch(),
            )?;
            subject.costs.push(each);
            subject.rates.push(served.per_second);
        }
    }
    Ok(())
}

/// Our cost over that of another, with both in the detail.
fn ratio(name: &str, ours: &Subject<'_>, other: &Subject<'_>, limit: f64) -> Measure {
    let ratios = ours.costs.over(&other.costs);
    let detail = format!(
        "{}; ours {}, theirs {}",
        ratios.shown(),
        ours.detail(),
        other.detail()
    );
    Measure::new(name, ratios.median(), Goal::AtMost(limit), "×", detail)
}

fn cost_of_a_request(stage: &Stage) -> Result<Vec<Measure>> {
    let ours = stage.workshop.start("cost", &Setup::default())?;
    let nginx = stage.around.nginx()?;
    let known = &stage.around.keys[17];
    let user = "bench-10";
    let mut key = Subject::new(ours.target(PATH, &ours.keys[0]), vec![&ours.process]);
    let mut opaque = Subject::new(
        ours.target(PATH, &format!("bench_{user}.{:032}", 7)),
        vec![&ours.process],
    );
    let mut signed = Subject::new(
        ours.target(PATH, &stage.signer.token(user, 0)?),
        vec![&ours.process],
    );
    let mut map = Subject::new(nginx.target(PATH, known), vec![&nginx.process]);
    let mut asked = Subject::new(
        nginx.target(&format!("/asked{PATH}"), known),
        vec![&nginx.process, &stage.decision],
    );
    let mut measures = Vec::new();
    alternate(
        stage,
        &mut [&mut key, &mut map, &mut asked, &mut opaque, &mut signed],
    )?;
    measures.push(ratio("API key, against nginx key map", &key, &map, 1.4));
    measures.push(ratio(
        "API key, against nginx auth_request",
        &key,
        &asked,
        0.8,
    ));
    measures.push(ratio(
        "cached opaque token, against nginx key map",
        &opaque,
        &map,
        1.4,
    ));
    measures.push(ratio(
        "cached JWT, against nginx key map",
        &signed,
        &map,
        1.4,
    ));
    drop(nginx);
    measures.push(against(
        stage,
        &ours,
        "API key, against Envoy api_key_auth",
        0.5,
        Surroundings::envoy,
        &[],
    )?);
    measures.push(against(
        stage,
        &ours,
        "API key, against Caddy forward_auth",
        0.25,
        Surroundings::caddy,
        &[&stage.decision],
    )?);
    measures.push(fresh_tokens(stage, ours)?);
    Ok(measures)
}

fn against(
    stage: &Stage,
    ours: &Ours,
    name: &str,
    limit: f64,
    start: fn(&Surroundings) -> Result<Peer>,
    with: &[&Running],
) -> Result<Measure> {
    let peer = match start(&stage.around) {
        Ok(peer) => peer,
        Err(error) => {
            return Ok(Measure::failed(
                name,
                Goal::AtMost(limit),
                "×",
                &format!("{error:#}"),
            ));
        }
    };
    let mut key = Subject::new(ours.target(PATH, &ours.keys[0]), vec![&ours.process]);
    let counted = [&[&peer.process], with].concat();
    // Envoy takes the whole header as the key.
    let mut other = Subject::new(peer.target(PATH, &stage.around.keys[17]), counted);
    alternate(stage, &mut [&mut key, &mut other])?;
    Ok(ratio(name, &key, &other, limit))
}

/// Tokens that nobody has seen: the gateway starts anew in each round.
fn fresh_tokens(stage: &Stage, ours: Ours) -> Result<Measure> {
    const NAME: &str = "JWT seen for the first time, against HAProxy jwt_verify";
    drop(ours);
    let haproxy = stage.around.haproxy()?;
    let file = stage.scratch().join("tokens");
    fs::write(&file, stage.signer.tokens("bench-10", FRESH)?.join("\n"))?;
    let (mut mine, mut theirs) = (Series::default(), Series::default());
    let (mut my_rate, mut their_rate) = (Series::default(), Series::default());
    let setup = Setup {
        keys: 100,
        ..Setup::default()
    };
    for round in 0..stage.plan.rounds {
        let ours = stage.workshop.start(&format!("fresh-{round}"), &setup)?;
        let seen = ours.target(PATH, &stage.signer.token("bench-10", FRESH)?);
        cost(&seen, &[], 1, stage.scratch())?;
        let mut target = Target {
            tokens: Some(file.clone()),
            headers: Vec::new(),
            ..seen
        };
        let (each, served) = cost(&target, &[&ours.process], 1, stage.scratch())?;
        anyhow::ensure!(served.requests < FRESH as f64, "tokens came a second time");
        mine.push(each);
        my_rate.push(served.per_second);
        target.url = haproxy.target(PATH, "").url;
        let (each, served) = cost(&target, &[&haproxy.process], 1, stage.scratch())?;
        theirs.push(each);
        their_rate.push(served.per_second);
    }
    let ratios = mine.over(&theirs);
    let detail = format!(
        "{}; ours {} µs, {:.0}/s, theirs {} µs, {:.0}/s",
        ratios.shown(),
        mine.shown(),
        my_rate.median(),
        theirs.shown(),
        their_rate.median()
    );
    Ok(Measure::new(
        NAME,
        ratios.median(),
        Goal::AtMost(1.2),
        "×",
        detail,
    ))
}

fn cost_of_signing(stage: &Stage) -> Result<Vec<Measure>> {
    let setup = Setup {
        keys: 1_000,
        ..Setup::default()
    };
    let plain = stage.workshop.start("signing-base", &setup)?;
    let signing = stage.workshop.start(
        "signing",
        &Setup {
            act_as: ActAs::Oauth1,
            ..setup
        },
    )?;
    let mut base = Subject::new(plain.target(PATH, &plain.keys[0]), vec![&plain.process]);
    let mut signed = Subject::new(
        signing.target(PATH, &signing.keys[0]),
        vec![&signing.process],
    );
    alternate(stage, &mut [&mut base, &mut signed])?;
    let mut bare = Series::default();
    for _ in 0..stage.plan.rounds {
        bare.push(stage.signer.bare_signature()?);
    }
    let ratios = signed.costs.over(&base.costs.plus(&bare));
    let detail = format!(
        "{}; signed {}, base {}, bare signature {} µs",
        ratios.shown(),
        signed.detail(),
        base.detail(),
        bare.shown()
    );
    Ok(vec![Measure::new(
        "act_as oauth1, against base plus one bare signature",
        ratios.median(),
        Goal::AtMost(1.2),
        "×",
        detail,
    )])
}
