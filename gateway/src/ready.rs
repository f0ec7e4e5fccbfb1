//! `ready`: a health check for supervisors that know nothing but exit codes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::arguments::Ready;
use crate::failure::Failure;

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn ready(arguments: &Ready) -> Result<(), Failure> {
    let head = ask(arguments)
        .map_err(|error| Failure::unable("not_reached", format!("no answer: {error}")))?;
    if head.split(' ').nth(1) == Some("200") {
        return Ok(());
    }
    Err(Failure::answered("not_ready", "the gateway is not ready")
        .hint("publish a document, or look at gatewright gateway status"))
}

fn ask(arguments: &Ready) -> std::io::Result<String> {
    let address = arguments.admin_listen;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = Vec::new();
    stream.take(64).read_to_end(&mut head)?;
    Ok(String::from_utf8_lossy(&head).into_owned())
}
