package httpapi

import (
	"bytes"
	"context"
	"net/http"

	"verigate/api/server"
)

// GetLive says that the process answers.
func (e *edge) GetLive(context.Context, server.GetLiveRequestObject) (server.GetLiveResponseObject, error) {
	return server.GetLive200JSONResponse{HealthReplyJSONResponse: server.HealthReplyJSONResponse{Status: "ok"}}, nil
}

// GetReady says whether a request could be accepted now, and beside it what else is behind.
func (e *edge) GetReady(ctx context.Context, _ server.GetReadyRequestObject) (server.GetReadyResponseObject, error) {
	h := e.Health(ctx)
	if h.Ready {
		return server.GetReady200JSONResponse{HealthReplyJSONResponse: server.HealthReplyJSONResponse(h.view())}, nil
	}
	return server.GetReady503JSONResponse{NotReadyReplyJSONResponse: server.NotReadyReplyJSONResponse{
		Body: h.view(), Headers: server.NotReadyReplyResponseHeaders{RetryAfter: retryAfter},
	}}, nil
}

// GetOpenAPI is the contract itself.
func (e *edge) GetOpenAPI(context.Context, server.GetOpenAPIRequestObject) (server.GetOpenAPIResponseObject, error) {
	return server.GetOpenAPI200ApplicationYamlResponse{OpenAPIReplyApplicationYamlResponse: server.OpenAPIReplyApplicationYamlResponse{
		Body: bytes.NewReader(e.OpenAPI), ContentLength: int64(len(e.OpenAPI)),
	}}, nil
}

type keySet struct{ raw }

func (r keySet) VisitGetKeySetResponse(w http.ResponseWriter) error { return r.write(w) }

// GetKeySet is the public keys of receipts and releases, as package receipt writes them.
func (e *edge) GetKeySet(context.Context, server.GetKeySetRequestObject) (server.GetKeySetResponseObject, error) {
	return keySet{raw{status: http.StatusOK, media: mediaJSON, body: e.KeySet()}}, nil
}
