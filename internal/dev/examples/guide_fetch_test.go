package examples

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os/exec"
	"reflect"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/acctest"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// fetcher gives the answer of a server as the aws CLI prints it.
type fetcher func(t *testing.T, d document) any

// withSDK fetches with AWS's SDK, whose structs have the names of the CLI's JSON.
func withSDK(e *acctest.Env) fetcher {
	return func(t *testing.T, d document) any {
		t.Helper()
		answer, err := d.fetch(t.Context(), e)
		if err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		return plain(reflect.ValueOf(answer))
	}
}

// withCLI fetches with the real aws CLI, and skips the test where there is none.
func withCLI(t *testing.T, e *acctest.Env) fetcher {
	t.Helper()
	aws, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("the aws CLI is not on PATH")
	}
	root := e.Fake.Root()
	return func(t *testing.T, d document) any {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), aws, append(d.command, "--output=json", "--endpoint-url="+e.Endpoint, "--region="+e.Region)...)
		cmd.Env = append(tfcli.CleanEnviron(), "AWS_ACCESS_KEY_ID="+root.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+root.SecretAccessKey, "AWS_PAGER=")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("aws %v: %v\n%s", d.command, err, stderr.Bytes())
		}
		var answer any
		if err := json.Unmarshal(out, &answer); err != nil {
			t.Fatalf("aws %v: %v", d.command, err)
		}
		return answer
	}
}

// inside finds the document in an answer. IAM gives policies URL-encoded, S3 as
// text; the CLI decodes only the former.
func (d document) inside(t *testing.T, answer any) any {
	t.Helper()
	for _, member := range []string{d.within, d.at} {
		if member == "" {
			continue
		}
		object, ok := answer.(map[string]any)
		if !ok || object[member] == nil {
			t.Fatalf("%s: no %s in %v", d.name, member, answer)
		}
		answer = object[member]
	}
	text, ok := answer.(string)
	if !ok {
		return answer
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		t.Fatal(err)
	}
	var policy any
	if err := json.Unmarshal([]byte(decoded), &policy); err != nil {
		t.Fatalf("%s: %v in %s", d.name, err, decoded)
	}
	return policy
}

// plain turns a struct of the SDK into what the CLI prints: members that are not
// set are left out.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		members := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || field.Name == "ResultMetadata" || v.Field(i).Kind() != reflect.Pointer && v.Field(i).IsZero() {
				continue
			}
			if value := plain(v.Field(i)); value != nil {
				members[field.Name] = value
			}
		}
		return members
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, plain(v.Index(i)))
		}
		return list
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int32, reflect.Int64:
		return float64(v.Int()) // as encoding/json decodes numbers
	default:
		return v.Interface()
	}
}
