//! Accepting connections, and stopping so that whatever was accepted gets its answer.
//!
//! Ours rather than `axum::serve`, which sets hyper no timer (so a request whose head never ends is
//! held open for ever) and waits at the end without a limit.

use super::connections::Connections;
use super::patient::Patient;
use crate::error::chain;
use crate::web::config::Config;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::{io, net::SocketAddr, time::Duration};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// How long, once asked to stop, answers may take: longer than any request may (`layers::TIMEOUT`).
const LAST: Duration = Duration::from_secs(35);

/// What connections are given.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many there may be at a time, in all and from one network; 0 for no limit.
    pub in_all: usize,
    pub per_network: usize,
    /// How long one may stay without a whole request head, also between two requests.
    pub head: Duration,
    /// How long not a byte of an answer may be taken.
    pub taking: Duration,
}

impl Bounds {
    /// Those that are set. Behind a proxy every connection comes from the same address, and the
    /// proxy bounds its own clients.
    pub fn of(config: &Config) -> Self {
        let per_network = if config.proxies == 0 { config.connections_per_network } else { 0 };
        let limit = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        Self {
            in_all: limit(config.connections),
            per_network: limit(per_network),
            head: Duration::from_secs(30),
            taking: Duration::from_secs(30),
        }
    }
}

/// Said where there is no place for one more.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\ncontent-length: 53\r\nconnection: close\r\n\r\nToo many connections. Please try again in a moment.\r\n";

/// Serves until `stop` is over, then finishes what it accepted, at most for `LAST`. HTTP/1 alone:
/// proxies speak it, and an HTTP/2 in clear text is spoken by attackers only.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: impl Future<Output = ()>) {
    raise_open_files();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(bounds.head);
    let places = Connections::new(bounds.in_all, bounds.per_network);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    wait_out(&error).await;
                    continue;
                }
            },
        };
        let Some(place) = places.place(peer.ip()) else {
            send_away(stream);
            continue;
        };
        // Answers are small; they go out at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            router.clone().oneshot(request)
        });
        let stream = TokioIo::new(Patient::new(stream, bounds.taking));
        let connection = connections.watch(builder.serve_connection(stream, service));
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let open = connections.count();
    if tokio::time::timeout(LAST, connections.shutdown()).await.is_err() {
        tracing::warn!(open, "stopped before every connection was done");
    }
}

/// Answers without reading, and for no longer than a moment.
fn send_away(mut stream: TcpStream) {
    tokio::spawn(async move {
        let answer = async {
            stream.write_all(FULL).await?;
            stream.shutdown().await
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), answer).await;
    });
}

/// Has this process open as many files, connections among them, as it may.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })
    {
        tracing::warn!(error = %chain(&error), "cannot raise the number of open files");
    }
}

/// A peer that went away is nothing to us; anything else (too many open files, say) passes with
/// time.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(error = %chain(error), "cannot accept connections");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
