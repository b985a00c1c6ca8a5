//! What a browser loads on its first visit to the tab, in brotli. `make test` looks at the same in
//! a browser and has a limit for it (`scripts/limit.mjs`).

use crate::people::{BROWSERS, Visitor};
use crate::wire::{Answer, Wire};
use std::collections::BTreeSet;
use std::net::SocketAddr;

#[derive(Default)]
pub struct Sizes {
    /// Bytes of all answers with their heads.
    pub all: usize,
    pub wasm: usize,
    pub page: usize,
    pub files: usize,
}

/// Where a page's own files are named.
const FILES: [&str; 2] = ["/pkg/", "/favicon.svg"];

pub async fn sizes(addr: SocketAddr, visitor: &Visitor) -> Sizes {
    let mut wire = Wire::open(addr).await.unwrap();
    let page = wire.ask(&visitor.get("/settings/privacy", "identity")).await.unwrap();
    let names = named(&String::from_utf8_lossy(page.body));
    let bytes = |answer: &Answer<'_>| {
        assert_eq!(answer.status, 200);
        answer.head.len() + answer.body.len()
    };
    let page = bytes(&wire.ask(&visitor.get("/settings/privacy", BROWSERS)).await.unwrap());
    let mut sizes = Sizes { all: page, page, files: names.len(), ..Sizes::default() };
    for name in &names {
        let size = bytes(&wire.ask(&visitor.get(name, BROWSERS)).await.unwrap());
        sizes.all += size;
        if name.ends_with(".wasm") {
            sizes.wasm += size;
        }
    }
    assert!(sizes.wasm > 0, "no WebAssembly among {names:?}");
    sizes
}

/// The files that the page names, its scripts among them.
fn named(page: &str) -> BTreeSet<String> {
    let starts = FILES.iter().flat_map(|start| page.match_indices(start).map(|(at, _)| at));
    let end = |text: &str| text.find(['"', '\'', '`', ' ', '<', '&', ')']).unwrap_or(text.len());
    starts.map(|at| page[at..at + end(&page[at..])].to_owned()).collect()
}
