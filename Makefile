.PHONY: run test bench lighthouse fmt lint
run:
	@scripts/run
test:
	@scripts/test
bench:
	@scripts/build && . target/tools.env && cargo bench --quiet --locked --features ssr --bench load
lighthouse:
	@scripts/setup test && scripts/build && . target/tools.env && node end2end/lighthouse.mjs
fmt:
	@scripts/setup && . target/tools.env && cargo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --all-targets --features ssr -- -D warnings
