package acctest

import (
	"context"
	"fmt"
	"os"
	"regexp"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest/compat"
)

// recorder notes what the provider did to the server, for the report of a run.
var recorder compat.Recorder

// writeReport writes what the tests of this package saw to where the environment
// says.
func writeReport() error {
	file := os.Getenv(compat.ReportFile)
	if file == "" {
		return nil
	}
	provider, err := Factories()["fovea"]()
	if err != nil {
		return err
	}
	types, err := provider.GetMetadata(context.Background(), &tfprotov6.GetMetadataRequest{})
	if err != nil {
		return err
	}
	var all []string
	for _, t := range types.Resources {
		all = append(all, compat.Resource(t.TypeName))
	}
	for _, t := range types.DataSources {
		all = append(all, compat.DataSource(t.TypeName))
	}
	return recorder.Report(ServerName(), all, gaps[ServerName()]).Write(file)
}

// completeServer is all that Terraform may ask of the provider.
type completeServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// recorded is a provider whose deeds are noted.
type recorded struct{ completeServer }

// record makes a provider recorded when a report is asked for.
func record(server tfprotov6.ProviderServer) (tfprotov6.ProviderServer, error) {
	if os.Getenv(compat.ReportFile) == "" {
		return server, nil
	}
	complete, ok := server.(completeServer)
	if !ok {
		return nil, fmt.Errorf("%T lacks methods of a provider", server)
	}
	return recorded{complete}, nil
}

func (r recorded) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	resp, err := r.completeServer.ApplyResourceChange(ctx, req)
	if err == nil {
		deleted, problem := req.PlannedState.IsNull()
		note(&recorder, compat.Resource(req.TypeName), resp.Diagnostics, !deleted && problem == nil)
	}
	return resp, err
}

func (r recorded) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := r.completeServer.ReadResource(ctx, req)
	if err == nil {
		note(&recorder, compat.Resource(req.TypeName), resp.Diagnostics, false)
	}
	return resp, err
}

func (r recorded) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := r.completeServer.ReadDataSource(ctx, req)
	if err == nil {
		note(&recorder, compat.DataSource(req.TypeName), resp.Diagnostics, true)
	}
	return resp, err
}

// The words in which the provider says what a server lacks.
var (
	refusedWords = regexp.MustCompile(`which does not implement (?:the )?(.*?)(?: of S3, or not all of it)?\.\s`)
	passedWords  = regexp.MustCompile(`^The server of the bucket \S+ has no (.*) \[bucket-part-unsupported\]$`)
)

// note records what diagnostics say of a part, and that it works when an action
// that proves it had no error.
func note(in *compat.Recorder, part string, diagnostics []*tfprotov6.Diagnostic, proves bool) {
	in.Record(part, func(p *compat.Part) {
		failed := false
		for _, d := range diagnostics {
			failed = failed || d.Severity == tfprotov6.DiagnosticSeverityError
			if words := refusedWords.FindStringSubmatch(d.Detail); words != nil && d.Severity == tfprotov6.DiagnosticSeverityError {
				p.Refused = append(p.Refused, words[1])
			}
			if words := passedWords.FindStringSubmatch(d.Summary); words != nil {
				p.Passed = append(p.Passed, words[1])
			}
		}
		p.Works = p.Works || proves && !failed
	})
}
