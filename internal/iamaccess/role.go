package iamaccess

import (
	"cmp"
	"context"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
	"github.com/parafovea/terraform-provider-fovea/internal/iampolicy"
)

// Role is an IAM role as IAM has it.
type Role struct {
	Name                string
	Path                string // "/" or "/a/b/"
	ARN                 string
	UniqueID            string            // "AROA...", never used again for another role
	TrustPolicy         string            // JSON; compare it with [iampolicy.Equivalent]
	MaxSession          time.Duration     // 1 to 12 hours
	PermissionsBoundary string            // the ARN of a managed policy; "" when there is none
	Tags                map[string]string // all of them; never nil
}

// RoleInput describes a role to create.
type RoleInput struct {
	Name                string
	Path                string        // empty means "/"
	TrustPolicy         string        // JSON
	MaxSession          time.Duration // 0 means IAM's default of an hour
	PermissionsBoundary string        // empty means none
	Tags                map[string]string
}

// CreateRole creates a role. It fails with an [ExistsError] when the name is taken, even
// if only in other capitals. When the answer was lost, it recognizes the role that it has
// created itself, and takes over no other. It waits for a principal that IAM does not know
// yet.
//
// When a later step fails, [Store.DiscardRole] deletes the role again.
func (s *Store) CreateRole(ctx context.Context, in RoleInput) (Role, error) {
	attempts := s.watch()
	input := &iam.CreateRoleInput{
		RoleName:                 &in.Name,
		Path:                     orNil(in.Path),
		AssumeRolePolicyDocument: &in.TrustPolicy,
		MaxSessionDuration:       seconds(in.MaxSession),
		PermissionsBoundary:      orNil(in.PermissionsBoundary),
		Tags:                     tagList(in.Tags),
	}
	var made *types.Role
	err := s.oncePrincipalsVisible(ctx, func() error {
		out, err := s.iam.CreateRole(ctx, input, attempts.all)
		if err == nil {
			made = out.Role
		}
		return err
	})
	if made == nil {
		if !attempts.unclear(err) {
			return Role{}, err
		}
		own, lookup := s.recognise(ctx, attempts, err, func(ctx context.Context) (found, error) {
			existing, err := s.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &in.Name})
			if err != nil {
				return found{}, err
			}
			if made = existing.Role; made == nil {
				return found{}, errEmpty
			}
			asked := aws.ToString(made.Path) == cmp.Or(in.Path, "/") && maps.Equal(tagMap(made.Tags), tagMap(tagList(in.Tags)))
			trust, err := iampolicy.Decode(aws.ToString(made.AssumeRolePolicyDocument))
			asked = asked && err == nil && iampolicy.Equivalent(trust, in.TrustPolicy)
			return found{made.CreateDate, asked, existing.ResultMetadata}, nil
		})
		switch {
		case own:
		case awserr.Is(err, "EntityAlreadyExists") && lookup != nil:
			return Role{}, &ExistsError{Kind: KindRole, Name: in.Name, Existing: s.spellingOfRole(ctx, in.Name), Err: err}
		case awserr.Is(err, "EntityAlreadyExists"):
			return Role{}, &ExistsError{Kind: KindRole, Name: in.Name, Existing: aws.ToString(made.RoleName), Err: err}
		default:
			return Role{}, unresolved(KindRole, in.Name, err, lookup)
		}
	}
	s.remember(KindRole, in.Name)
	// What was set is known: some servers leave it out of their answers.
	role := identityOfRole(made)
	role.TrustPolicy = in.TrustPolicy
	role.PermissionsBoundary = in.PermissionsBoundary
	role.Tags = tagMap(tagList(in.Tags))
	if in.MaxSession != 0 {
		role.MaxSession = in.MaxSession
	}
	return role, nil
}

// Role reads a role with its trust policy, tags and permissions boundary, in one
// request. It fails with [ErrAbsent] when there is none.
func (s *Store) Role(ctx context.Context, name string) (Role, error) {
	out, err := s.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		return Role{}, orAbsent(err)
	}
	if out.Role == nil {
		return Role{}, errEmpty
	}
	trust, err := iampolicy.Decode(aws.ToString(out.Role.AssumeRolePolicyDocument))
	if err != nil {
		return Role{}, err
	}
	role := identityOfRole(out.Role)
	role.TrustPolicy = trust
	return role, nil
}

