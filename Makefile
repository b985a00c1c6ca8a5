.PHONY: run test bench fmt lint
run:
	@scripts/run
test:
	@scripts/test
bench:
	@scripts/build && . target/tools.env && cargo bench --quiet --locked --features ssr --bench load
fmt:
	@scripts/setup && . target/tools.env && cargo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --all-targets --features ssr -- -D warnings
