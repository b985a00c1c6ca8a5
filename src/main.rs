//! The binary: the command line, and the built site that it carries.

// A reader that goes away, as `head` does, would be a panic: commands print by `command::out`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod cli;
mod command;

/// Gives memory back after a rush of sign-ins (argon2 takes 19 MiB each), which the C library's
/// arenas keep.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What `scripts/site.mjs` has made, by name. In the binary alone: a new colour compiles this crate
/// and not the library.
#[cfg(not(debug_assertions))]
const SITE: sayso::web::assets::Files = include!("../target/site.rs");

fn main() -> std::process::ExitCode {
    #[cfg(not(debug_assertions))]
    sayso::web::assets::embed(SITE);
    cli::run()
}
