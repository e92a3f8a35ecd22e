package awsclient

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	basediag "github.com/hashicorp/aws-sdk-go-base/v2/diag"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Problem is one reason why clients cannot be made, or a warning.
type Problem struct {
	Warning         bool
	Summary, Detail string
	// Code names the kind of a refusal for users to search for; "" for the failures of
	// others.
	Code string
	// Setting is the provider argument that causes it: "region", or
	// "endpoints.0.sts" for one in a block. It is "" when Detail names the
	// environment variable or file instead.
	Setting string
	// Err is the failure behind it, or nil. Detail does not repeat it.
	Err error
}

func failed(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}

// translate words what aws-sdk-go-base found wrong for users of this provider.
func (s Settings) translate(diags basediag.Diagnostics) []Problem {
	var problems []Problem
	for _, d := range diags {
		problems = append(problems, s.problem(d))
	}
	return problems
}

func (s Settings) problem(d basediag.Diagnostic) Problem {
	if d.Severity() == basediag.SeverityWarning {
		return Problem{Warning: true, Summary: d.Summary(), Detail: d.Detail()}
	}
	var cause error
	if with, ok := d.(basediag.DiagnosticWithErr); ok {
		cause = redactError(with.Err())
	}
	var (
		noProfile config.SharedConfigProfileNotExistError
		noFile    config.SharedConfigLoadError
		empty     *credentials.StaticCredentialsEmptyError
	)
	switch {
	case awsbase.IsCannotAssumeRoleError(d):
		return s.roleRefused(d, cause)
	case errors.As(cause, &noProfile):
		return s.profileMissing(noProfile.Profile)
	case errors.As(cause, &noFile):
		return Problem{Summary: "A shared AWS file cannot be read", Detail: "Correct " + noFile.Filename + ", or point to another file.\n\nError: " + noFile.Err.Error()}
	case errors.As(cause, &empty):
		return s.halfAKey()
	case awsbase.IsNoValidCredentialSourcesError(d):
		return s.noCredentials(cause)
	case s.WebIdentity != nil && !isNative(d): // a type of its own, which is not exported
		return s.webIdentityRefused(cause)
	case cause != nil:
		return Problem{Summary: "The AWS settings are not valid", Detail: "They come from the provider block, the AWS_* environment and the shared AWS files; correct the one that the error names.\n\nError: " + cause.Error()}
	}
	return Problem{Summary: d.Summary(), Detail: redact(d.Detail(), secretsOfFailed(cause))}
}

func isNative(d basediag.Diagnostic) bool {
	_, ok := d.(basediag.NativeErrorDiagnostic)
	return ok
}

func (s Settings) roleRefused(d basediag.Diagnostic, cause error) Problem {
	p := Problem{
		Setting: "assume_role",
		Summary: "The role could not be assumed",
		Detail: "Check that the role exists, that its trust policy names the caller, and that the caller may use sts:AssumeRole on it. " +
			"An external ID and session tags must be those that the trust policy asks for.",
	}
	for i, r := range s.AssumeRole {
		if strings.Contains(d.Detail(), "("+r.RoleARN+")") {
			p.Setting = fmt.Sprintf("assume_role.%d.role_arn", i)
			p.Summary = "The role " + r.RoleARN + " could not be assumed"
		}
	}
	p.Detail += s.noRegionHint()
	return p.causedBy(cause)
}

// causedBy adds the failure to a problem whose Detail has the remedy already for
// a service's refusal, unless it is the credentials that were refused.
func (p Problem) causedBy(err error) Problem {
	if code := awserr.Code(err); code != "" && !awserr.CredentialsRefused(err) {
		p.Detail += "\n\nError: " + code + ": " + awserr.Message(err)
	} else {
		p.Err = err
	}
	return p
}

func (s Settings) webIdentityRefused(cause error) Problem {
	if unreadable := new(fs.PathError); errors.As(cause, &unreadable) {
		return Problem{
			Setting: "assume_role_with_web_identity.0.web_identity_token_file",
			Summary: "The web identity token cannot be read",
			Detail:  "Name a file that holds the token, in web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE.\n\nError: " + unreadable.Error(),
		}
	}
	p := Problem{
		Setting: "assume_role_with_web_identity.0.role_arn",
		Summary: "The role " + s.WebIdentity.RoleARN + " could not be assumed with the web identity token",
		Detail: "Check that the account has an OpenID Connect provider for the token's issuer, that the role's trust policy accepts the token's audience and subject, " +
			"and that the token has not expired." + s.noRegionHint(),
	}
	return p.causedBy(cause)
}

// noRegionHint is for requests to STS that failed before the region was judged.
func (s Settings) noRegionHint() string {
	if s.region() != "" {
		return ""
	}
	return " Neither region in the provider block nor AWS_REGION is set; STS needs a region as well."
}

func (s Settings) profileMissing(profile string) Problem {
	p := Problem{
		Summary: fmt.Sprintf("There is no AWS profile %q", profile),
		Detail:  "Correct the name, or add the profile to the shared AWS files. ",
	}
	if s.Profile != "" {
		p.Setting = "profile"
	} else {
		p.Detail += "The name comes from AWS_PROFILE in the environment. "
	}
	files := slices.Concat(s.SharedConfigFiles, s.SharedCredentialsFiles)
	if len(files) == 0 {
		p.Detail += "The files are those that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or ~/.aws/config and ~/.aws/credentials."
	} else {
		p.Detail += "The files are " + strings.Join(files, " and ") + "; one that does not exist is skipped."
	}
	return p
}

// halfAKey is for keys that are given as "": the schema sees the others.
func (s Settings) halfAKey() Problem {
	missing := "secret_key"
	if s.AccessKey == "" {
		missing = "access_key"
	}
	return Problem{
		Setting: missing,
		Summary: "Half of the AWS credentials is missing",
		Detail:  missing + " is empty. access_key and secret_key belong together: set both, or leave out both, and token with them, to use other credentials.",
	}
}

func (s Settings) noCredentials(cause error) Problem {
	p := Problem{
		Summary: "No AWS credentials were found",
		Detail: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment; or profile, or access_key and secret_key, in the provider block; " +
			"or run where a role is attached, such as on EC2. The environment, the shared AWS files and the instance metadata service were tried.",
	}
	id, key := os.Getenv("AWS_ACCESS_KEY_ID") != "", os.Getenv("AWS_SECRET_ACCESS_KEY") != ""
	switch {
	case s.Profile != "":
		p.Setting = "profile"
		p.Summary = fmt.Sprintf("The AWS profile %q gives no credentials", s.Profile)
		p.Detail = "Complete the profile, or sign in again, for example with \"aws sso login\"; or use another one."
	case id && !key:
		p.Detail = "AWS_ACCESS_KEY_ID is set in the environment, and AWS_SECRET_ACCESS_KEY is not. Set both, or neither to use other credentials."
	case key && !id:
		p.Detail = "AWS_SECRET_ACCESS_KEY is set in the environment, and AWS_ACCESS_KEY_ID is not. Set both, or neither to use other credentials."
	}
	if cause != nil {
		p.Detail += "\n\nError: " + cause.Error()
	}
	return p
}
