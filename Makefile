# Two commands matter: `make demo` (the main job, start to finish) and `make test`. Both install what they need first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOG    ?= $(wildcard ../shared/data/stepik/submissions.csv.gz)

.PHONY: setup demo test lab app page bench lint lock clean

setup: $(VENV)/.ready  ## install the locked versions and both packages into .venv

$(VENV)/.ready: requirements.lock pyproject.toml policies/pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable ./policies --editable .
	touch $@

demo: setup  ## log -> people -> tuned policy -> confirmed -> wheel and report; LOG=file.csv uses your own, LOG= simulates one
	$(BIN)/hourglass demo $(if $(LOG),--log $(LOG))

test: setup lint  ## every test; browser tests run where Chromium is found (with CI=true it must be)
	$(BIN)/hourglass simulate --users 64 --days 2 --json > /dev/null  # compiles the day once, before two test processes would
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff check .

lab: setup  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

app: setup  ## the Panel cockpit
	$(BIN)/hourglass app

page: setup  ## the Voila page for product teams
	$(BIN)/hourglass page

bench: setup  ## speed and memory, peers in the same run
	$(BIN)/hourglass bench --install-peers --out out/bench

clean:
	rm -rf $(VENV) out dist build

lock: ## resolve the versions again (needs uv); hashes, no index addresses
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --all-extras -o requirements.lock
