.PHONY: run test soak bench bench-support bench-audit bench-import lighthouse fmt lint
run:
	@scripts/run
test:
	@scripts/test
# An hour in which everything goes wrong; shorter: make soak SECONDS=300.
soak:
	@scripts/setup soak && . target/tools.env && \
	  SAYSO_SOAK_SECONDS=$(or $(SECONDS),3600) cargo test --locked --features ssr --test process -- --ignored --nocapture soak
bench:
	@scripts/build && . target/tools.env && cargo bench --quiet --locked --features ssr --bench load
# Among ten thousand, a hundred thousand and a million members: 15 minutes, and room for 25 GB.
# Fewer: make bench-support MEMBERS="10_000 100_000". PostgreSQL gets 2 GB to keep pages in (its
# manual advises a quarter of the memory); its own default is for the smallest of machines.
bench-support:
	@scripts/setup test && scripts/build && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" \
	  scripts/with-postgres cargo bench --quiet --locked --features ssr --bench support -- $(MEMBERS)
# Among so many entries: make bench-audit ENTRIES="100_000 1_000_000"
bench-audit:
	@scripts/setup test && scripts/build && . target/tools.env && \
	  scripts/with-postgres cargo bench --quiet --locked --features ssr --bench audit -- $(ENTRIES)
bench-import:
	@scripts/setup test && scripts/build && . target/tools.env && \
	  SAYSO_POSTGRES_OPTIONS="-c shared_buffers=2GB" scripts/with-postgres cargo bench --quiet --locked --features ssr --bench import
lighthouse:
	@scripts/setup test && scripts/build && . target/tools.env && node end2end/lighthouse.mjs
fmt:
	@scripts/setup && . target/tools.env && cargo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --all-targets --features ssr -- -D warnings
