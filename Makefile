# Two commands do everything on a fresh Debian machine with Python 3.11: `make demo` and `make test`.

VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
APT := DEBIAN_FRONTEND=noninteractive apt-get

.PHONY: help demo test test-both check bench chaos drills model scanners fuzz tampers calls pictures sbom lock clean

help:
	@echo "make demo    set up and play the letter of Cao Lộc for forty days, on SQLite"
	@echo "make test    set up and run every test; what is made for SQLite and PostgreSQL takes turns"
	@echo "make test-both  the same, everything on both databases: at night, and before a release"
	@echo "make check   style, types, layers and rules; under a minute"
	@echo "make bench   measure against the limits (tests/bench/README.md)"
	@echo "make chaos   kill workers and sites, 1,000 cycles on each database"
	@echo "make drills  lose 20 offices on each database, and go on with their backups"
	@echo "make model   play 2,000 lives of duties against the reference, on both databases"
	@echo "make scanners  10,000 visits of scanners to the links in messages, then people"
	@echo "make fuzz    read 100,000 damaged files"
	@echo "make calls   make 1,000,000 drawn calls, half on each database, and let Schemathesis try"
	@echo "make pictures  play the demo and take the README's pictures of its pages"
	@echo "make tampers   change one thing in a signed ledger, 100,000 times"
	@echo "make sbom    list what the product is made of, in var/sbom.cdx.json (CycloneDX)"

demo: $(VENV)/runtime
	@$(BIN)/dondoc demo

test test-both: $(VENV)/dev $(VENV)/typescript/installed postgresql chromium dovecot
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy -n 2 && $(BIN)/lint-imports
	@$(BIN)/pytest -n auto --maxprocesses 8 --dist worksteal --databases $(if $(filter test-both,$@),both,turns)

check: $(VENV)/dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy -n 2 && $(BIN)/lint-imports
	@$(BIN)/pytest tests/rules tests/tidy tests/contract

bench: $(VENV)/dev postgresql
	@$(BIN)/python -m tests.bench

chaos: $(VENV)/dev postgresql
	@$(BIN)/python -m tests.chaos --cycles 1000

drills: $(VENV)/dev postgresql
	@$(BIN)/python -m tests.drills --times 20

model: $(VENV)/dev postgresql
	@$(BIN)/python -m tests.model --examples 2000 --steps 50

scanners: $(VENV)/dev postgresql chromium
	@$(BIN)/python -m tests.scanners --visits 10000

fuzz: $(VENV)/dev
	@$(BIN)/python -m tests.fuzz --files 100000

calls: $(VENV)/dev postgresql
	@$(BIN)/python -m tests.calls --calls 500000

pictures: $(VENV)/dev chromium
	@$(BIN)/python -m tests.pictures

tampers: $(VENV)/dev
	@$(BIN)/python -m tests.tampers --count 100000

sbom: $(VENV)/dev
	@mkdir -p var
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
	  --of JSON -o var/sbom.cdx.json

# Without python3-venv there is no pip in a new environment; apt brings it, once.
$(VENV)/bin/pip:
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || ($(APT) update -q && $(APT) install -y -q python3-venv)
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.lock pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/runtime
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A developer's TypeScript client is made from the contract and compiled (tests/client); people sign in
# through a real OpenID provider, which needs Node.js too (tests/api/oidc_provider).
$(VENV)/typescript/installed: tests/client/typescript/package-lock.json | $(VENV)/bin/pip
	@command -v npm >/dev/null || ($(APT) update -q && $(APT) install -y -q --no-install-recommends nodejs npm)
	@mkdir -p $(@D) && cp tests/client/typescript/package*.json $(@D)
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: postgresql
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  ($(APT) update -q && $(APT) install -y -q --no-install-recommends postgresql postgresql-contrib)

# One visitor of `tests/scanners` is a browser that runs scripts.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || ($(APT) update -q && $(APT) install -y -q --no-install-recommends chromium)

# The mailbox of mail that comes back is read from a real IMAP server.
.PHONY: dovecot
dovecot:
	@test -x /usr/sbin/dovecot || \
	  ($(APT) update -q && $(APT) install -y -q --no-install-recommends dovecot-imapd)

# Lock files carry hashes and no addresses of indexes.
lock: $(VENV)/dev
	$(BIN)/pip install -q uv
	for set in "--group build -o requirements.lock" "--group dev --group build -o requirements-dev.lock"; do \
	  $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml $$set; done

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .hypothesis .import_linter_cache
