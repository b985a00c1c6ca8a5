//! Accepting connections, and stopping so that whatever was accepted gets its answer.
//!
//! Ours rather than `axum::serve`, which sets hyper no timer (so a request whose head never ends is
//! held open for ever) and waits at the end without a limit.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::{conn::auto::Builder, graceful::GracefulShutdown};
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceExt;

/// How long a connection may stay without a whole request head.
const HEAD: Duration = Duration::from_secs(30);
/// How long, once asked to stop, answers may take: longer than any request may (`layers::TIMEOUT`).
const LAST: Duration = Duration::from_secs(35);

/// Serves until `stop` is over, then finishes what it accepted, at most for [`LAST`].
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEAD);
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
        // Answers are small; they go out at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            router.clone().oneshot(request)
        });
        let connection = connections.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        tokio::spawn(async move {
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

/// A peer that went away is nothing to us; anything else (too many open files, say) passes with
/// time.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "cannot accept connections");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
