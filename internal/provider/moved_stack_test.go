package provider_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

// onMoto are the files of examples/migration that moto has no use for: it takes a
// metrics or a tiering configuration for the making of a bucket, and its deletion
// for the bucket's.
var onMoto = []string{"measures.tf"}

// TestMigration applies examples/migration/before with hashicorp/aws, moves it to
// examples/migration/after, and back, as the guide tells. Nothing is made anew, and
// whoever reads goes on reading.
func TestMigration(t *testing.T) {
	s := newStack(t)
	var without []string
	if s.Fake == nil {
		t.Logf("without %v, which moto misunderstands", onMoto)
		without = onMoto
	}

	s.write("before", without...)
	s.run("apply", "-auto-approve")
	s.upload("a/1.mp4", 2)
	made, outputs := s.made(), s.output()
	s.put("before-the-move.tfstate", s.run("state", "pull"))
	busy := reader{bucket: s.name + "-videos"}
	if s.Fake != nil { // moto checks no permissions
		busy.watch(t, s.Env, s.S3As(t, outputs["access_key_id"], outputs["secret_access_key"]))
	}

	s.write("after", without...)
	s.moves(s.plan())
	s.run("apply", "planned")
	s.empty("after the move")
	s.same(made, outputs)

	s.write("after", append([]string{"aws.tf", "moved.tf", "removed.tf"}, without...)...)
	s.empty("without hashicorp/aws")
	if text := s.run("providers"); strings.Contains(text, "hashicorp/aws") {
		t.Errorf("hashicorp/aws is still in use: %s", text)
	}

	s.write("before", without...)
	s.run("state", "push", "-force", "before-the-move.tfstate")
	for _, r := range s.plan().ResourceChanges {
		if r.Change.Actions.Create() || r.Change.Actions.Delete() || r.Change.Actions.Replace() {
			t.Errorf("on the way back the plan has %s of %s", r.Change.Actions, r.Address)
		}
	}
	s.run("apply", "planned")
	s.same(made, outputs)
	if s.Fake != nil {
		busy.halt(t)
	}
}

func (s *stack) same(made, outputs map[string]string) {
	s.t.Helper()
	if now := s.made(); !maps.Equal(now, made) {
		s.t.Errorf("there is\n%v\nand was\n%v", now, made)
	}
	if now := s.output(); !maps.Equal(now, outputs) || len(now["secret_access_key"]) < 20 {
		s.t.Error("the outputs have changed")
	}
}

// moves expects the plan that the guide shows.
func (s *stack) moves(plan *tfjson.Plan) {
	s.t.Helper()
	updates := map[string][]string{
		"fovea_access_user.fovea":       {"access", "bucket", "policy"},
		"fovea_bucket_cors.videos":      {"rules"},
		"fovea_replication_role.videos": {"destination_bucket_arns", "policy", "source_bucket_arn"},
		"fovea_video_bucket.logs":       {"versioning"},
	}
	if s.Fake == nil { // its new buckets have neither, unlike those of AWS
		bare := []string{"encryption", "object_ownership", "public_access_block"}
		updates["fovea_video_bucket.logs"] = append(slices.Clone(bare), "versioning")
		updates["fovea_video_bucket.backup"] = bare
	}
	moved := 0
	for _, r := range plan.ResourceChanges {
		if r.PreviousAddress != "" && strings.HasPrefix(r.Address, "fovea_") {
			moved++
		}
		switch {
		case r.Mode != tfjson.ManagedResourceMode, r.Change.Actions.NoOp():
		case r.Change.Actions.Forget() && strings.HasPrefix(r.Address, "aws_"):
		case r.Change.Actions.Update() && updates[r.Address] != nil:
			if got := changedBy(r); !slices.Equal(got, updates[r.Address]) {
				s.t.Errorf("the plan changes %v of %s, want %v", got, r.Address, updates[r.Address])
			}
			delete(updates, r.Address)
		default:
			s.t.Errorf("the plan has %s of %s: %v -> %v", r.Change.Actions, r.Address, r.Change.Before, r.Change.After)
		}
	}
	if len(updates) > 0 {
		s.t.Errorf("the plan does not change %v", updates)
	}
	want := 15
	if s.Fake == nil {
		want -= 2 // metrics and tiering
	}
	if moved != want {
		s.t.Errorf("the plan moves %d resources, want %d", moved, want)
	}
}
