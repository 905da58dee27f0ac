# Each target does all of its own set-up.

SECONDS ?= 30

.PHONY: demo test lint clean

demo: ## the whole bridge on simulated hardware; SECONDS=0 runs until Ctrl-C
	@.ci/setup run
	@.venv/bin/surfacebridge demo --seconds $(SECONDS)

test: ## every test
	@.ci/setup test
	@.venv/bin/python -m pytest $(ARGS)

lint: ## format, lint, types and import contracts
	@.ci/run lint

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
