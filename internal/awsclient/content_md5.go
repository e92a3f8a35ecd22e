package awsclient

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// contentMD5 adds Content-MD5 for servers that insist on it. The SDK guards bodies by
// CRC32 instead, which older servers do not count: they refuse DeleteObjects and
// the writes of most documents. It is added only once a server has asked for it, and
// from then on to every request of the same operation.
type contentMD5 struct {
	wanted sync.Map // operation names
}

// add puts the middleware inside the SDK's retries and before the signature.
func (m *contentMD5) add(stack *middleware.Stack) error {
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("ContentMD5", m.handle), "Retry", middleware.After)
}

func (m *contentMD5) handle(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	operation := awsmiddleware.GetOperationName(ctx)
	plain, ok := in.Request.(*smithyhttp.Request)
	if !ok || plain.GetStream() == nil || !plain.IsStreamSeekable() {
		return next.HandleFinalize(ctx, in)
	}
	if _, known := m.wanted.Load(operation); !known {
		in.Request = plain.Clone() // the rest of the stack changes its request
		out, metadata, err := next.HandleFinalize(ctx, in)
		if !wantsContentMD5(err) {
			return out, metadata, err
		}
		m.wanted.Store(operation, true)
	}
	guarded := plain.Clone()
	if err := setContentMD5(guarded); err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, err
	}
	in.Request = guarded
	return next.HandleFinalize(ctx, in)
}

func setContentMD5(r *smithyhttp.Request) error {
	if err := r.RewindStream(); err != nil {
		return fmt.Errorf("computing Content-MD5: %w", err)
	}
	digest := md5.New()
	if _, err := io.Copy(digest, r.GetStream()); err != nil {
		return fmt.Errorf("computing Content-MD5: %w", err)
	}
	r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(digest.Sum(nil)))
	return r.RewindStream()
}

// wantsContentMD5 recognises the refusal of a request without Content-MD5. Servers that
// have no code of their own for it name the header.
func wantsContentMD5(err error) bool {
	if awserr.Is(err, "MissingContentMD5") {
		return true
	}
	return awserr.Is(err, "InvalidRequest", "InvalidArgument", "BadRequest", "MissingSecurityHeader") &&
		strings.Contains(strings.ToLower(awserr.Message(err)), "content-md5")
}
