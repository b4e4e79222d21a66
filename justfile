# The whole daily vocabulary.

# Every test.
test:
    cargo test

# What CI runs, in its order.
ci:
    bash .ci/run

# Formatting and lints.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Look at changed snapshots one by one.
review:
    cargo insta review

# Where the time goes.
bench:
    cargo bench

# The main job on its fixture.
demo:
    cargo run --release -- check fixtures/idocument --fail-on never
