# The two commands of the README are `go run ./cmd/tinhub serve --demo` and `make test`.

GO ?= go
RELEASE ?= $(shell git describe --tags --always 2>/dev/null || echo dev)
# Longest a test binary may take; the race detector on two cores is slow.
TEST_TIMEOUT ?= 20m

.PHONY: all build test quick rude bench conformance deps vet check fmt fuzz clean

all: build

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w -X main.release=$(RELEASE)" -o bin/tinhub ./cmd/tinhub

# Everything, with the race detector. Servers that tests need are installed where the system lets us (deps), started by the
# tests on free ports and stopped by them.
test: deps vet
	$(GO) test -race -timeout $(TEST_TIMEOUT) ./...
	$(GO) test -run '^$$' -bench . -benchtime 1x ./bench >/dev/null # that they still run; figures come from make bench
	@command -v redis-server >/dev/null || echo "no redis-server here: nothing of this was run against Redis (CI=true makes that an error)" >&2

# What a change needs between two keystrokes: no race detector, no installing.
quick:
	$(GO) test ./...

# The whole minute among hostile sources, of which the tests take a quarter; says the most memory it took.
rude:
	TINHUB_TEST_RUDE=1m $(GO) test -count 1 -v -run AMinuteAmongHostile ./cmd/tinhub

deps:
	@.ci/need redis-server:redis-server gcc:gcc

vet:
	@test -z "$$(gofmt -l cmd internal bench)" || { gofmt -d cmd internal bench; exit 1; }
	$(GO) vet ./...

# What vet does not see. The tools have a go.mod of their own, so that they are no dependency of the program.
check: vet
	$(GO) tool -modfile=tools/go.mod staticcheck ./...
	@test -z "$$($(GO) tool -modfile=tools/go.mod gofumpt -l cmd internal bench)" || { $(GO) tool -modfile=tools/go.mod gofumpt -d cmd internal bench; exit 1; }

fmt:
	$(GO) tool -modfile=tools/go.mod gofumpt -w cmd internal bench

# Figures as ratios to a plain baseline in the same run; see docs/performance.md.
bench:
	$(GO) test -run '^$$' -bench . -benchmem -count 5 ./bench

# The readers against public corpora, unpacked below CORPUS; without it, what to get. See docs/conformance.md.
conformance:
	@cd bench/conformance && $(GO) run . "$(CORPUS)" $(SUITES)

# Every fuzz target for a while: make fuzz FUZZTIME=1m
FUZZTIME ?= 20s
fuzz:
	@set -e; for f in $$(grep -rlE '^func Fuzz' --include='*_test.go' internal); do \
	  for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' $$f); do \
	    echo "$$(dirname $$f) $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f); \
	  done; done

clean:
	rm -rf bin
