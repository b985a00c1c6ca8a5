//! The server half embeds `target/site`, which `scripts/build` fills. Checking the code alone needs
//! only that it exists.
fn main() {
    let site = std::path::Path::new("target/site");
    if let Err(error) = std::fs::create_dir_all(site) {
        println!("cargo::warning=cannot make target/site: {error}");
    }
    // The server believes no clock that is behind this day. A reproducible build says which it is.
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let said = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let now = || std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    println!("cargo::rustc-env=SAYSO_BUILT={}", said.unwrap_or_else(now));
    println!("cargo::rerun-if-changed=target/site");
    println!("cargo::rerun-if-changed=migrations");
}