// SetTrustPolicy changes who can assume a role, in place, and waits until IAM
// shows it. A principal that IAM does not know yet is waited for.
func (s *Store) SetTrustPolicy(ctx context.Context, name, document string) error {
	err := s.oncePrincipalsVisible(ctx, func() error {
		_, err := s.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: &document})
		return err
	})
	if err != nil {
		return orAbsent(err)
	}
	return s.until(ctx, patience, func() (bool, error) {
		role, err := s.Role(ctx, name)
		if err == nil && !iampolicy.Equivalent(role.TrustPolicy, document) {
			return true, &NotShownError{"trust policy of the role " + name}
		}
		return false, err
	})
}

// SetMaxSession changes how long a session of the role can last.
func (s *Store) SetMaxSession(ctx context.Context, name string, d time.Duration) error {
	return orAbsent(s.onceVisible(ctx, KindRole, name, func() error {
		_, err := s.iam.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: &name, MaxSessionDuration: seconds(d)})
		return err
	}))
}

// UpdateRoleTags changes the tags of a role from have to want. Tags in neither map are
// left alone.
func (s *Store) UpdateRoleTags(ctx context.Context, name string, have, want map[string]string) error {
	return retag(have, want,
		func(tags []types.Tag) error {
			return s.onceVisible(ctx, KindRole, name, func() error {
				_, err := s.iam.TagRole(ctx, &iam.TagRoleInput{RoleName: &name, Tags: tags})
				return err
			})
		},
		func(keys []string) error {
			_, err := s.iam.UntagRole(ctx, &iam.UntagRoleInput{RoleName: &name, TagKeys: keys})
			return err
		})
}

// SetRoleBoundary puts the managed policy with the ARN as the role's permissions
// boundary, or takes the boundary away when the ARN is empty.
func (s *Store) SetRoleBoundary(ctx context.Context, name, policyARN string) error {
	if policyARN == "" {
		_, err := s.iam.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &name})
		return unlessAbsent(err)
	}
	return s.onceVisible(ctx, KindRole, name, func() error {
		_, err := s.iam.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &name, PermissionsBoundary: &policyARN})
		return err
	})
}

// oncePrincipalsVisible writes a trust policy, and writes it again while IAM does
// not know one of its principals: a new one becomes known within seconds. IAM has
// the same code for principals that never will be, so the message decides.
func (s *Store) oncePrincipalsVisible(ctx context.Context, write func() error) error {
	unknown := func(err error) bool {
		return awserr.IsWithMessage(err, "MalformedPolicyDocument", "Invalid principal")
	}
	err := s.until(ctx, patience, func() (bool, error) {
		err := write()
		return unknown(err) || awserr.Is(err, "ConcurrentModification"), err
	})
	if unknown(err) {
		return &UnknownPrincipalError{err}
	}
	return err
}

// spellingOfRole finds how an existing name is spelt that is the same but for
// case; "" when nothing tells.
func (s *Store) spellingOfRole(ctx context.Context, name string) string {
	pages := iam.NewListRolesPaginator(s.iam, &iam.ListRolesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return ""
		}
		for _, r := range page.Roles {
			if strings.EqualFold(aws.ToString(r.RoleName), name) {
				return aws.ToString(r.RoleName)
			}
		}
	}
	return ""
}

// identityOfRole is a role without its trust policy.
func identityOfRole(r *types.Role) Role {
	role := Role{
		Name:       aws.ToString(r.RoleName),
		Path:       aws.ToString(r.Path),
		ARN:        aws.ToString(r.Arn),
		UniqueID:   aws.ToString(r.RoleId),
		MaxSession: time.Hour, // where a server does not say
		Tags:       tagMap(r.Tags),
	}
	if r.MaxSessionDuration != nil {
		role.MaxSession = time.Duration(*r.MaxSessionDuration) * time.Second
	}
	if r.PermissionsBoundary != nil {
		role.PermissionsBoundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return role
}

func seconds(d time.Duration) *int32 {
	if d == 0 {
		return nil
	}
	return aws.Int32(int32(d / time.Second)) //nolint:gosec // the longest session is 12 hours
}
