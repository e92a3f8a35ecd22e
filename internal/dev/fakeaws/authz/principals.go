package authz

import (
	"regexp"
	"slices"
	"strings"
)

// principals is Principal, or with not NotPrincipal. A nil one, as in identity
// policies, means whoever the policy is attached to.
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
