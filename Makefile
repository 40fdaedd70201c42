# What a developer runs. Every target sets up what it needs; Python 3.11+, venv and make are enough.
PYTHON ?= python3
VENV ?= .venv
SEEDS ?= 10000
SOAK_ARGS ?=
BENCH_ARGS ?=
JOBS ?= 2
PYTEST_ARGS ?=
SCREENSHOTS ?= screenshots
ROOM ?=

BIN := $(VENV)/bin
ADAPTERS := $(patsubst %/pyproject.toml,%,$(wildcard adapters/*/pyproject.toml))
TYPED := src/fachkraft_share $(filter-out %/conftest.py,$(foreach a,$(ADAPTERS),\
  $(wildcard $(a)/src) $(filter-out $(a)/test_%.py,$(wildcard $(a)/*.py))))
INPUTS := pyproject.toml constraints.txt $(ADAPTERS:%=%/pyproject.toml)
INSTALL = $(BIN)/python -m pip install -q -c constraints.txt

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check screenshots coverage bench soak wheels changelog clean
.DELETE_ON_ERROR:

help:
	@echo "make demo    play the story: two chambers' nodes and seven companies on this machine"
	@echo "make test    run the tests, JOBS=$(JOBS) files at a time (PYTEST_ARGS=... for pytest)"
	@echo "make check   style, types and import contracts"
	@echo "make screenshots  a picture of every page, in both themes, narrow and wide, into $(SCREENSHOTS)/"
	@echo "                  (ROOM=desk of one room alone; needs Chromium)"
	@echo "make coverage  run the core's tests; fails where they leave a branch of the core untried"
	@echo "make bench   measure the budgets"
	@echo "make soak    measure the promises at full size, for hours (SEEDS=$(SEEDS) of the simulator)"
	@echo "make wheels  build the wheels of the library and of every adapter into dist/"
	@echo "make changelog VERSION=1.2.3   turn changes/ into a section of CHANGELOG.md"
	@echo "make clean   remove what the targets above made"
	@echo "PYTHON=python3.12 chooses the interpreter, VENV=path the environment."

demo: $(VENV)/.have-demo
	@$(BIN)/fachkraft-share demo

test: $(VENV)/.have-test
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/.have-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(TYPED)
	@$(BIN)/lint-imports

# Pages are looked at by axe as well where FKS_AXE names axe.min.js.
screenshots: $(VENV)/.have-test
	@command -v "$${FKS_CHROMIUM:-chromium}" >/dev/null || command -v chromium-headless-shell >/dev/null || { \
	  echo "Chromium was not found. Install it, on Debian or Ubuntu: apt-get install chromium; or name it: FKS_CHROMIUM=path" >&2; exit 1; }
	@FKS_SCREENSHOTS="$(abspath $(SCREENSHOTS))" $(if $(FKS_AXE),,FKS_REQUIRE_BROWSER=) \
	  $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile $(PYTEST_ARGS) \
	  $(if $(ROOM),tests/browser/test_$(ROOM).py,tests/browser)
	@echo "$$(ls "$(SCREENSHOTS)" | wc -l) pictures lie in $(abspath $(SCREENSHOTS)), named <page>-<theme>-<width>.png"

coverage: $(VENV)/.have-test
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --cov --cov-config tests/core.coveragerc \
	  tests/rules tests/wire tests/protocol

bench: $(VENV)/.have-node
	@$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

soak: $(VENV)/.have-test
	@$(BIN)/python tests/soak/run.py --set SEEDS=$(SEEDS) $(SOAK_ARGS)

wheels: | $(BIN)/python
	@rm -rf dist
	@$(BIN)/python -m pip wheel -q --no-deps --wheel-dir dist . $(ADAPTERS:%=./%)
	@ls dist

changelog: $(VENV)/.have-dev
	@$(BIN)/towncrier build --yes --version "$(VERSION)"

clean:
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# One stamp per extra: a second call installs nothing.
$(VENV)/.have-%: $(INPUTS) | $(BIN)/python
	@echo "Setting up $(VENV) for $* ..."
	@$(INSTALL) -e ".[$*]"
	@$(if $(ADAPTERS),$(INSTALL) $(ADAPTERS:%=-e ./%))
	@touch $@

# Debian's venv module leaves half an environment behind when ensurepip is missing: ask first.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is too old: 3.11 or newer is needed. Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv. Install it, on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
