package iamaccess

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// How many characters all inline policies of one user or role have together,
// white space not counted.
const (
	MaxUserPolicies = 2048
	MaxRolePolicies = 10240
)

// Policies are the inline policies of one user or one role.
type Policies struct {
	store  *Store
	kind   Kind
	holder string
	max    int
	api    policyAPI
}

// UserPolicies returns the inline policies of a user.
func (s *Store) UserPolicies(user string) *Policies {
	return &Policies{s, KindUser, user, MaxUserPolicies, userPolicies{s.iam, user}}
}

// RolePolicies returns the inline policies of a role.
func (s *Store) RolePolicies(role string) *Policies {
	return &Policies{s, KindRole, role, MaxRolePolicies, rolePolicies{s.iam, role}}
}

// Get reads a policy as JSON, in one request. It fails with [ErrAbsent] when
// there is no such policy, user or role.
func (p *Policies) Get(ctx context.Context, name string) (string, error) {
	document, err := p.api.get(ctx, name)
	if err != nil {
		return "", orAbsent(err)
	}
	return iampolicy.Decode(document)
}

// List names every inline policy, sorted. It fails with [ErrAbsent] when there
// is no such user or role.
func (p *Policies) List(ctx context.Context) ([]string, error) {
	names, err := p.api.list(ctx)
	slices.Sort(names)
	return names, orAbsent(err)
}

// Put writes a policy, over the one of that name if there is one, and waits
// until IAM shows it.
func (p *Policies) Put(ctx context.Context, name, document string) error {
	err := p.store.onceVisible(ctx, p.kind, p.holder, func() error { return p.api.put(ctx, name, document) })
	if awserr.Is(err, "LimitExceeded") {
		return &PolicyLimitError{Kind: p.kind, Holder: p.holder, Max: p.max, Err: err}
	}
	if err != nil {
		return err
	}
	return p.store.until(ctx, patience, func() (bool, error) {
		shown, err := p.Get(ctx, name)
		if absent(err) {
			return true, err
		}
		if err == nil && !iampolicy.Equivalent(shown, document) {
			return true, &NotShownError{"policy " + name}
		}
		return false, err
	})
}

// Rename writes the document under another name and only then deletes the old
// policy: what both grant is granted all the while. Both count against the limit
// for a moment.
func (p *Policies) Rename(ctx context.Context, from, to, document string) error {
	if err := p.Put(ctx, to, document); err != nil || from == to {
		return err
	}
	if strings.EqualFold(from, to) {
		// A server may take both names for one: then only one is listed, and there is
		// nothing to delete.
		names, err := p.List(ctx)
		if err != nil || !slices.Contains(names, from) || !slices.Contains(names, to) {
			return err
		}
	}
	return p.Delete(ctx, from)
}

// Delete removes a policy. One that is gone already is no error.
func (p *Policies) Delete(ctx context.Context, name string) error {
	return unlessAbsent(p.api.del(ctx, name))
}

// takeOff removes a policy and returns how to put it back.
func (p *Policies) takeOff(ctx context.Context, name string) (putBack func(context.Context) error, err error) {
	nothing := func(context.Context) error { return nil }
	if name == "" {
		return nothing, nil
	}
	document, err := p.Get(ctx, name)
	if absent(err) {
		return nothing, nil
	}
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return p.api.put(ctx, name, document) }, p.Delete(ctx, name)
}

// policyAPI names alike what IAM names differently for users and roles.
type policyAPI interface {
	get(ctx context.Context, name string) (encoded string, err error)
	put(ctx context.Context, name, document string) error
	del(ctx context.Context, name string) error
	list(ctx context.Context) ([]string, error)
}

type userPolicies struct {
	iam  API
	user string
}

func (p userPolicies) get(ctx context.Context, name string) (string, error) {
	out, err := p.iam.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &p.user, PolicyName: &name})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.PolicyDocument), nil
}

func (p userPolicies) put(ctx context.Context, name, document string) error {
	_, err := p.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &p.user, PolicyName: &name, PolicyDocument: &document})
	return err
}

func (p userPolicies) del(ctx context.Context, name string) error {
	_, err := p.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &p.user, PolicyName: &name})
	return err
}

func (p userPolicies) list(ctx context.Context) ([]string, error) {
	var names []string
	pages := iam.NewListUserPoliciesPaginator(p.iam, &iam.ListUserPoliciesInput{UserName: &p.user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}

type rolePolicies struct {
	iam  API
	role string
}

func (p rolePolicies) get(ctx context.Context, name string) (string, error) {
	out, err := p.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &p.role, PolicyName: &name})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.PolicyDocument), nil
}

func (p rolePolicies) put(ctx context.Context, name, document string) error {
	_, err := p.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &p.role, PolicyName: &name, PolicyDocument: &document})
	return err
}

func (p rolePolicies) del(ctx context.Context, name string) error {
	_, err := p.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &p.role, PolicyName: &name})
	return err
}

func (p rolePolicies) list(ctx context.Context) ([]string, error) {
	var names []string
	pages := iam.NewListRolePoliciesPaginator(p.iam, &iam.ListRolePoliciesInput{RoleName: &p.role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		names = append(names, page.PolicyNames...)
	}
	return names, nil
}
