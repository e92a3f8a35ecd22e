package authz

// Request is one action on one resource.
type Request struct {
	Principal     Principal
	Action        string // such as "s3:GetObject"
	Resource      string // an ARN, or "*" for actions without one
	ResourceOwner string // account id

	// Context holds the condition keys, in lower case, such as
	// "aws:securetransport". A key without values counts as absent.
	Context map[string][]string
}

// Decision is the outcome of an evaluation.
type Decision int

// The decisions.
const (
	ImplicitDeny Decision = iota // nothing allows it
	ExplicitDeny                 // a statement denies it
	Allow
)

// Allowed reports whether Decide says Allow.
func Allowed(request Request, identityPolicies []*Policy, bucketPolicy *Policy) bool {
	return Decide(request, identityPolicies, bucketPolicy) == Allow
}

// Decide evaluates a request. identityPolicies are the caller's own, with the
// limits on them (see Limit); resourcePolicy is the one attached to the
// resource, nil for none.
//
// An explicit deny always wins. Within the resource's own account either kind
// of policy suffices, and the root user needs none; a caller from elsewhere
// needs both.
func Decide(request Request, identityPolicies []*Policy, resourcePolicy *Policy) Decision {
	p := request.Principal
	ownAccount := !p.Anonymous && p.AccountID != "" && p.AccountID == request.ResourceOwner

	exempt := p.Root && ownAccount && keepsOwnerIn(request.Action)
	if resourcePolicy.denies(request) && !exempt {
		return ExplicitDeny
	}
	allowed, within := false, true
	for _, policy := range identityPolicies {
		if policy.denies(request) {
			return ExplicitDeny
		}
		if allows := policy.grant(request) != noGrant; policy.isLimit() {
			within = within && allows
		} else {
			allowed = allowed || allows
		}
	}
	granted := resourcePolicy.grant(request)

	var ok bool
	switch {
	case p.Anonymous, p.Service != "", p.Federated != "":
		ok = granted != noGrant
	case p.Root:
		ok = ownAccount || granted != noGrant
	case ownAccount:
		// A grant to the account delegates to the account's own policies, so it
		// adds nothing here. One to a role is bounded by the role's limits, one
		// to a user or session is not.
		ok = granted == directGrant || within && (allowed || granted == roleGrant)
	default:
		ok = within && allowed && granted != noGrant
	}
	if ok {
		return Allow
	}
	return ImplicitDeny
}

// keepsOwnerIn tells the actions that a bucket policy cannot deny the root
// user of the owner: nobody locks himself out for good.
func keepsOwnerIn(action string) bool {
	switch action {
	case "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy":
		return true
	}
	return false
}
