//! The TypeScript bindings in the repository are those of this crate.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use gatewright_wire::{AppEvent, COMMAND_NAMES, Commands, WireError};
use ts_rs::{Config, TS, TypeVisitor};

/// Every type that can be reached from a root, declared once.
struct Declarations {
    config: Config,
    seen: BTreeSet<TypeId>,
    text: BTreeSet<String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() || !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
        self.text
            .insert(format!("export {}\n", T::decl(&self.config)));
    }
}

#[test]
fn bindings_are_current() {
    let mut declarations = Declarations {
        config: Config::new().with_large_int("number"),
        seen: BTreeSet::new(),
        text: BTreeSet::new(),
    };
    declarations.visit::<Commands>();
    declarations.visit::<AppEvent>();
    declarations.visit::<WireError>();
    let mut expected = String::from(
        "// Generated from crates/wire: run `UPDATE_BINDINGS=1 cargo test -p gatewright-wire`.\n\n",
    );
    for declaration in &declarations.text {
        expected.push_str(declaration);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/bindings.ts");
    if env::var_os("UPDATE_BINDINGS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, expected,
        "run `UPDATE_BINDINGS=1 cargo test -p gatewright-wire`"
    );
}

#[test]
fn every_command_is_named_once() {
    let names: BTreeSet<_> = COMMAND_NAMES.iter().collect();
    assert_eq!(names.len(), COMMAND_NAMES.len());
}
