//! One call to a witness: `add-checkpoint` of [tlog-witness](https://c2sp.org/tlog-witness), over
//! HTTP/1.1, with TLS by the roots of the machine.

use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use sayso_verify::merkle::Hash;
use sayso_verify::strict::{number, to_base64};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

/// How long a witness may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// An answer of more bytes is not read.
const LONGEST: usize = 64 * 1024;

/// Why there is no answer. It is tried again later.
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// What a witness answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The lines with its signatures, which nobody has checked yet.
    Signed(String),
    /// It has cosigned a tree of this size.
    Has(u64),
    /// What it was shown does not fit what it has seen.
    Inconsistent,
}

/// What is sent: the size that the witness has, the proof from there, and the checkpoint.
pub fn body(old: u64, proof: &[Hash], checkpoint: &str) -> String {
    let lines: String = proof.iter().map(|hash| to_base64(hash) + "\n").collect();
    format!("old {old}\n{lines}\n{checkpoint}")
}

/// Sends this to the witness below `address`.
///
/// # Errors
/// If it does not answer in time, or answers something else than the standard has.
pub async fn send(address: &Url, body: String) -> Result<Answer, Failed> {
    tokio::time::timeout(PATIENCE, ask(address, body)).await.map_err(|_| "it took too long")?
}

async fn ask(address: &Url, body: String) -> Result<Answer, Failed> {
    let host = address.host_str().ok_or("its address has no host")?.trim_matches(['[', ']']).to_owned();
    let port = address.port_or_known_default().ok_or("its address has no port")?;
    let stream = TcpStream::connect((host.as_str(), port)).await?;
    if address.scheme() == "https" {
        let name = ServerName::try_from(host)?;
        exchange(address, TlsConnector::from(tls()?).connect(name, stream).await?, body).await
    } else {
        exchange(address, stream, body).await
    }
}

async fn exchange<S>(address: &Url, stream: S, body: String) -> Result<Answer, Failed>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the sender.
    let connection = tokio::spawn(connection);
    let path: Uri = format!("{}/add-checkpoint", address.path().trim_end_matches('/')).parse()?;
    let host = &address[url::Position::BeforeHost..url::Position::AfterPort];
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(Full::new(Bytes::from(body)))?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let is_size = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/x.tlog.size");
    let bytes = Limited::new(answer.into_body(), LONGEST).collect().await?.to_bytes();
    connection.abort();
    let text = String::from_utf8(bytes.to_vec())?;
    read(status, is_size, &text).ok_or_else(|| format!("it answered {status}").into())
}

/// What an answer means; `None` where the standard has no such answer, or it says nothing of us.
fn read(status: StatusCode, is_size: bool, text: &str) -> Option<Answer> {
    match status {
        StatusCode::OK => Some(Answer::Signed(text.into())),
        StatusCode::CONFLICT if is_size => number(text.strip_suffix('\n')?).map(Answer::Has),
        StatusCode::UNPROCESSABLE_ENTITY => Some(Answer::Inconsistent),
        _ => None,
    }
}

/// Made once: the roots of a machine are read from many files.
fn tls() -> Result<Arc<ClientConfig>, Failed> {
    static TLS: LazyLock<Result<Arc<ClientConfig>, String>> = LazyLock::new(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    });
    Ok(TLS.clone()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_form_of_the_standard() {
        let checkpoint = "a.example/log\n2\nAQ==\n\n— a.example/log AQ==\n";
        assert_eq!(
            body(1, &[[0; 32]], checkpoint),
            format!("old 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n{checkpoint}")
        );
        assert_eq!(body(0, &[], checkpoint), format!("old 0\n\n{checkpoint}"));
    }

    #[test]
    fn only_answers_of_the_standard_are_taken() {
        let answer = |status: u16, is_size, text| read(StatusCode::from_u16(status).unwrap(), is_size, text);
        assert_eq!(answer(200, false, "— w A=\n"), Some(Answer::Signed("— w A=\n".into())));
        assert_eq!(answer(409, true, "12\n"), Some(Answer::Has(12)));
        for (status, is_size, text) in
            [(409, false, "12\n"), (409, true, "12"), (409, true, "012\n"), (404, false, ""), (500, false, "12\n")]
        {
            assert_eq!(answer(status, is_size, text), None, "{status} {text:?}");
        }
        assert_eq!(answer(422, false, ""), Some(Answer::Inconsistent));
    }
}
