.PHONY: run dev check test-one test test-long soak bench bench-support bench-search bench-audit bench-import lighthouse fmt lint
# The release with demonstration data.
run:
	@scripts/run
# A debug build with demonstration data that is built and started again when a file is saved.
dev:
	@scripts/dev
# Format, lints, unit tests, and the stories on SQLite: before each commit.
check:
	@scripts/check
# One test or several, by a part of their name: make test-one NAME=choice::sqlite, or NAME=tab.spec.mjs in a browser.
test-one:
	@scripts/test-one "$(NAME)"
# Everything that has to hold.
test:
	@scripts/test
# What takes long: two hundred kills and as many power cuts, each under load (20 minutes).
test-long:
	@scripts/setup test && . target/tools.env && \
	  SAYSO_TEST_KILLS=200 scripts/with-postgres cargo test --locked --test process -- kill:: power:: faults::
# An hour in which everything goes wrong; shorter: make soak SECONDS=300.
soak:
	@scripts/setup soak && . target/tools.env && \
	  SAYSO_SOAK_SECONDS=$(or $(SECONDS),3600) cargo test --locked --test process -- --ignored --nocapture soak
bench:
	@scripts/build && . target/tools.env && cargo bench --quiet --locked --bench load
# Among ten thousand, a hundred thousand and a million members: 15 minutes, and room for 25 GB.
# Fewer: make bench-support MEMBERS="10_000 100_000". PostgreSQL gets 2 GB to keep pages in (its
# manual advises a quarter of the memory); its own default is for the smallest of machines.
bench-support:
	@scripts/setup stories && scripts/build && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" \
	  scripts/with-postgres cargo bench --quiet --locked --bench support -- $(MEMBERS)
# Our search index beside those of the databases: make bench-search MEMBERS="10_000 100_000"
bench-search:
	@scripts/setup test && scripts/build && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" \
	  scripts/with-postgres cargo bench --quiet --locked --bench search -- $(MEMBERS)
# Among so many entries: make bench-audit ENTRIES="100_000 1_000_000"
bench-audit:
	@scripts/setup stories && scripts/build && . target/tools.env && \
	  scripts/with-postgres cargo bench --quiet --locked --bench audit -- $(ENTRIES)
bench-import:
	@scripts/setup stories && scripts/build && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" scripts/with-postgres cargo bench --quiet --locked --bench import
lighthouse:
	@scripts/setup test && scripts/build && . target/tools.env && node end2end/lighthouse.mjs
fmt:
	@scripts/setup && . target/tools.env && cargo fmt --all && RUST_LOG=error taplo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --workspace --all-targets -- -D warnings
