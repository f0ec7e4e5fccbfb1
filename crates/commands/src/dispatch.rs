//! Commands by name: the check at compile time that there is a method for each.

use gatewright_wire::{ErrorCode, WireError, with_commands};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::App;

macro_rules! dispatch_table {
    ($($name:ident($request:ident) -> $reply:ident;)*) => {
        impl App {
            /// Runs a command by its name in the environment of now, JSON in and JSON out.
            pub async fn dispatch(&self, name: &str, request: Value) -> Result<Value, WireError> {
                let app = self.current()?;
                match name {
                    $(stringify!($name) => {
                        let request: gatewright_wire::$request = read(name, request)?;
                        let reply: gatewright_wire::$reply = Box::pin(app.$name(request)).await?;
                        serde_json::to_value(reply).map_err(|_| unwritable(name))
                    })*
                    _ => Err(WireError {
                        code: ErrorCode::Internal,
                        message: format!("there is no such command: {name}"),
                        hint: String::new(),
                        field: None,
                    }),
                }
            }
        }
    };
}

with_commands!(dispatch_table);

fn read<T: DeserializeOwned>(name: &str, request: Value) -> Result<T, WireError> {
    // The cause is left out: it may quote what was typed.
    serde_json::from_value(request).map_err(|_| WireError {
        code: ErrorCode::Internal,
        message: format!("the request of {name} has another form"),
        hint: "Window and program are of different versions: start the app again.".to_owned(),
        field: None,
    })
}

fn unwritable(name: &str) -> WireError {
    WireError {
        code: ErrorCode::Internal,
        message: format!("the answer of {name} cannot be written"),
        hint: String::new(),
        field: None,
    }
}
