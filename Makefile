# brandpulse: `make demo` shows it, `make test` proves it, `make help` lists the rest.

.DEFAULT_GOAL := help
PYTHONS := python3.13 python3.12 python3.11 python3
SUPPORTED := import sys, platform as p; sys.exit(not ((3, 11) <= sys.version_info < (3, 14) and (p.system(), p.machine()) in {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64")}))
PYTHON ?= $(shell for p in $(PYTHONS); do $$p -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
INSTALLED := .venv/installed

ROUNDS ?= 3
COMMENTS ?= 100000

.PHONY: help demo test faults bench bench-full check audit sbom setup lock fuzz clean

help:  ## List what can be made.
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12

demo: $(INSTALLED)  ## Run the main job on the comments in examples/.
	@rm -rf build/demo && mkdir -p build/demo
	@BRANDPULSE_DATABASE_URL=sqlite:///build/demo/brandpulse.db BRANDPULSE_REPORTS_FOLDER=build/demo/reports \
	$(BIN)/brandpulse run examples/youtube.csv examples/reddit.ndjson examples/x.tsv
	@echo "To look further: export BRANDPULSE_DATABASE_URL=sqlite:///build/demo/brandpulse.db, then $(BIN)/brandpulse --help"

test: $(INSTALLED)  ## Run every test, in two processes with servers of their own.
	@$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

faults: $(INSTALLED)  ## Kill, stop, cut and fill everything at random moments: ROUNDS=3 COMMENTS=100000 SEED=.
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS) --comments $(COMMENTS) $(if $(SEED),--seed $(SEED))

bench: $(INSTALLED)  ## Measure on 200,000 comments: a JSON document, and a table on standard error.
	@$(BIN)/python -m benchmarks --json --comments 200000

bench-full: $(INSTALLED)  ## Measure on one million comments and on ten.
	@$(BIN)/python -m benchmarks --json --full

check: $(INSTALLED)  ## Run ruff, mypy, import-linter, and compare migrations with tables.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -q tests/database/test_schema.py

audit: $(INSTALLED)  ## Ask PyPI's advisories about the locked dependencies; needs the network.
	@$(BIN)/uv tool run --from pip-audit==2.10.1 pip-audit --requirement requirements/runtime.txt --require-hashes --disable-pip

sbom: $(INSTALLED)  ## Write the bill of materials to build/sbom.json, as CycloneDX.
	@mkdir -p build
	@$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 --with 'cyclonedx-python-lib[json-validation]' cyclonedx-py requirements requirements/runtime.txt --pyproject pyproject.toml --validate --output-file build/sbom.json

setup: $(INSTALLED)  ## Make the environment in .venv from the locked dependencies.

$(INSTALLED): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "brandpulse needs Python 3.11, 3.12 or 3.13 on Linux (x86_64, aarch64) or macOS (arm64); none was found." >&2; exit 1; }
	@echo "Making .venv with $(PYTHON); the first time this takes some minutes."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml
lock: $(INSTALLED)  ## Lock the dependencies of pyproject.toml again.
	@$(LOCK) --output-file requirements/runtime.txt
	@$(LOCK) --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt
	@$(subst pyproject.toml,,$(LOCK)) --group fuzz --output-file requirements/fuzz.txt

SECONDS ?= 60
# The fuzzer's own memory grows by 34 kB a text: 3 GB after 80,000 texts, of which the code under test kept nothing.
fuzz: $(INSTALLED)  ## Feed reading and tokenisers bytes that find new ways through them, each for SECONDS (60).
	@test -d build/fuzz/atheris || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --target build/fuzz -r requirements/fuzz.txt
	@for what in reading texts; do \
		mkdir -p build/fuzz-corpus/$$what && \
		PYTHONPATH=build/fuzz $(BIN)/python -m tests.fuzz.$$what build/fuzz-corpus/$$what \
			-max_total_time=$(SECONDS) -timeout=30 -rss_limit_mb=8000 -artifact_prefix=build/fuzz-corpus/$$what- || exit 1; \
	done

clean:  ## Take away what was made.
	@rm -rf .venv build *.egg-info
