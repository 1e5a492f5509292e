# The portal's commands. `make` alone lists them; the rest is in docs/.
# Everything is reached through .venv/bin/python, so that nothing needs to be activated.

PYTHON ?= python3
PORT ?= 8000
# Test processes, one more than the cores of the smallest machine: there is always one that waits, for
# a browser or a server. `make test WORKERS=0` runs all in one, for a debugger.
WORKERS ?= 3
# What comes after pytest: `make test ARGS="tests/articles -k brouillon"`
ARGS ?=

python := .venv/bin/python
# Each process takes one test after another, those that share what is long to make (xdist_group)
# together; in the order of tests/conftest.py, not the largest groups first: what empties the database is last.
pytest = $(python) -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
pip_install := $(python) -m pip install --disable-pip-version-check --no-input -qq --require-hashes
templates = $(shell find templates -name '*.html')

# Settings as a production site has them, for the checks that ask how the portal would be deployed.
as_deployed := env DEBUG=false SITE_URL=https://portail.example ALLOWED_HOSTS=portail.example \
	DATABASE_URL=sqlite://:memory: \
	SECRET_KEY=for-checks-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ

.DEFAULT_GOAL := help
.PHONY: help run test check fix permissions pictures bench lock clean system

help: ## cette aide
	@echo "Portail DLA. Commandes :"
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-14s %s\n", $$1, $$2 }'

run: .venv/.runtime ## installe, prépare et démarre le portail sur 127.0.0.1 [PORT=8000]
	@exec $(python) -m dla_portal.serve --port $(PORT)

test: .venv/.dev system ## tout ce qui doit tenir, sur PostgreSQL puis SQLite, navigateur compris [ARGS=…]
	@echo "== PostgreSQL"
	@.ci/timed "tests, PostgreSQL" $(python) -m tests.throwaway_postgres $(pytest) $(ARGS)
	@echo "== SQLite, ce qui dépend de la base"
	@.ci/timed "tests, SQLite" env -u DATABASE_URL $(pytest) --second-database $(ARGS)

check: .venv/.dev ## style, types, étages, gabarits, migrations en attente, déploiement, verrous
	@$(MAKE) --no-print-directory --keep-going --jobs=$(WORKERS:0=1) --output-sync=target $(checks)

# Types take as long as all the others together: begun first, they share the cores with them.
checks := check-types check-style check-floors check-templates check-migrations check-deploy check-locks
.PHONY: $(checks)

check-types:
	@.ci/timed types $(python) -m mypy .

check-style:
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .

check-floors:
	@.ci/timed étages .venv/bin/lint-imports --no-logo

check-templates:
	@.venv/bin/djade --check --target-version 5.2 $(templates)
	@$(python) -m djhtml --tabwidth 2 --check $(templates)

check-migrations:
	@.ci/timed migrations $(as_deployed) $(python) manage.py makemigrations --check --dry-run

check-deploy:
	@.ci/timed déploiement $(as_deployed) $(python) manage.py check --deploy --fail-level WARNING

check-locks:
	@$(python) -m pytest -q --no-header tests/house/test_locks.py

fix: .venv/.dev ## met en forme le code et les gabarits
	$(python) -m ruff check --fix-only --quiet .
	$(python) -m ruff format .
	-.venv/bin/djade --target-version 5.2 $(templates)
	-$(python) -m djhtml --tabwidth 2 $(templates)

permissions: .venv/.dev ## récrit docs/permissions.md d’après les tests
	$(python) -m tests.permissions.document

pictures: .venv/.dev system ## refait les deux images du README d’après la démonstration
	@$(python) -m tests.pictures

bench: .venv/.dev ## les mesures, en tableau de rapports
	@$(python) -m benchmarks

lock: .venv/.dev ## récrit requirements*.txt d’après pyproject.toml (demande le réseau)
	$(lock) --output-file requirements.txt
	$(lock) --group dev --constraints requirements.txt --output-file requirements-dev.txt

clean: ## enlève ce qui se refait (environnement, caches) ; garde la base et les fichiers déposés
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis var/static var/static.fingerprint
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Pinned, hashed, and without the address of any index: each machine installs from its own.
lock = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml

# What the tests need besides Python: PostgreSQL's server, Chromium, a Java runtime.
system:
	@.ci/system-packages

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent (make run PYTHON=/chemin/vers/python3)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Il manque le module venv de Python. Sur Debian ou Ubuntu : apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installation des dépendances…"
	@$(pip_install) --requirement requirements.txt
	@touch $@

# The development lock holds the runtime lock, version for version (tests/house/test_locks.py).
.venv/.dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installation des dépendances de développement…"
	@$(pip_install) --requirement requirements-dev.txt
	@touch .venv/.runtime $@
