# Two commands: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run chat check test test-heavy bench texts lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /'

.venv/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing: on Debian or Ubuntu, apt install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: .venv/run.stamp ## start the assistant and print where to open it
	@$(BIN)/talent-bot serve

chat: .venv/run.stamp ## talk to the assistant in this terminal
	@$(BIN)/talent-bot chat

check: .venv/dev.stamp ## content first, then style, types and the direction of imports
	$(BIN)/talent-bot check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/dev.stamp ## the whole suite, without the heavy tests
	$(BIN)/pytest -m "not (crash or browser or process or retold)" -n auto

test-heavy: .venv/dev.stamp ## with a browser, processes, conversations on every platform, and kills at every point (minutes)
	$(BIN)/pytest -m "browser or process or retold" -n auto
	$(BIN)/pytest -m crash

bench: .venv/dev.stamp ## measure speed beside the floor (minutes)
	$(BIN)/python -m bench

CONSOLE := bot/web/locales

texts: .venv/dev.stamp ## bring locales/ up to date with the flows, and the console's words with its pages
	$(BIN)/talent-bot texts
	cd bot/web && ../../$(BIN)/pybabel -q extract -F locales/babel.cfg -k N_ -k words --no-location --sort-output --omit-header -o ../../$(CONSOLE)/console.pot .
	$(BIN)/pybabel -q update -i $(CONSOLE)/console.pot -d $(CONSOLE) -D console -l zh_Hans --ignore-obsolete --no-fuzzy-matching --omit-header -w 100
	rm $(CONSOLE)/console.pot

lock: ## pin the newest versions (needs uv)
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group pyproject.toml:build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock --group pyproject.toml:build --group pyproject.toml:dev pyproject.toml -o requirements-dev.lock

clean: ## remove what was installed; the data stays
	rm -rf .venv
