//! The server half embeds `target/site`, which `scripts/build` fills. Checking the code alone needs only that it exists.
fn main() {
    let site = std::path::Path::new("target/site");
    if let Err(error) = std::fs::create_dir_all(site) {
        println!("cargo::warning=cannot make target/site: {error}");
    }
    println!("cargo::rerun-if-changed=target/site");
    println!("cargo::rerun-if-changed=migrations");
}
