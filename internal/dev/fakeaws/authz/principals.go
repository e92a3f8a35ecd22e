package authz

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// principals is Principal, or with not NotPrincipal. A nil one, as in identity
// policies, means the principal that the policy is attached to.
type principals struct {
	not       bool
	aws       []string // ARNs, unique ids, or "*"
	services  []string
	federated []string
}

const everybody = "*"

func (ps *principals) grant(p Principal) grant {
	if ps == nil {
		return directGrant
	}
	if ps.not {
		if ps.exempts(p) {
			return noGrant
		}
		return directGrant
	}
	switch {
	case slices.Contains(ps.aws, everybody),
		p.Service != "" && slices.Contains(ps.services, p.Service),
		p.Federated != "" && slices.Contains(ps.federated, p.Federated):
		return directGrant
	case p.Anonymous:
		return noGrant
	}
	best := noGrant
	for _, name := range ps.aws {
		best = max(best, p.namedBy(name))
	}
	return best
}

// exempts applies NotPrincipal: everything that the caller acts as has to be
// listed, his account included. Listing a user alone still denies his account
// and with it the user.
func (ps *principals) exempts(p Principal) bool {
	if slices.Contains(ps.aws, everybody) {
		return true
	}
	switch {
	case p.Anonymous:
		return false
	case p.Service != "":
		return slices.Contains(ps.services, p.Service)
	case p.Federated != "":
		return slices.Contains(ps.federated, p.Federated)
	}
	var listed [directGrant + 1]bool
	for _, name := range ps.aws {
		listed[p.namedBy(name)] = true
	}
	switch {
	case p.Root:
		return listed[directGrant]
	case p.roleID() != "":
		return listed[directGrant] && listed[roleGrant] && listed[accountGrant]
	}
	return listed[directGrant] && listed[accountGrant]
}

// namedBy is how an AWS principal of a policy covers p.
func (p Principal) namedBy(name string) grant {
	switch {
	case p.AccountID != "" && name == rootARN(p.AccountID):
		if p.Root {
			return directGrant
		}
		return accountGrant
	case name == "":
		return noGrant
	case name == p.ARN || name == p.UserID:
		return directGrant
	case name == p.roleID(), sameRole(name, p.RoleARN()):
		return roleGrant
	}
	return noGrant
}

// sameRole leaves the path aside: names of roles are unique in an account.
func sameRole(name, role string) bool {
	account, rest, ok := strings.Cut(name, ":role/")
	return ok && role != "" && account+":role/"+rest[strings.LastIndexByte(rest, '/')+1:] == role
}

func rootARN(account string) string { return "arn:aws:iam::" + account + ":root" }

var (
	accountPattern = regexp.MustCompile(`^\d{12}$`)
	uniquePattern  = regexp.MustCompile(`^A(?:IDA|ROA)[A-Z0-9]{12,124}$`)
	awsARNPattern  = regexp.MustCompile(`^arn:aws:(?:iam::\d{12}:(?:root|(?:user|role)/[^*?]+)|sts::\d{12}:assumed-role/[^*?/]+/[^*?/]+)$`)
	servicePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*\.amazonaws\.com$`)
	oidcPattern    = regexp.MustCompile(`^arn:aws:iam::\d{12}:(?:oidc|saml)-provider/\S+$`)
)

// webIdentityProviders are those that IAM knows without a provider's ARN.
var webIdentityProviders = []string{"accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"}

// normalizeAWS writes an account id as the ARN of its root user.
func normalizeAWS(name string) string {
	if accountPattern.MatchString(name) {
		return rootARN(name)
	}
	return name
}

// wellFormed looks at the shape alone; name is normalized.
func wellFormed(kind, name string) bool {
	switch kind {
	case "AWS":
		return name == everybody || awsARNPattern.MatchString(name) || uniquePattern.MatchString(name)
	case "Service":
		return servicePattern.MatchString(name)
	case "Federated":
		return oidcPattern.MatchString(name) || slices.Contains(webIdentityProviders, name)
	}
	return false
}

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

// MapPrincipals rewrites the AWS principals of a document. AWS keeps their
// unique ids and gives the ARNs back for as long as those principals live, so
// a document comes back normalized: account ids as ARNs, lists in an order of
// the server's own, a list of one as a string, members sorted by name.
func MapPrincipals(document string, rename func(principal string) string) (string, error) {
	var top map[string]any
	if err := json.Unmarshal([]byte(document), &top); err != nil {
		return "", fmt.Errorf("reading a policy: %w", err)
	}
	statements, ok := top["Statement"].([]any)
	if !ok {
		statements = []any{top["Statement"]}
	}
	for _, s := range statements {
		fields, ok := s.(map[string]any)
		if !ok {
			continue
		}
		for _, element := range []string{"Principal", "NotPrincipal"} {
			if kinds, ok := fields[element].(map[string]any); ok && kinds["AWS"] != nil {
				kinds["AWS"] = renameAll(kinds["AWS"], rename)
			}
		}
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(top); err != nil {
		return "", fmt.Errorf("writing a policy: %w", err)
	}
	return string(bytes.TrimSpace(out.Bytes())), nil
}

func renameAll(value any, rename func(string) string) any {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var names []string
	for _, v := range list {
		name, ok := v.(string)
		if !ok {
			continue
		}
		if name != everybody {
			name = rename(normalizeAWS(name))
		}
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.Reverse(names)
	if len(names) == 1 {
		return names[0]
	}
	return names
}

// AccountOf is the account that an ARN names, "" for none.
func AccountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
