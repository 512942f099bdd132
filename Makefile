# Every target is a line or two that one could type. `make test` needs Go 1.26 and nothing else: it fetches the rest.
.DEFAULT_GOAL := help
MAKEFLAGS     += --no-print-directory

cache  := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mod
linter := v2.15.0

# What the tests look for: Python with Jinja2 and DuckDB (they are what we compare with), and the programs of Postgres.
export MOD_PYTHON ?= $(cache)/python/bin/python
export MOD_SQL_CORPUS ?= $(cache)/sql
export MOD_SITE_TOOLS ?= $(cache)/site
export PATH       := $(cache)/bin:$(PATH):$(lastword $(sort $(wildcard /usr/lib/postgresql/*/bin)))

# dbt's adapter tests, where they stand beside this checkout, and the families of them that `make test` runs.
export MOD_ADAPTER_SUITE ?= $(firstword $(wildcard ../adapter_suite ../*/adapter_suite ../*/cases/adapter_suite))
quick := aliases,basic,ephemeral,hooks,persist_docs,simple_copy,unit_testing

build: ## bin/mod
	go build -trimpath -o bin/mod ./cmd/mod

test: ## all checks, after fetching what they need and is not here yet
	@.ci/setup $(cache) $(linter)
	@$(MAKE) check

check: lint fuzz build ## all checks with what is here
	tests/servers/trino.sh run go test -timeout 20m ./...
	@SUITE_ONLY=$(quick) tests/conformance/adapter_suite.sh bin/mod

lint: ## format, vet, layers, golangci-lint
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt -w these files" >&2; exit 1; }
	go vet ./...
	go test -run 'Layers|Lattice' ./tests
	@if command -v golangci-lint >/dev/null; then set -x; golangci-lint run; else echo "golangci-lint is missing: skipped" >&2; fi

fuzz: ## every fuzz target for fifteen seconds
	@.ci/fuzz 15s

bench: ## mod, dbt 1.x and 2.x in turn on one project, then mod and raw SQL, as ratios (an hour; N=100 makes it minutes, B=Project, B=Site, B=Interface and B=Snowflake are among them)
	go test -run '^$$' -bench '$(or $(B),.)' -benchtime 1x -timeout 5h ./tests/bench -models $(or $(N),1000) -alone=$(or $(ALONE),false)

golden: ## rewrite golden files, the templates' with Jinja2 itself; read the diff
	@.ci/setup $(cache) $(linter)
	PYTHONHASHSEED=0 $(MOD_PYTHON) compiler/jinja/testdata/corpus.py
	go test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' compiler cmd runner tests | xargs -n1 dirname | sort -u | sed 's,^,./,') -update

docs: ## rewrite docs/reference, and the list of dialects, from the code
	go test ./compiler/dialect -update
	go test ./docs/reference/... -update

conformance: build ## readers of dbt's artifacts on ours, real dbt projects against what dbt made of them (MOD_CASES), dbt's adapter tests (MOD_ADAPTER_SUITE) and functional ones (MOD_FUNCTIONAL), other projects beside dbt itself (MOD_PROJECTS), types against DuckDB and Postgres, the parser against queries of others, columns and lineage of those projects against DuckDB and sqlglot, the destination kafka against Apache Kafka, every statement of apply, promote, rollback, backfill and gc going wrong in every way, the sites of those projects and of a large one in a browser
	@tests/conformance/consumers.sh bin/mod
	@.ci/conformance bin/mod
	@tests/conformance/artifacts.sh bin/mod
	@tests/conformance/adapter_suite.sh bin/mod
	@tests/conformance/functional.sh bin/mod
	@tests/conformance/projects.sh bin/mod
	@tests/sql/corpus.sh $(cache)/sql bin/mod
	@go test -count=1 -v -run TestColumnsAreTheWarehouses ./tests
	@.ci/fuzz 5m compiler/sql compiler/lineage compiler/types
	@MOD_SQL_ALL=1 go test -count=1 -v ./tests/sql
	go test -run Agrees -v ./tests/types -every 1
	go test -count=1 -run TestWhatDuckDBAccepts -v ./tests -queries 2000
	@tests/conformance/kafka.sh
	MOD_TRINO_HEAP=2G MOD_TRINO_TIER=4 MOD_TPCH=sf1 MOD_ELSEWHERE=all tests/servers/trino.sh run go test -count=1 -timeout 1h -run 'TPCH|FiveMillion|TestCasesAreTheSameElsewhere|TestScriptElsewhere' -v ./tests ./adapters/trino
	MOD_ALL_FAULTS=1 go test -count=1 -timeout 3h -run TestWhateverGoesWrong -v ./cmd
	@go test -count=1 -v -run TestTheSitesOfCases ./tests
	@MOD=$(CURDIR)/bin/mod MOD_SITE_LARGE=1 go test -count=1 -v -run TestTheSiteOfALargeProject ./tests/bench

site: build ## the demo's documentation: target/docs/index.html
	bin/mod build --quiet
	bin/mod docs generate --single-file

review: build ## what mod ci says of the demo since the commit before, with data: target/ci/report.md
	.ci/review bin/mod

clean: ## remove what was built
	rm -rf bin dist target logs shop.duckdb shop.duckdb.wal

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build test check lint fuzz bench golden docs conformance site review clean help
