// Package api holds the contract: openapi.yaml refers to ../schemas, openapi.bundle.yaml
// is the same in one document, server and client are generated from it, and asyncapi.yaml
// describes the NATS side.
package api

import _ "embed"

//go:generate go -C ../internal/tools run ./bundle ../../api/openapi.yaml ../../api/openapi.bundle.yaml
//go:generate go tool -modfile=../internal/tools/go.mod oapi-codegen -config server/oapi-codegen.yaml openapi.bundle.yaml
//go:generate go tool -modfile=../internal/tools/go.mod oapi-codegen -config client/oapi-codegen.yaml openapi.bundle.yaml

// OpenAPI is the bundled OpenAPI 3.1 document, as served at /openapi.yaml.
//
//go:embed openapi.bundle.yaml
var OpenAPI []byte
