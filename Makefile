# From a fresh clone, with Python 3.10 or newer and make: `make demo` or `make test`. Each does all of its own set-up in .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	command -v $$p >/dev/null && $$p -c 'import sys; raise SystemExit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-stamp
DEV := $(VENV)/.dev-stamp
SAMPLE := build/sample_repo
PYTEST_ARGS ?=
# One process a processor; the tests of a file stay together, since they share what is slow to make.
JOBS ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint unit docs snapshots oracle bench clean

help:
	@echo "make demo       analyze the sample shop and show what is wrong with it"
	@echo "make test       everything that a change has to pass"
	@echo "make lint       the fast part of it: format, lint, types, layers"
	@echo "make unit       only the tests (PYTEST_ARGS='-k env-undeclared')"
	@echo "make docs       write docs/rules/ from the rules' docstrings, and the site into build/site"
	@echo "make snapshots  accept the reports on the sample as they are now"
	@echo "make oracle DIR=...   compare the replay of a project's migrations with a real PostgreSQL"
	@echo "make bench      measure the speed"

# Findings are what the demonstration is for, so they do not make it fail.
demo: $(RUN)
	@$(BIN)/python -m tools.sample $(SAMPLE)
	@cd $(SAMPLE) && ../../$(BIN)/supalint check --exit-zero

test: lint unit

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

unit: $(DEV)
	$(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

docs: $(DEV)
	$(BIN)/python -m tools.docs
	$(BIN)/mkdocs build --strict --quiet

snapshots: $(DEV)
	UPDATE_SNAPSHOTS=1 $(BIN)/pytest tests/test_sample_repo.py

oracle: $(DEV)
	$(BIN)/python -m benchmarks.oracle $(DIR)

bench: $(DEV)
	$(BIN)/python -m benchmarks.speed

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.10 or newer is needed, and none was found: set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(RUN): pyproject.toml | $(BIN)/python
	@echo "installing supalint into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/python
	@echo "installing supalint and its development tools into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $(RUN) $@
