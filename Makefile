# Every target works with Go >= 1.21 alone, which fetches the Go of go.mod by itself; `make deps` adds what tests want.

BIN := bin/verigate
DATA := var/demo
LISTEN := 127.0.0.1:8080
SCREENS := var/screens
TOOLS := -modfile=internal/tools/go.mod
# Where git cannot read the tree (an archive, another owner), the binary goes without its revision.
VCS := $(if $(shell git rev-parse --verify -q HEAD 2>/dev/null),auto,false)
SUDO := $(if $(filter 0,$(shell id -u)),,sudo -n)

.DEFAULT_GOAL := help
.PHONY: help build run demo test quick screens lint fmt fuzz bench generate deps

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/verigate
	CGO_ENABLED=0 go build -trimpath -buildvcs=$(VCS) -o $(BIN) ./cmd/verigate

run: build ## start a demonstration on LISTEN (127.0.0.1:8080; data in var/demo)
	$(BIN) serve --demo --listen $(LISTEN) --data $(DATA)

demo: build ## play the stories against the running demonstration (second terminal)
	$(BIN) demo --data $(DATA)

test: ## vet, all tests with the race detector, lint; CI=true skips nothing
	@.ci/test

# The pages' tests are left out: each of their two dozen packages is linked with the whole product, which takes longer than the rest.
quick: ## the short tests without processes, pages and race detector: under a minute
	CGO_ENABLED=0 go test -short -timeout 120s -p 3 -parallel 8 -ldflags='-s -w' $$(go list ./... | grep -Ev '/internal/web(/|$$)')

screens: ## write every page as a picture, 1440 and 360 pixels wide, to var/screens (chromium)
	rm -rf $(SCREENS)
	VERIGATE_SCREENS=$(CURDIR)/$(SCREENS) CGO_ENABLED=0 go test -count=1 -timeout 15m ./internal/web/...
	@ls $(SCREENS)

lint: ## golangci-lint as .golangci.yml has it
	go tool $(TOOLS) golangci-lint run ./...

fmt: ## format as lint wants it (gofumpt, goimports)
	go tool $(TOOLS) golangci-lint fmt ./...

fuzz: ## each fuzz target for FUZZTIME (10s)
	@.ci/fuzz

bench: ## durable requests per second beside the raw store's limit, what it costs to know who calls and to write who reads, what open clocks and pages cost
	CGO_ENABLED=0 go run ./internal/bench

generate: ## write all generated code again
	go generate ./...

# A node that came from elsewhere brings its npm and does not bear Debian's.
deps: ## install gcc, libc6-dev, redis-server, openssl, strace, chromium, poppler-utils, node and npm for the tests (Debian; root or sudo -n)
	$(SUDO) apt-get -q update
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends gcc libc6-dev redis-server openssl strace chromium poppler-utils \
		$(if $(shell command -v node),,nodejs) $(if $(shell command -v npm),,npm)
