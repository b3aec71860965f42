# Everything that a newcomer or a developer does with SpeakUp. `make` alone lists it.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup setup-runtime run code reset test test-slow format lock assets \
    check check-lint check-types check-imports check-templates check-migrations check-production

python := .venv/bin/python
rooms := speakup professional_standards notifications tests manage.py
pytest := $(python) -m pytest

# Nothing of the caller's Python mixes with the pinned packages, and what was compiled once is kept: every process of
# the service, and of the tests, would compile all that it imports again.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PYTHONDONTWRITEBYTECODE

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: setup-runtime ## set everything up and start the service: http://localhost:8000 (SPEAKUP_PORT, SPEAKUP_DATA move it)
	@$(python) manage.py prepare_demonstration
	@exec $(python) manage.py start

code: setup-runtime ## print a member's one-time code: make code USER=helen.marsh@example.test
ifeq ($(origin USER),command line)
	@exec $(python) manage.py code -- "$$USER"
else
	@echo "Say whose code: make code USER=helen.marsh@example.test" >&2; exit 1
endif

reset: setup-runtime ## remove the demonstration's data (var/, or SPEAKUP_DATA)
	@exec $(python) -m speakup.embedded.data_folder

setup: ## make .venv and install everything that development needs, hashes checked
	@requirements/install dev

setup-runtime:
	@requirements/install runtime

test: setup ## run the suite (browser journeys where a Chromium is found)
	@$(pytest) -n 2 --dist loadgroup -m "not slow"

test-slow: setup ## run what takes long (deep property tests, long journeys, real servers), and again on PostgreSQL what has a database
	@$(pytest) -n 2 --dist loadgroup -m slow
	@$(python) -m tests.services.on_postgresql $(pytest) -p tests.services.on_postgresql -n 2 --dist loadgroup \
		-m "not slow and not browser and not services"

check: check-lint check-types check-imports check-templates check-migrations check-production ## lint, types, import directions, templates, migrations, production settings
	@echo "All checks passed."

# Settings make their secrets in the data folder: these checks get one of their own.
check-types check-migrations: export SPEAKUP_DATA := $(CURDIR)/.mypy_cache/data

check-lint: setup
	@$(python) -m ruff check $(rooms)
	@$(python) -m ruff format --check $(rooms)
	@$(python) -m tests.lint.objects_in_views

check-types: setup
	@$(python) -m mypy

check-imports: setup
	@.venv/bin/lint-imports --no-logo

check-templates: setup
	@$(python) -m djlint templates --lint --quiet

check-migrations: setup
	@$(python) manage.py makemigrations --check --dry-run

check-production: setup
	@$(python) -m tests.lint.production_settings

format: setup ## put the code into the one style, and mend what lint can mend
	@$(python) -m ruff check --fix --quiet $(rooms) || true
	@$(python) -m ruff format $(rooms)

compile := .venv/bin/uv --quiet pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: setup ## pin pyproject.toml's packages again (LOCK=--upgrade takes the newest that fit)
	@echo uv | $(compile) $(LOCK) --no-annotate --output-file requirements/bootstrap.txt -
	@$(compile) $(LOCK) --output-file requirements/runtime.txt pyproject.toml
	@$(compile) $(LOCK) --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt pyproject.toml

assets: ## build the style sheets and scripts under static/ again (needs Node and npm; nothing else does)
	@assets/build
