package authz

import "strings"

// Principal is who makes a request. The zero value is nobody: Anonymous has to
// be said.
type Principal struct {
	Anonymous bool // no credentials
	Root      bool // the root user of AccountID

	// ARN is that of the user, of the root user, or of the role session, such
	// as "arn:aws:sts::123456789012:assumed-role/name/session".
	ARN       string
	AccountID string // 12 digits
	UserID    string // "AIDA...", "AROA...:session", or the account id for root

	// Session is the access key id of temporary credentials. It tells apart
	// the sessions of one name, which may have different session policies.
	Session string

	Service   string // an AWS service that acts by itself, such as "s3.amazonaws.com"
	Federated string // the ARN of the identity provider that vouches for the caller
}

// RoleARN is the ARN of the role that a session belongs to, without the
// role's path, which a session does not carry; "" for other principals.
func (p Principal) RoleARN() string {
	rest, ok := strings.CutPrefix(p.ARN, "arn:aws:sts::")
	if !ok {
		return ""
	}
	account, name, ok := strings.Cut(rest, ":assumed-role/")
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "/")
	return "arn:aws:iam::" + account + ":role/" + name
}

// roleID is the unique id of a session's role, or "".
func (p Principal) roleID() string {
	id, _, ok := strings.Cut(p.UserID, ":")
	if !ok {
		return ""
	}
	return id
}
