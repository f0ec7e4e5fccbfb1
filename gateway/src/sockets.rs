//! Sockets that systemd opened for us.

use std::net::TcpListener;

use listenfd::ListenFd;

use crate::failure::Failure;

/// The name of the socket for admins; the other one is for clients.
const ADMIN: &str = "admin";

/// The sockets that were handed over.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    pub(crate) clients: Option<TcpListener>,
    pub(crate) admin: Option<TcpListener>,
}

/// Takes the sockets that were handed over, if they were for this process.
pub(crate) fn take(names: Option<&[String]>) -> Result<Sockets, Failure> {
    let mut sockets = Sockets::default();
    let Some(names) = names else {
        return Ok(sockets);
    };
    let mut handed_over = ListenFd::from_env();
    for (index, name) in names.iter().enumerate() {
        let socket = handed_over
            .take_tcp_listener(index)
            .map_err(|error| wrong(&error.to_string()))?;
        let place = if name == ADMIN {
            &mut sockets.admin
        } else {
            &mut sockets.clients
        };
        if place.is_some() {
            return Err(wrong("there are two of one kind"));
        }
        *place = socket;
    }
    Ok(sockets)
}

fn wrong(why: &str) -> Failure {
    Failure::usage(
        "sockets",
        format!("cannot use the sockets of systemd: {why}"),
    )
    .hint("give one ListenStream for clients, and one with FileDescriptorName=admin for admins")
}
