package awsclient

import "os"

// checkWebIdentity wants a token from somewhere.
func (s Settings) checkWebIdentity() []Problem {
	if s.WebIdentity == nil || s.WebIdentity.Token != "" || s.tokenFile() != "" {
		return nil
	}
	return []Problem{{
		Setting: "assume_role_with_web_identity.0.web_identity_token_file",
		Summary: "No web identity token is given",
		Detail:  "Set web_identity_token or web_identity_token_file in the assume_role_with_web_identity block, or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.",
	}}
}

// tokenFile is the environment's when the block gives no token.
func (s Settings) tokenFile() string {
	w := s.WebIdentity
	if w.Token != "" || w.TokenFile != "" {
		return w.TokenFile
	}
	return os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")
}

// checkTokenVariable sees what the SDK stumbles over even when the block names
// a role: a token file in the environment without a role beside it.
func (s Settings) checkTokenVariable() []Problem {
	keys := s.AccessKey != "" || os.Getenv("AWS_ACCESS_KEY_ID") != "" && os.Getenv("AWS_SECRET_ACCESS_KEY") != ""
	profile := s.Profile != "" || os.Getenv("AWS_PROFILE") != "" || os.Getenv("AWS_DEFAULT_PROFILE") != ""
	if keys || profile || os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE") == "" || os.Getenv("AWS_ROLE_ARN") != "" {
		return nil
	}
	return []Problem{{
		Summary: "AWS_ROLE_ARN is missing",
		Detail: "AWS_WEB_IDENTITY_TOKEN_FILE is set in the environment, and AWS_ROLE_ARN, the role to assume with that token, is not. Set both or neither. " +
			"With neither, name the token's file with web_identity_token_file in the assume_role_with_web_identity block.",
	}}
}
