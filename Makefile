# One command for each thing a developer or operator does here; every one sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
CODE := bot adapters tests tools

.PHONY: demo fake-slack test golden check format lock sweep bench chaos soak clean

demo: .venv/.installed
	$(BIN)/ai-strategy ask finance 40 --lang en

# The bot inside a made-up Slack, with a page to play in; nothing is sent anywhere.
fake-slack: .venv/.developed
	$(BIN)/ai-strategy run --fake-slack

test: .venv/.developed
	sh tools/install_redis.sh || true
	$(BIN)/pytest -n auto --dist worksteal

# What `make test` leaves out for its length: every industry in every situation and language.
sweep: .venv/.developed
	$(BIN)/pytest -n auto --dist worksteal -m sweep

# Writes what the bot sends to Teams anew; read the difference before it is kept.
golden: .venv/.developed
	sh tools/install_redis.sh
	GOLDEN=renew $(BIN)/pytest -q -p no:xdist tests/adapters/teams/test_golden.py

check: .venv/.developed
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/.developed
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: .venv/.developed
	sh tools/install_redis.sh || true
	$(BIN)/python -m tests.bench

chaos: .venv/.developed
	sh tools/install_redis.sh || true
	$(BIN)/python -m tests.chaos

soak: .venv/.developed
	sh tools/install_redis.sh || true
	$(BIN)/python -m tests.bench.soak

# uv is a tool of the developer who renews the locks; users and CI need pip only.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) requirements-build.in -c requirements.lock -o requirements-build.lock
	$(LOCK) pyproject.toml requirements-build.in --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) tests/bench/botbuilder.in -c requirements.lock -o tests/bench/botbuilder.lock

.venv/.created:
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: .venv/.created requirements.lock requirements-build.lock pyproject.toml
	$(PIP) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot adapters
	touch $@

.venv/.developed: .venv/.installed requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf .venv .bench-venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
