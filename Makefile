.PHONY: run dist dev check test-one test test-long soak bench bench-peers bench-overload bench-million bench-import \
  bench-support bench-search bench-audit bench-verify lighthouse fmt lint
# The release with demonstration data.
run:
	@scripts/run
# The binary to deploy, target/dist/sayso.
dist:
	@scripts/build dist
# A debug build with demonstration data that is built and started again when a file is saved.
dev:
	@scripts/dev
# Format, lints, documentation, unit tests, and the stories on SQLite: before each commit.
check:
	@scripts/check
# One test or several, by a part of their name: make test-one NAME=choice::sqlite, or NAME=tab.spec.mjs in a browser.
test-one:
	@scripts/test-one "$(NAME)"
# Everything that has to hold.
test:
	@scripts/test
# What takes long: two hundred kills and as many power cuts, each under load (an hour), a log of a hundred thousand entries,
# which programs of others check, and every bit of a hundred proofs and a hundred checkpoints.
test-long:
	@scripts/setup test && . target/tools.env && \
	  SAYSO_TEST_KILLS=200 scripts/with-postgres cargo test --locked --test process -- kill:: power:: faults::
	@. target/tools.env && \
	  SAYSO_OTHERS_CHECK=100000 scripts/with-postgres cargo test --locked --test http -- others_check::sqlite
	@. target/tools.env && SAYSO_TEST_EVERY_BIT=1 cargo test --locked -p sayso-verify -- a_changed_bit
# An hour in which everything goes wrong; shorter: make soak SECONDS=300.
soak:
	@scripts/setup soak && . target/tools.env && \
	  SAYSO_SOAK_SECONDS=$(or $(SECONDS),3600) cargo test --locked --test process -- --ignored --nocapture soak
# What builds the binary as it is deployed, and runs a bench of load on it, beside a PostgreSQL of its own.
LOAD = scripts/setup stories && scripts/build client && . target/tools.env && ulimit -n 16384 && \
  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" scripts/with-postgres cargo bench --quiet --locked --bench load
# The press and the tab on both databases, and what the machine can do by itself: four minutes.
# Longer rows, and so calmer figures: make bench SECONDS=10
bench:
	@export SAYSO_BENCH_SECONDS=$(or $(SECONDS),2.5) && $(LOAD)
# The same beside other software, which is installed into a temporary folder: ten minutes.
bench-peers:
	@$(LOAD) -- peers
# 2,000 connections that ask for three times what the machine can do: a minute.
bench-overload:
	@$(LOAD) -- overload
# The press and the tab among a million imported members: a quarter of an hour, and room for 25 GB.
# Fewer: make bench-million MEMBERS=100_000
bench-million:
	@export SAYSO_BENCH_MEMBERS=$(or $(MEMBERS),1_000_000) && $(LOAD) -- million
# A million members imported, imported again, and exported; fewer by MEMBERS as above.
bench-import:
	@export SAYSO_BENCH_MEMBERS=$(or $(MEMBERS),1_000_000) && $(LOAD) -- import
# Among ten thousand, a hundred thousand and a million members: 15 minutes, and room for 25 GB.
# Fewer: make bench-support MEMBERS="10_000 100_000". PostgreSQL gets 2 GB to keep pages in (its
# manual advises a quarter of the memory); its own default is for the smallest of machines.
bench-support:
	@scripts/setup stories && scripts/build client && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" \
	  scripts/with-postgres cargo bench --quiet --locked --bench support -- $(MEMBERS)
# Our search index beside those of the databases: make bench-search MEMBERS="10_000 100_000"
bench-search:
	@scripts/setup test && scripts/build client && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" \
	  scripts/with-postgres cargo bench --quiet --locked --bench search -- $(MEMBERS)
# Among so many entries: make bench-audit ENTRIES="100_000 1_000_000"
bench-audit:
	@scripts/setup stories && scripts/build client && . target/tools.env && \
	  scripts/with-postgres cargo bench --quiet --locked --bench audit -- $(ENTRIES)
# The whole record verified, with the public log: make bench-verify ENTRIES="100_000 1_000_000"
bench-verify:
	@scripts/setup stories && scripts/build client && . target/tools.env && \
	  scripts/with-postgres cargo bench --quiet --locked --bench verify -- $(ENTRIES)
lighthouse:
	@scripts/setup test && scripts/build && . target/tools.env && node end2end/lighthouse.mjs
fmt:
	@scripts/setup && . target/tools.env && cargo fmt --all && RUST_LOG=error taplo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --workspace --all-targets -- -D warnings
