# Everything a newcomer needs: `make demo` shows it, `make test` tests it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint types contracts format wheels bench pictures behaviours clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## The app on a sandbox shop, in a throw-away home
	$(BIN)/tuisync demo

run: $(VENV)/.installed ## The app on your own data
	$(BIN)/tuisync

test: $(VENV)/.tested ## All tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: lint types contracts ## Lint, types and import contracts

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.tested
	$(BIN)/mypy

contracts: $(VENV)/.tested
	$(BIN)/lint-imports

format: $(VENV)/.tested ## Put the code into its standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

wheels: $(VENV)/.tested ## Build both distributions into dist/
	$(BIN)/python -m build --outdir dist .
	$(BIN)/python -m build --outdir dist plugins/etsy

bench: $(VENV)/.tested ## Measure, as ratios of one run
	for each in store tui; do $(BIN)/python -m benchmarks.$$each; done

pictures: $(VENV)/.tested ## Draw the pictures in the docs from the app itself
	$(BIN)/python tests/pictures.py docs/pictures

behaviours: $(VENV)/.tested ## Write docs/behaviours.md from a test run
	$(BIN)/python -m pytest -n $(WORKERS) -q --write-behaviours

clean: ## Remove what these commands made
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "tuisync needs Python 3.11 or newer; this is $$($(PYTHON) --version)." \
	    "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { v=$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python$$v-venv" >&2; \
	    exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml plugins/etsy/pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e . -e 'plugins/etsy[sandbox]'
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(PIP) install --quiet -c constraints.txt -e '.[dev]' -e 'plugins/etsy[sandbox]'
	@touch $@
