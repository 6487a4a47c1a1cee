# Everything a newcomer needs: `make run` reads news out of an archive, `make test` shows that it works.
# Both need Python 3.11 or later, make and the package index; nothing is compiled.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
N ?= 30
NEWSROOM := $(BIN)/python -m examples.newsroom
# Half of the time a test waits for a server or a process that it started: more of them than cores go side by side.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 8 ? 2 * cores : cores)))
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: help run test test-fast test-crash test-deep check-pages attack check lint types imports cleaned docs wheel lock benchmark benchmark-backfill benchmark-text benchmark-year benchmark-read benchmark-growth clean

help:  ## show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# An environment is remade when what it must hold changes. uv brings it in seconds; pip does where uv cannot.
define install
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "broadtape needs Python 3.11 or later; set PYTHON=… to one.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@echo "installing $(1) into .venv …"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --only-binary :all: --require-hashes --compile-bytecode -r $(1) \
	  || $(BIN)/python -m pip install --quiet --only-binary :all: --require-hashes -r $(1)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . \
	  || $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
endef
# Bytecode is compiled while installing: a first run that does it would wait for every module of Prefect.

.venv/.run: requirements/run.txt requirements/uv.txt pyproject.toml
	$(call install,requirements/run.txt)

.venv/.dask: requirements/dask.txt requirements/uv.txt pyproject.toml
	$(call install,requirements/dask.txt)
	@touch .venv/.run

.venv/.dev: requirements/dev.txt requirements/uv.txt pyproject.toml
	$(call install,requirements/dev.txt)
	@touch .venv/.run

run: .venv/.run  ## crawl the sample newsroom into ./archive and show how to read it
	@$(NEWSROOM) exec --edition auto --archive archive -- $(BIN)/broadtape --config examples/newsroom/config run --archive archive

test: .venv/.dev  ## run all tests
	$(PYTEST)

test-fast: .venv/.dev  ## run the tests that take no more than a few seconds each
	$(PYTEST) -m "not slow"

test-crash: .venv/.dev  ## kill commands at N random moments (30), on a folder and on S3; run them again, look for what is missing
	BROADTAPE_TEST_KILLS=$(N) .ci/with-s3 $(BIN)/python -m pytest tests/flows/test_random_kills.py -s

test-deep: .venv/.dev  ## the properties that take long, with twenty times the examples
	BROADTAPE_TEST_EXAMPLES=20 $(PYTEST) --timeout 3600 -m 'not shared' $$(grep -rl --include 'test_*.py' tests.examples tests)

check-pages: .venv/.dev  ## nothing is lost without a trace on any of the real pages kept beside the checkout; tests look at one in five
	BROADTAPE_TEST_EVERY_PAGE=1 $(PYTEST) -k "test_real_pages and conservation"

attack: .venv/.dev  ## hostile input, faults and damage: what SECURITY.md promises
	.ci/with-s3 $(PYTEST) -m attack

check: lint types imports docs test  ## run every check there is

lint: .venv/.dev  ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev  ## mypy --strict
	$(BIN)/mypy

imports: .venv/.dev  ## who may import whom
	$(BIN)/lint-imports

cleaned: .venv/.dev  ## take anew what cleaning makes of the project's own pages, after a change of it that is meant
	@$(BIN)/python tests/cleaning/what_cleaning_makes.py

docs: .venv/.dev  ## the documentation as a site, in .site
	@NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --quiet --strict

wheel: .venv/.dev  ## the package for readers, in dist
	@$(BIN)/python -m hatchling build -t wheel

lock: .venv/.dev  ## pin what pyproject.toml asks for, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra web --group crawl -o requirements/run.txt pyproject.toml requirements/build.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra web --group dev -o requirements/dev.txt pyproject.toml requirements/build.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra web --extra dask --group crawl -o requirements/dask.txt pyproject.toml requirements/build.in
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  -o requirements/uv.txt requirements/uv.in

benchmark: .venv/.dev  ## download only, trafilatura in a pipeline, and broadtape, in one run
	$(BIN)/python -m benchmarks.crawl

benchmark-backfill: .venv/.dev  ## pages a core-second of a backfill, a plain loop and datatrove (DATATROVE=its Python)
	$(BIN)/python -m benchmarks.backfill $(if $(DATATROVE),--datatrove $(DATATROVE))

benchmark-text: .venv/.dev  ## quality and speed of cleaning against trafilatura, on all real pages
	$(BIN)/python -m benchmarks.text --part all

benchmark-year: .venv/.dev  ## a year of small runs, then upkeep
	$(BIN)/python -m benchmarks.year

benchmark-read: .venv/.dev  ## reading and searching a million articles, against DuckDB by hand
	$(BIN)/python -m benchmarks.read

benchmark-growth: .venv/.dev  ## what costs more as the archive grows: three sizes, ten times apart
	$(BIN)/python -m benchmarks.growth

clean:  ## remove the environment, the sample archive and caches
	rm -rf .venv .benchmark .site archive dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
