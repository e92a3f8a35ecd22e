package s3api

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lacking are the beginnings of the headers that S3 has and fakeaws answers with
// 501, by operation; "*" stands for every operation.
var lacking = map[string][]string{
	"*": {
		// SSE-C
		"x-amz-server-side-encryption-customer-", "x-amz-copy-source-server-side-encryption-customer-",
		// object lock
		"x-amz-object-lock-", "x-amz-bypass-governance-retention", "x-amz-bucket-object-lock-token",
		// static websites
		"x-amz-website-redirect-location",
	},
	// S3 has these for directory buckets alone.
	"PutObject":            {"x-amz-write-offset-bytes"},
	"DeleteObject":         {"x-amz-if-match-last-modified-time", "x-amz-if-match-size"},
	"AbortMultipartUpload": {"x-amz-if-match-initiated-time"},
	// Names that only one account can have, and annotations, are not served.
	"CreateBucket": {"x-amz-bucket-namespace"},
	"CopyObject":   {"x-amz-object-annotation-directive"},
}

// The SDK is generated from S3's API model: what it can send, S3 takes.
func TestParametersFollowTheAPIModel(t *testing.T) {
	model := modelBindings(t)
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			bindings, ok := model[op.name]
			if !ok {
				t.Fatalf("the model has no operation %s", op.name)
			}
			refused := func(prefix string) func(string) bool {
				return func(known string) bool { return strings.HasPrefix(prefix, known) }
			}
			for _, name := range bindings {
				switch {
				case strings.HasPrefix(name, "x-amz-"):
					lacks := slices.ContainsFunc(slices.Concat(lacking["*"], lacking[op.name]), refused(name))
					if got := op.understands(name); got == lacks {
						t.Errorf("header %s: got understood %t, want %t", name, got, !lacks)
					}
				default:
					if err := checkQuery(&op, map[string][]string{name: {""}}); err != nil {
						t.Errorf("parameter %s: %v", name, err)
					}
				}
			}
		})
	}
}

// modelBindings reads from the source of the SDK which query parameters and
// x-amz-* headers, in lower case, each operation binds its input to.
func modelBindings(t *testing.T) map[string][]string {
	t.Helper()
	sdk, err := build.Import("github.com/aws/aws-sdk-go-v2/service/s3", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(sdk.Dir, "serializers.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	bindings := map[string][]string{}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name, ok := strings.CutPrefix(f.Name.Name, "awsRestxml_serializeOpHttpBindings")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "Input")
		bindings[name] = boundNames(f)
	}
	return bindings
}

// boundNames are the arguments of SetQuery and SetHeader, and the values of
// locationName, as which the SDK keeps the name of a header.
func boundNames(f *ast.FuncDecl) []string {
	var names []string
	add := func(e ast.Expr) {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		name, err := strconv.Unquote(lit.Value)
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") {
			name = lower
		}
		if err == nil && !httpHeaders[name] {
			names = append(names, name)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) == 1 && (s.Sel.Name == "SetQuery" || s.Sel.Name == "SetHeader") {
				add(n.Args[0])
			}
		case *ast.AssignStmt:
			if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "locationName" {
				add(n.Rhs[0])
			}
		}
		return true
	})
	return names
}

// httpHeaders are HTTP's own, which no operation has to list.
var httpHeaders = map[string]bool{
	"Cache-Control": true, "Content-Disposition": true, "Content-Encoding": true, "Content-Language": true, "Content-Length": true,
	"Content-Md5": true, "Content-MD5": true, "Content-Type": true, "Expires": true, "If-Match": true, "If-Modified-Since": true,
	"If-None-Match": true, "If-Unmodified-Since": true, "Range": true,
}
