# One command each. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
LOCK := uv pip compile pyproject.toml --universal --fork-strategy fewest --python-version 3.11 \
	--only-binary :all: --generate-hashes --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade) --quiet

PEER = printf '$(1)\n' | uv pip compile - --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-annotate --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade) --quiet --output-file locks/peers/$(2).txt > /dev/null

export PIP_ROOT_USER_ACTION := ignore
export PIP_USER := 0
export PYTHONWARNINGS :=
unexport PYTHONPATH
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME

.PHONY: help demo test test-long test-full test-spark coverage mutants check bench docs lock clean
.DEFAULT_GOAL := help

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1@\2/p' Makefile | awk -F@ '{printf "%-16s %s\n", $$1, $$2}'

demo: .venv/run.stamp ## make demo-town/ anew and go the whole way in it (about a minute)
	@rm -rf demo-town
	@$(BIN)/licet demo

test: .venv/dev.stamp ## run the tests but the long ones, reduced counts (under 5 minutes)
	@$(BIN)/python -m pytest -q -n 2 -m "not long"

test-long: .venv/dev.stamp ## run the long tests, reduced counts (about 10 minutes)
	@$(BIN)/python -m pytest -q -n 2 -m long

test-full: .venv/dev.stamp ## run all tests with every count stated (under 90 minutes)
	@LICET_FULL=1 $(BIN)/python -m pytest -q -n 2

test-spark: ## run the tests that need Spark and Java (downloads 455 MB once)
	@PYTHON=$(PYTHON) .ci/spark

coverage: .venv/dev.stamp ## check that tests run every line and branch of the pure modules
	@$(BIN)/python -m tests.coverage_of_rules

mutants: .venv/dev.stamp ## change the rules a little and see that a test notices (ARGS="gate.py --sample 50")
	@nice -n 10 $(BIN)/python mutants/run.py $(ARGS)

check: .venv/dev.stamp ## style, types, import direction
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || \
		{ echo "Not in the house's format. Next: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports > .lint-imports.txt || { cat .lint-imports.txt; rm -f .lint-imports.txt; exit 1; }
	@rm -f .lint-imports.txt
	@echo "Style, types and import direction hold."

bench: .venv/dev.stamp ## measure speed and memory beside peers (about 75 minutes; ONLY=criteria one part)
	@$(BIN)/python bench/every.py --only "$(ONLY)"

docs: .venv/dev.stamp ## write the generated pages, and the manual as a site to build/manual
	@$(BIN)/python docs/build.py
	@$(BIN)/python docs/site.py

lock: ## write locks/*.txt anew (UPGRADE=1 takes newer versions)
	@command -v uv > /dev/null || { echo "make lock needs uv. Next: $(PYTHON) -m pip install uv" >&2; exit 1; }
	@echo "Resolving locks/dev.txt and locks/run.txt ..."
	@$(LOCK) --extra link --extra audit --extra web --group dev --output-file locks/dev.txt > /dev/null
	@$(LOCK) --extra link --extra audit --extra web --group build --constraints locks/dev.txt --no-annotate --output-file locks/run.txt > /dev/null
	@echo "Resolving locks/spark.txt (reads PySpark's source, 455 MB) ..."
	@printf 'pyspark>=4.3,<5\nsetuptools>=80\n' | uv pip compile - --universal --python-version 3.11 \
		--constraints locks/dev.txt --generate-hashes --no-annotate --custom-compile-command "make lock" \
		$(if $(UPGRADE),--upgrade) --quiet --output-file locks/spark.txt > /dev/null
	@echo "Resolving locks/peers/*.txt: what tests and benches are held against ..."
	@$(call PEER,aequitas==1.1.0,aequitas) && $(call PEER,dcurves==1.1.7,dcurves) && $(call PEER,svy==0.35.0,svy)
	@$(call PEER,recordlinkage==0.16\npandas<2.2\nnumpy==1.26.*\npyarrow,recordlinkage)

clean: ## remove everything that make made
	@rm -rf .venv build dist demo-town bench/out .coverage .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache .lint-imports.txt
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A stamp is written last, so that an interrupted install starts again.
.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Licet needs Python 3.11 or newer; $(PYTHON) is not. Next: make PYTHON=python3.12 ..." >&2; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Could not make .venv. On Debian and Ubuntu, install python3-venv first." >&2; exit 1; }
	@touch $@

.venv/run.stamp: locks/run.txt pyproject.toml | .venv/made.stamp
	@echo "Installing Licet into .venv (once, a minute or two) ..."
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r locks/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: locks/dev.txt pyproject.toml | .venv/made.stamp
	@echo "Installing Licet and what its tests need into .venv (once, a minute or two) ..."
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r locks/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch .venv/run.stamp $@
