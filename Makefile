# Two commands are all a newcomer needs: `make run` and `make test`.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first Python on this machine that is new enough; override with PYTHON=…
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
JOBS ?= 2

.PHONY: help run test check bench format format-check lint types contracts migrations-match audit lock words clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: $(VENV)/run.stamp web/static/vendor/made ## install, database, a demonstration year, and the server
	@$(BIN)/python serve.py

# What is compiled is kept: every worker, and every server that a test starts, reads it again.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/test.stamp web/static/vendor/made $(VENV)/browser.stamp ## install and run every test, those in a real browser too
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -q

check: $(VENV)/test.stamp web/static/vendor/made $(VENV)/browser.stamp ## exactly what CI runs
	$(MAKE) --no-print-directory format-check lint types contracts migrations-match
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory audit

bench: $(VENV)/test.stamp web/static/vendor/made ## the hot paths, each beside its limit or a peer in the same run
	$(BIN)/python -m benchmarks

format: $(VENV)/test.stamp ## write the code the one way
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format-check: $(VENV)/test.stamp
	$(BIN)/ruff format --check .

lint: $(VENV)/test.stamp ## lint
	$(BIN)/ruff check .

types: $(VENV)/test.stamp ## types, strictly
	$(BIN)/mypy .

contracts: $(VENV)/test.stamp ## which way the rooms lean
	$(BIN)/lint-imports

migrations-match: $(VENV)/test.stamp ## the migrations make what the models say
	$(BIN)/python -m pytest -q tests/test_migrations.py

audit: $(VENV)/test.stamp ## known vulnerabilities and licences of what we install
	$(BIN)/python -m tests.audit

lock: ## write the lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url -q -o requirements.txt
	uv pip compile pyproject.toml --extra dev -c requirements.txt --universal --generate-hashes --no-emit-index-url -q -o requirements-dev.txt

words: $(VENV)/test.stamp ## take the public pages' words into the catalogues of their translations
	$(BIN)/pybabel -q extract -F web/translations/babel.cfg -k lazy_gettext --no-location --sort-output \
		--project=Commonstore -o web/translations/messages.pot web labels logistics
	$(BIN)/pybabel -q update -i web/translations/messages.pot -d web/translations --no-fuzzy-matching --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d web/translations
	@rm web/translations/messages.pot

clean: ## forget everything installed and every demonstration row
	rm -rf $(VENV) instance node_modules web/static/vendor

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Commonstore needs Python 3.11 or newer. Install it, or say PYTHON=/path/to/python."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

# uv where the machine has it (seconds), else pip.
define install
	@echo "Installing $(1)"
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(call install,requirements.txt)

$(VENV)/test.stamp: requirements-dev.txt | $(VENV)/bin/python
	$(call install,requirements-dev.txt)
	@touch $(VENV)/run.stamp

web/static/vendor/made: package-lock.json web/assets.py | $(VENV)/run.stamp
	@$(BIN)/python -m web.assets
	@touch $@

$(VENV)/browser.stamp: tests/browser.py | $(VENV)/test.stamp
	@$(BIN)/python -m tests.browser
	@touch $@
