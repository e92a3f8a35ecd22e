package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// contender is a provider, and the stack written for it.
type contender struct {
	name      string
	address   string // namespace and type of the provider in a mirror
	stack     string // folder of the configuration, from the repository's root
	providers string // what stands in providers.tf in place of the example's
	needsAWS  bool
}

// contenders makes the same buckets, documents, user and roles twice: they are
// the two sides of the migration example, so a test holds them equal.
func contenders() []contender {
	return []contender{
		{
			name: "fovea", address: "parafovea/fovea", stack: "examples/migration/after",
			providers: `terraform {
  required_providers {
    fovea = {
      source = "registry.terraform.io/parafovea/fovea"
    }
  }
}

provider "fovea" {
  region            = "us-east-1"
  s3_use_path_style = true
}
`,
		},
		{
			name: "hashicorp/aws", address: "hashicorp/aws", stack: "examples/migration/before", needsAWS: true,
			providers: `terraform {
  required_providers {
    aws = {
      source = "registry.terraform.io/hashicorp/aws"
    }
  }
}

provider "aws" {
  region            = "us-east-1"
  s3_use_path_style = true
}

provider "aws" {
  alias             = "backup"
  region            = "eu-west-1"
  s3_use_path_style = true
}

data "aws_caller_identity" "current" {}
`,
		},
	}
}

// leftOut are the files of the stacks that are about the move alone, or are
// replaced.
var leftOut = []string{"moved.tf", "removed.tf", "providers.tf", "aws.tf"}

// write puts the stack into a new folder.
func (c contender) write(dir string) error {
	root, err := tfcli.Root()
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(root, c.stack, "*.tf"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := filepath.Base(file)
		if slices.Contains(leftOut, name) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return err
		}
	}
	if c.address == "parafovea/fovea" { // whose example keeps its buckets from being destroyed
		if err := tfcli.RemovePreventDestroy(dir); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "providers.tf"), []byte(c.providers), 0o600)
}

// binary finds the newest build of the provider in a session's mirror.
func (c contender) binary(mirrors string) (string, error) {
	pattern := filepath.Join(mirrors, "mirror", "registry.terraform.io", c.address, "*", "*", "terraform-provider-*")
	found, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	found = slices.DeleteFunc(found, func(path string) bool {
		info, err := os.Stat(path)
		return errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir()
	})
	if len(found) == 0 {
		return "", fmt.Errorf("no provider at %s", pattern)
	}
	return found[len(found)-1], nil
}
