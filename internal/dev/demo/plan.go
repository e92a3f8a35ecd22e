package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// plan is the part that the demo needs of what "show -json" prints of a plan.
type plan struct {
	ResourceChanges []resourceChange `json:"resource_changes"`
}

type resourceChange struct {
	Address string `json:"address"`
	Change  struct {
		Actions []string `json:"actions"`
		After   struct {
			DetectedChanges detectedChanges `json:"detected_changes"`
		} `json:"after"`
	} `json:"change"`
}

type detectedChanges struct {
	AddedCount   int      `json:"added_count"`
	RemovedCount int      `json:"removed_count"`
	ChangedCount int      `json:"changed_count"`
	Added        []string `json:"added"`
}

func (c resourceChange) String() string { return fmt.Sprintf("%s %v", c.Address, c.Change.Actions) }

// plan plans and gives the plan itself and what the CLI prints of it.
func (d *demo) plan(ctx context.Context) (plan, string, error) {
	const file = "demo.tfplan"
	printed, err := d.terraform(ctx, "plan", "-out="+file)
	if err != nil {
		return plan{}, "", err
	}
	out, err := d.terraform(ctx, "show", "-json", file)
	if err != nil {
		return plan{}, "", err
	}
	var p plan
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		return plan{}, "", fmt.Errorf("reading the plan: %w", err)
	}
	return p, printed, nil
}

// changed gives the resources that an apply would change.
func (p plan) changed() []resourceChange {
	return slices.DeleteFunc(slices.Clone(p.ResourceChanges), func(c resourceChange) bool {
		return slices.Equal(c.Change.Actions, []string{"no-op"})
	})
}
