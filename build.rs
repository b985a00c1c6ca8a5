//! The release carries what `scripts/build` has put into `target/site.rs`; building by cargo alone
//! needs only that it exists.
fn main() {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let site = std::path::Path::new("target/site.rs");
    if release && !site.exists() {
        println!("cargo::warning=there is no target/site.rs: this binary has no styles; use scripts/build");
        let made = std::fs::create_dir_all("target").and_then(|()| std::fs::write(site, "&[]\n"));
        if let Err(error) = made {
            println!("cargo::warning=cannot make target/site.rs: {error}");
        }
    }
    // The server believes no clock that is behind this day. A reproducible build says which it is.
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let said = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let now = || std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
    println!("cargo::rustc-env=SAYSO_BUILT={}", said.unwrap_or_else(now));
    println!("cargo::rerun-if-changed=migrations");
}
