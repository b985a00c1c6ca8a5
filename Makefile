.PHONY: run test fmt lint
run:
	@scripts/run
test:
	@scripts/test
fmt:
	@scripts/setup && . target/tools.env && cargo fmt
lint:
	@scripts/setup && . target/tools.env && cargo clippy --all-targets --features ssr -- -D warnings
