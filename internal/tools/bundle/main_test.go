package main

import (
	"bytes"
	"os"
	"testing"
)

func TestTheCommittedBundleIsWhatTheSchemasGive(t *testing.T) {
	t.Parallel()
	got, err := bundle("../../../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("../../../api/openapi.bundle.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("api/openapi.bundle.yaml is stale: go generate ./api")
	}
}

func TestAListsMemberIsNamedInTheSingular(t *testing.T) {
	t.Parallel()
	for list, member := range map[string]string{"RoutingAssignments": "RoutingAssignment", "ViewReplies": "ViewReply", "Cause": "Cause"} {
		if got := singular(list); got != member {
			t.Errorf("%s: %s", list, got)
		}
	}
}
