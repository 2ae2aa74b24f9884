# What one does here. `just` alone prints this list.

[private]
help:
    @just --list --unsorted

# start the demo market
demo *options:
    uv run freehold up --demo {{options}}

# start an empty market
up *options:
    uv run freehold up {{options}}

# run the tests, or some: just test tests/money
test *options:
    uv run freehold test {{options}}

# style, import order and types
lint:
    uv run ruff check
    uv run lint-imports
    FREEHOLD_MODE=test uv run mypy --strict freehold/kit freehold/money freehold/work

# repair what the linter can repair
fix:
    uv run ruff check --fix

# new migrations after a model changed
migrations *options:
    uv run freehold manage makemigrations {{options}}

# everything the continuous integration runs
ci:
    .ci/run
