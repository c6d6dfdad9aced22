# Shortcuts for the nox sessions in noxfile.py. Their files are in .cache/, which git ignores.
PYTHON ?= python3
PORT ?= 8080

_version := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2] if sys.version_info >= (3, 10) else "old")')
_bootstrap := .cache/bootstrap-$(_version)
_stamp := $(_bootstrap)/.ready
# Not the script of nox, whose interpreter path breaks if the checkout is moved.
NOX = $(_bootstrap)/bin/python -m nox

# the newest ansible-core that supports the interpreter
_core_3.10 := 2.17
_core_3.11 := 2.19
CORE ?= $(or $(_core_$(_version)),2.21)
NOX_VERSION = nox >= 2025.5.1, < 2027

.DEFAULT_GOAL := help
.PHONY: help demo unit test test-all lint format sanity units integration core docs simulator bench reliability awx molecule link build changelog pictures clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(_stamp) ## build and install the collection, start the simulator, run the example playbook
	@$(NOX) -s demo

unit: $(_stamp) ## unit tests and gates, in under a minute (ARGS="-k name" for pytest)
	@$(NOX) -s unit -- $(ARGS)

test: $(_stamp) ## unit, simulator and acceptance tests, documents and gates, with coverage (ARGS=...)
	@$(NOX) -s test -- $(ARGS)

test-all: $(_stamp) ## test and lint, then every ansible-core from 2.15 to 2.22 that this machine has a Python for
	@$(NOX) -s test lint importer docs molecule awx
	@$(NOX) -t matrix

lint: $(_stamp) ## ansible-lint, yamllint, ruff, mypy, antsibull, galaxy-importer
	@$(NOX) -s lint importer

format: $(_stamp) ## format the Python code with ruff
	@$(NOX) -s format

sanity: $(_stamp) ## ansible-test sanity (CORE=2.17 chooses the ansible-core)
	@$(NOX) -s 'core($(CORE))' -- sanity

units: $(_stamp) ## ansible-test units (CORE=...)
	@$(NOX) -s 'core($(CORE))' -- units

integration: $(_stamp) ## ansible-test integration (CORE=...)
	@$(NOX) -s 'core($(CORE))' -- integration

core: $(_stamp) ## everything that the matrix runs on one ansible-core (CORE=...)
	@$(NOX) -s 'core($(CORE))'

docs: $(_stamp) ## the documentation site, in .cache/site/html
	@$(NOX) -s docs

simulator: $(_stamp) ## the simulated service, in the foreground (PORT=8080)
	@$(NOX) -s simulator -- --port $(PORT) $(ARGS)

bench: $(_stamp) ## measure the time per task
	@$(NOX) -s bench -- $(ARGS)

reliability: $(_stamp) ## the long tests (a quarter of an hour): state machines, fuzzing, faults, load and mutations
	@$(NOX) -s reliability -- $(ARGS)

awx: $(_stamp) ## run the jobs in examples/awx as AWX would
	@$(NOX) -s awx -- $(ARGS)

molecule: $(_stamp) ## the Molecule scenarios
	@$(NOX) -s molecule -- $(ARGS)

link: $(_stamp) ## link the checkout into .cache/collections as an installed collection
	@$(NOX) -s link

build: $(_stamp) ## the artifact, in dist/
	@$(NOX) -s build

changelog: $(_stamp) ## turn the fragments into the entry of the version in galaxy.yml
	@$(NOX) -s changelog

pictures: $(_stamp) ## update the pictures in the documents from a run of the demo
	@$(NOX) -s pictures

clean: ## remove everything that the other targets created
	@if [ -x $(_bootstrap)/bin/python ]; then $(NOX) -s clean; fi
	rm -rf .cache dist

$(_stamp): Makefile
	@if [ '$(_version)' = old ] || [ -z '$(_version)' ]; then echo 'Python 3.10 or newer is needed; name one: make PYTHON=python3.12 ...' >&2; exit 1; fi
	@mkdir -p .cache
	@$(PYTHON) -m venv $(_bootstrap)
	@$(_bootstrap)/bin/python -m pip install --quiet --disable-pip-version-check '$(NOX_VERSION)'
	@touch $@
