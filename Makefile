# make demo   a demo recording with known faults: scored, with its report
# make test   every check and every test
# make check  the checks alone: lint, format, types, layers, spelling
# make docs   the pages that are generated from the code
# Both set up .venv by themselves. Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= demo
WORKERS ?= 2

.PHONY: demo test check docs clean

demo: $(VENV)/.demo
	$(BIN)/beholder demo --out $(OUT)

test: check
	$(BIN)/python -m pytest -n $(WORKERS) --doctest-modules

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell

docs: $(VENV)/.test
	$(BIN)/typer beholder.cli.app utils docs --name beholder --title "Command line" --output docs/reference/cli.md

clean:
	rm -rf $(VENV) $(OUT) build dist

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Beholder needs Python 3.11 or newer; $(PYTHON) is older or missing: install one, then: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) has no venv: install it (Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# Installed again when pyproject.toml changes: its dependencies and entry points are read at installation.
$(VENV)/.demo: pyproject.toml | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.demo
