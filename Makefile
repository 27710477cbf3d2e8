# The menu. `make help` prints it.

PYTHON ?= python3
TORCH ?= default
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-$(TORCH)
DEVELOPMENT := $(VENV)/.development-$(TORCH)

.DEFAULT_GOAL := help
# An environment whose making failed must not count as made.
.DELETE_ON_ERROR:
.PHONY: help demo run test test-long check format screenshots bench clean

help:  ## Show this menu
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo "  TORCH=cpu on any of them installs PyTorch's CPU wheels (some 200 MB instead of several GB)."

demo: $(RUNTIME)  ## Start everything with the sample collection (Ctrl-C stops it)
	@exec $(BIN)/glimpse up --sample

run: $(RUNTIME)  ## Start everything without the sample collection
	@exec $(BIN)/glimpse up --no-sample

test: $(DEVELOPMENT)  ## Run the tests, browser tests included (under ten minutes)
	$(BIN)/python -m pytest -n 3 -m "not long"

test-long: $(DEVELOPMENT)  ## Run all tests, also those that take long
	$(BIN)/python -m pytest -n 2

check: $(DEVELOPMENT)  ## Check format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEVELOPMENT)  ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: $(DEVELOPMENT)  ## Take a picture of every page, for docs/gallery.md
	$(BIN)/python -m tools.gallery

bench: $(DEVELOPMENT)  ## Run the benchmarks and print their tables
	$(BIN)/python -m benchmarks

clean:  ## Remove the virtual environment and caches (never a home's data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Glimpse needs Python 3.11 or newer; name one: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "This Python lacks venv; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@sh tools/install.sh $(BIN) $(TORCH) .
	@touch $@

$(DEVELOPMENT): $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@sh tools/install.sh $(BIN) $(TORCH) '.[dev]'
	@touch $@ $(RUNTIME)
