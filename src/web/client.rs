//! From where a request comes, as counted from the proxies that are ours.

use super::App;
use super::network::{self, Networks};
use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, request::Parts};
use leptos::prelude::expect_context;
use std::net::{IpAddr, SocketAddr};

/// The address of whoever asks, as counted from the proxies that are ours.
pub fn address() -> String {
    client().map_or_else(|| "unknown".into(), |address| address.to_string())
}

/// The networks that whoever asks is counted under.
pub fn networks() -> Networks {
    client().map_or_else(|| Networks { narrow: "unknown".into(), wide: None }, network::networks)
}

fn client() -> Option<IpAddr> {
    let parts = expect_context::<Parts>();
    client_of(&parts.headers, &parts.extensions, App::here().config.proxies)
}

/// The same for a request with this head.
pub fn address_of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> String {
    let client = client_of(headers, extensions, proxies);
    client.map_or_else(|| "unknown".into(), |address| address.to_string())
}

fn client_of(headers: &HeaderMap, extensions: &Extensions, proxies: u32) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    network::client(headers, proxies, peer)
}
