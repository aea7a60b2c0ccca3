# The two commands of the README are `make briefings` and `make test`; each installs what it needs into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: help install briefings test test-all check lab clean tools constraints

help:            ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | column -t -s "$$(printf '\t')"

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

install: $(VENV)/.installed          ## Install the workbench into .venv

briefings: install                   ## Make every briefing of the registered edition
	$(BIN)/spf build

test: $(VENV)/.installed-dev         ## Run the tests (ten minutes at most)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not long"

test-all: $(VENV)/.installed-dev     ## Run the long tests too
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: $(VENV)/.installed-dev        ## Style, types, and whether all inputs hold together
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/spf check

lab: install                         ## Open JupyterLab on the notebooks
	$(BIN)/spf lab

tools:                               ## System checkers for the tests: Chromium, LibreOffice, poppler (Debian, needs root)
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium poppler-utils libreoffice-writer-nogui fonts-liberation

constraints: $(VENV)/.installed-dev  ## Write down the versions that are installed now
	$(BIN)/python -m pip list --format freeze --exclude-editable | grep -viE '^(pip|setuptools|wheel|uv)==' > constraints.txt

clean:                               ## Remove what was built and installed
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find reports -mindepth 1 -not -name README.md -delete
