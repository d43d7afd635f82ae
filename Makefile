# `make` alone tells what there is.
VENV := .venv
BIN := $(VENV)/bin

# One stamp per set of requirements: nothing is installed twice, and nothing stale is used.
stamp = $(VENV)/.installed-$(shell cksum < $(1) | tr ' ' '-')
RUN_READY := $(call stamp,requirements.txt)
TEST_READY := $(call stamp,tests/requirements.txt)

# Three, because what waits leaves two cores idle.
SHARED := -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help run test long check soak bench n8n pictures permissions
.DEFAULT_GOAL := help

# A process that may not keep what it compiles starts three times as slowly, each time.
export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

run: $(RUN_READY) ## the whole product on http://127.0.0.1:8000 (PORT=…), until Ctrl-C
	@exec $(BIN)/python manage.py up

test: $(TEST_READY) ## all tests but the long ones, in three processes (ARGS="-n 0 -k name": some, in one)
	@$(BIN)/pytest $(SHARED) -m "not long" $(ARGS)

long: $(TEST_READY) ## the tests marked `long`: every fault under load, a death at every call to n8n
	@$(BIN)/pytest $(SHARED) -m long $(ARGS)

check: export RUN_DIR ?= .run/check
check: $(TEST_READY) ## lint, format, types, imports, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(BIN)/python -m orchestrator.embedded sh -ec '\
	  set -x; $(BIN)/mypy; $(BIN)/lint-imports --no-cache; \
	  $(BIN)/python manage.py makemigrations --check --dry-run'

soak: export FUZZ ?= 60
soak: export STORM ?= 10
soak: $(TEST_READY) ## the long runs: very many hostile inputs (FUZZ=…), every fault under long load (STORM=…)
	@$(BIN)/pytest --timeout 1800 -n 2 --dist load tests/test_fuzz.py tests/test_parsers.py $(ARGS)
	@$(BIN)/pytest --timeout 1800 -n 0 -s tests/test_faults.py tests/test_scale_out.py tests/test_crowd.py $(ARGS)

bench: $(TEST_READY) ## the table of docs/performance.md, measured here and now
	@$(BIN)/python -m bench

n8n: $(RUN_READY) ## a real n8n on loopback, connected to the product that `make run` runs
	@n8n/n8n.sh run

pictures: $(TEST_READY) ## the pictures of docs/pages, taken anew
	@$(BIN)/python -m docs.pictures

permissions: export RUN_DIR ?= .run/check
permissions: $(RUN_READY) ## docs/permissions.md, written from the code
	@$(BIN)/python -m orchestrator.embedded $(BIN)/python -m docs.permissions

$(RUN_READY): requirements.txt | $(BIN)/python
	@$(call install,requirements.txt)

$(TEST_READY): tests/requirements.txt requirements.txt | $(BIN)/python
	@$(call install,tests/requirements.txt)
	@touch $(RUN_READY) # the tests' requirements hold the others

# The first Python that is new enough; uv finds or fetches one, and installs faster.
$(BIN)/python:
	@set -e; \
	if command -v uv >/dev/null; then echo "Making $(VENV) with uv"; uv venv -q --python '>=3.11,<3.14' $(VENV); exit; fi; \
	for python in python3.11 python3.12 python3.13 python3 python; do \
	  if $$python -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo 'Orchestrator needs Python 3.11 or newer, with venv (Debian: apt install python3-venv).' >&2; exit 1

define install
set -e; echo "Installing $(1) (once; half a minute)"; \
if command -v uv >/dev/null; then \
  uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
else \
  $(BIN)/python -m pip install -q --disable-pip-version-check --no-input --no-compile --require-hashes -r $(1); \
fi; \
rm -f $(VENV)/.installed-*; touch $@
endef
