//! The PROXY protocol, versions 1 and 2: who connected to the load balancer before us.

use std::io;
use std::net::{IpAddr, SocketAddr};

use ppp::v1;
use ppp::v2;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The longest header of version 1, its line end included.
const LONGEST_V1: usize = 107;
/// What version 2 may carry besides addresses (TLVs) is not needed; so much of it is skipped.
const LONGEST_V2: usize = 4096;
const FIXED_V2: usize = 16;

/// Why a connection has no usable header.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyProtocolError {
    /// It ended, or something else came.
    #[error("the connection broke off")]
    Broken(#[from] io::Error),
    /// It is no header.
    #[error("what came first is no PROXY protocol header")]
    NoHeader,
}

/// Reads the header and not a byte more. `None`: the load balancer speaks for itself.
pub(crate) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<SocketAddr>, ProxyProtocolError> {
    let first = stream.read_u8().await?;
    match first {
        b'P' => read_v1(stream).await,
        b'\r' => read_v2(stream).await,
        _ => Err(ProxyProtocolError::NoHeader),
    }
}

async fn read_v1(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<SocketAddr>, ProxyProtocolError> {
    let mut line = vec![b'P'];
    while !line.ends_with(b"\r\n") {
        if line.len() == LONGEST_V1 {
            return Err(ProxyProtocolError::NoHeader);
        }
        line.push(stream.read_u8().await?);
    }
    let header = v1::Header::try_from(line.as_slice()).map_err(|_| ProxyProtocolError::NoHeader)?;
    Ok(match header.addresses {
        v1::Addresses::Tcp4(ip) => Some(SocketAddr::new(
            IpAddr::V4(ip.source_address),
            ip.source_port,
        )),
        v1::Addresses::Tcp6(ip) => Some(SocketAddr::new(
            IpAddr::V6(ip.source_address),
            ip.source_port,
        )),
        v1::Addresses::Unknown => None,
    })
}

async fn read_v2(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<SocketAddr>, ProxyProtocolError> {
    let mut bytes = vec![0; FIXED_V2];
    bytes[0] = b'\r';
    stream.read_exact(&mut bytes[1..]).await?;
    if !bytes.starts_with(v2::PROTOCOL_PREFIX) {
        return Err(ProxyProtocolError::NoHeader);
    }
    let length = usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
    if length > LONGEST_V2 {
        return Err(ProxyProtocolError::NoHeader);
    }
    bytes.resize(FIXED_V2 + length, 0);
    stream.read_exact(&mut bytes[FIXED_V2..]).await?;
    let header =
        v2::Header::try_from(bytes.as_slice()).map_err(|_| ProxyProtocolError::NoHeader)?;
    if header.command == v2::Command::Local {
        return Ok(None);
    }
    Ok(match header.addresses {
        v2::Addresses::IPv4(ip) => Some(SocketAddr::new(
            IpAddr::V4(ip.source_address),
            ip.source_port,
        )),
        v2::Addresses::IPv6(ip) => Some(SocketAddr::new(
            IpAddr::V6(ip.source_address),
            ip.source_port,
        )),
        v2::Addresses::Unspecified | v2::Addresses::Unix(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn reading(bytes: &[u8]) -> (Result<Option<SocketAddr>, ProxyProtocolError>, usize) {
        let mut stream = bytes;
        let read = read(&mut stream).await;
        (read, stream.len())
    }

    #[tokio::test]
    async fn reads_version_1_and_leaves_what_follows() {
        let (client, left) =
            reading(b"PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\nGET / HTTP/1.1").await;
        assert_eq!(client.unwrap(), Some("203.0.113.7:4711".parse().unwrap()));
        assert_eq!(left, 14);
        assert_eq!(reading(b"PROXY UNKNOWN\r\n").await.0.unwrap(), None);
    }

    #[tokio::test]
    async fn reads_version_2_with_more_behind_the_addresses() {
        let mut bytes = v2::PROTOCOL_PREFIX.to_vec();
        bytes.extend([0x21, 0x11, 0, 17]);
        bytes.extend([203, 0, 113, 7, 10, 0, 0, 1, 0x12, 0x67, 1, 0xbb]);
        bytes.extend([0x04, 0, 2, 9, 9]);
        bytes.extend(b"GET");
        let (client, left) = reading(&bytes).await;
        assert_eq!(client.unwrap(), Some("203.0.113.7:4711".parse().unwrap()));
        assert_eq!(left, 3);
        let mut local = v2::PROTOCOL_PREFIX.to_vec();
        local.extend([0x20, 0, 0, 0]);
        assert_eq!(reading(&local).await.0.unwrap(), None);
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        for bytes in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"PROXY TCP4 300.0.0.1 10.0.0.1 1 2\r\n",
            b"\r\n\r\n\0\r\nQUIT\nnonsense",
            b"PROXY TCP4 203.0.113.7",
        ] {
            assert!(reading(bytes).await.0.is_err());
        }
        assert!(
            reading(&[b"P".as_slice(), &[b'x'; 200]].concat())
                .await
                .0
                .is_err()
        );
    }
}
