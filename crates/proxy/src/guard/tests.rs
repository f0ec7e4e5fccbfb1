use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

const OK: &str = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
const NEXT: &str =
    "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

fn pair(limits: Limits) -> (DuplexStream, Guard<DuplexStream>, Arc<Shared>) {
    let (client, server) = duplex(64 * 1024);
    let shared = Arc::new(Shared::default());
    (
        client,
        Guard::new(server, Arc::clone(&shared), limits),
        shared,
    )
}

async fn read(guard: &mut Guard<DuplexStream>, bytes: usize) -> String {
    let mut read = vec![0; bytes];
    guard.read_exact(&mut read).await.unwrap();
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn requests_behind_each_other_pass_byte_for_byte_however_they_are_cut() {
    let all = format!("{OK}{NEXT}{OK}");
    for cut in [1, 17, 60, OK.len(), OK.len() + NEXT.len() - 1] {
        let (mut client, mut guard, shared) = pair(Limits::default());
        let sent = all.clone();
        let writer = tokio::spawn(async move {
            client.write_all(&sent.as_bytes()[..cut]).await.unwrap();
            tokio::task::yield_now().await;
            client.write_all(&sent.as_bytes()[cut..]).await.unwrap();
            client
        });
        assert_eq!(read(&mut guard, all.len()).await, all);
        drop(writer.await.unwrap());
        assert_eq!(guard.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(
            [shared.verdict(), shared.verdict(), shared.verdict()],
            [Ok(()); 3]
        );
        assert!(shared.verdict().is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_head_and_all_behind_it_never_reach_the_parser() {
    let (mut client, mut guard, shared) = pair(Limits::default());
    let smuggled = format!(
        "{OK}POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nXGET /evil HTTP/1.1\r\n\r\n"
    );
    client.write_all(smuggled.as_bytes()).await.unwrap();
    assert_eq!(read(&mut guard, OK.len()).await, OK);
    let stand_in = str::from_utf8(STAND_IN).unwrap();
    assert_eq!(read(&mut guard, stand_in.len()).await, stand_in);
    assert_eq!(shared.verdict(), Ok(()));
    assert!(matches!(shared.verdict(), Err(Fault::Malformed(_))));
    client.write_all(OK.as_bytes()).await.unwrap();
    let nothing = guard.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(nothing.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_head_that_grows_too_long_is_refused_before_it_ends() {
    let limits = Limits {
        head_bytes: 100,
        ..Limits::default()
    };
    let (mut client, mut guard, shared) = pair(limits);
    client
        .write_all(format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(100)).as_bytes())
        .await
        .unwrap();
    read(&mut guard, STAND_IN.len()).await;
    assert!(matches!(shared.verdict(), Err(Fault::TooLarge(_))));
}

#[tokio::test]
async fn bare_line_feeds_are_refused_without_waiting_for_more() {
    let (mut client, mut guard, shared) = pair(Limits::default());
    client
        .write_all(b"GET / HTTP/1.1\nHost: h\n\n")
        .await
        .unwrap();
    read(&mut guard, STAND_IN.len()).await;
    assert!(matches!(shared.verdict(), Err(Fault::Malformed(_))));
}

#[tokio::test]
async fn a_bad_chunk_breaks_the_connection() {
    let (mut client, mut guard, _) = pair(Limits::default());
    let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read(&mut guard, head.len()).await, head);
    client.write_all(b"1;a=\nb\r\na\r\n").await.unwrap();
    assert_eq!(
        guard.read(&mut [0; 8]).await.unwrap_err().kind(),
        io::ErrorKind::InvalidData
    );
}

#[tokio::test(start_paused = true)]
async fn a_dripping_head_and_an_idle_connection_end_but_not_one_that_waits_for_an_answer() {
    let limits = Limits::default();
    let (mut client, mut guard, _) = pair(limits);
    let dripping = tokio::spawn(async move {
        loop {
            if client.write_all(b"G").await.is_err() {
                break;
            }
            sleep(Duration::from_secs(5)).await;
        }
    });
    let started = Instant::now();
    assert_eq!(
        guard.read(&mut [0; 8]).await.unwrap_err().kind(),
        io::ErrorKind::TimedOut
    );
    assert!(started.elapsed() <= limits.head_time + Duration::from_secs(6));
    drop(guard);
    dripping.await.unwrap();

    let (mut client, mut guard, shared) = pair(limits);
    client.write_all(OK.as_bytes()).await.unwrap();
    read(&mut guard, OK.len()).await;
    let busy = shared.begin();
    let waited = timeout(limits.idle_time * 4, guard.read(&mut [0; 8])).await;
    assert!(waited.is_err(), "an answer is on its way");
    drop(busy);
    let idle = guard.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(idle.kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn http2_passes_as_it_is() {
    let (mut client, mut guard, _) = pair(Limits::default());
    client.write_all(&PREFACE[..10]).await.unwrap();
    client.write_all(&PREFACE[10..]).await.unwrap();
    client.write_all(b"\0\n\nframes").await.unwrap();
    let mut read = vec![0; PREFACE.len() + 9];
    guard.read_exact(&mut read).await.unwrap();
    assert!(read.ends_with(b"frames"));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_its_answer_is_let_go() {
    let limits = Limits::default();
    let (client, mut guard, _) = pair(limits);
    let started = Instant::now();
    let stalled = guard.write_all(&vec![0; 128 * 1024]).await.unwrap_err();
    assert_eq!(stalled.kind(), io::ErrorKind::TimedOut);
    assert!(started.elapsed() >= limits.body_idle_time);
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_never_asked_is_idle_from_its_start() {
    let shared = Arc::new(Shared::default());
    let time = Duration::from_secs(9);
    assert!(!shared.is_idle_for(time));
    sleep(time).await;
    assert!(shared.is_idle_for(time));
    let busy = shared.begin();
    assert!(!shared.is_idle_for(time));
    drop(busy);
}
