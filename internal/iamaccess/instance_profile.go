package iamaccess

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// InstanceProfile hands a role to EC2 instances.
type InstanceProfile struct {
	Name string
	Path string
	ARN  string
	Role string            // the role's name; "" when the profile holds none
	Tags map[string]string // all of them; never nil
}

// InstanceProfileInput describes an instance profile to create.
type InstanceProfileInput struct {
	Name string
	Path string // empty means "/"
	Role string // the role to hold, which may have been created a moment ago
	Tags map[string]string
}

// CreateInstanceProfile creates an instance profile and puts the role in it. A profile of
// that name and path without a role is taken over: it gives nobody access, and is what
// remains when its role was deleted. It fails with an [ExistsError] when the name is taken
// otherwise. When the role cannot be added, a new profile is deleted again.
func (s *Store) CreateInstanceProfile(ctx context.Context, in InstanceProfileInput) (InstanceProfile, error) {
	attempts := s.watch()
	out, err := s.iam.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{
		InstanceProfileName: &in.Name, Path: orNil(in.Path), Tags: tagList(in.Tags),
	}, attempts.all)

	var (
		made      *types.InstanceProfile
		takenOver bool
	)
	if err == nil {
		made = out.InstanceProfile
	}
	if made == nil {
		if !attempts.unclear(err) {
			return InstanceProfile{}, err
		}
		own, lookup := s.recognise(ctx, attempts, err, func(ctx context.Context) (found, error) {
			existing, err := s.iam.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &in.Name})
			if err != nil {
				return found{}, err
			}
			if made = existing.InstanceProfile; made == nil {
				return found{}, errEmpty
			}
			asked := aws.ToString(made.Path) == cmp.Or(in.Path, "/") && maps.Equal(tagMap(made.Tags), tagMap(tagList(in.Tags)))
			return found{made.CreateDate, asked, existing.ResultMetadata}, nil
		})
		switch {
		case own:
		case awserr.Is(err, "EntityAlreadyExists") && lookup == nil && leftOver(made, in):
			takenOver = true
		case awserr.Is(err, "EntityAlreadyExists") && lookup != nil:
			return InstanceProfile{}, &ExistsError{Kind: KindProfile, Name: in.Name, Err: err}
		case awserr.Is(err, "EntityAlreadyExists"):
			return InstanceProfile{}, &ExistsError{Kind: KindProfile, Name: in.Name, Existing: aws.ToString(made.InstanceProfileName), Err: err}
		default:
			return InstanceProfile{}, unresolved(KindProfile, in.Name, err, lookup)
		}
	}
	profile, err := profileFrom(made)
	if err != nil {
		return InstanceProfile{}, err
	}
	if takenOver {
		if err := s.UpdateInstanceProfileTags(ctx, in.Name, profile.Tags, in.Tags); err != nil {
			return InstanceProfile{}, err
		}
	} else {
		s.remember(KindProfile, in.Name)
	}
	if err := s.addToProfile(ctx, in.Name, in.Role); err != nil {
		if takenOver {
			return InstanceProfile{}, err
		}
		cleanUp, cancel := outlive(ctx)
		defer cancel()
		if left := s.deleteProfile(cleanUp, in.Name); left != nil {
			return InstanceProfile{}, fmt.Errorf("%w; the instance profile %s is left without a role: %w", err, in.Name, left)
		}
		return InstanceProfile{}, err
	}
	profile.Role = in.Role
	profile.Tags = tagMap(tagList(in.Tags))
	return profile, nil
}

// leftOver reports whether a profile is the one that was asked for, without a role.
func leftOver(p *types.InstanceProfile, in InstanceProfileInput) bool {
	return len(p.Roles) == 0 && aws.ToString(p.InstanceProfileName) == in.Name && aws.ToString(p.Path) == cmp.Or(in.Path, "/")
}

// InstanceProfile reads an instance profile, in one request. It fails with
// [ErrAbsent] when there is none.
func (s *Store) InstanceProfile(ctx context.Context, name string) (InstanceProfile, error) {
	out, err := s.iam.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &name})
	if err != nil {
		return InstanceProfile{}, orAbsent(err)
	}
	return profileFrom(out.InstanceProfile)
}

// SetInstanceProfileRole puts the role into a profile. A profile holds one role, so another
// one is taken out first: instances have no role for that moment.
func (s *Store) SetInstanceProfileRole(ctx context.Context, profile InstanceProfile, role string) error {
	if profile.Role == role {
		return nil
	}
	if profile.Role != "" {
		if err := s.removeFromProfile(ctx, profile.Name, profile.Role); err != nil {
			return err
		}
	}
	return s.addToProfile(ctx, profile.Name, role)
}

// UpdateInstanceProfileTags changes the tags of a profile from have to want. Tags in
// neither map are left alone.
func (s *Store) UpdateInstanceProfileTags(ctx context.Context, name string, have, want map[string]string) error {
	return retag(have, want,
		func(tags []types.Tag) error {
			return s.onceVisible(ctx, KindProfile, name, func() error {
				_, err := s.iam.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: &name, Tags: tags})
				return err
			})
		},
		func(keys []string) error {
			_, err := s.iam.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: &name, TagKeys: keys})
			return err
		})
}

// DeleteInstanceProfile takes the role, "" if it holds none, out of a profile and
// deletes the profile. What is gone already is no error.
func (s *Store) DeleteInstanceProfile(ctx context.Context, name, role string) error {
	if role != "" {
		if err := s.removeFromProfile(ctx, name, role); err != nil {
			return err
		}
	}
	return s.deleteProfile(ctx, name)
}

// addToProfile puts a role into a profile, once IAM shows both. That the profile
// is full is no error if it holds that very role: an attempt whose answer was
// lost has put it there.
func (s *Store) addToProfile(ctx context.Context, profile, role string) error {
	err := s.until(ctx, patience, func() (bool, error) {
		_, err := s.iam.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &profile, RoleName: &role})
		again := absent(err) && (s.fresh(KindRole, role) || s.fresh(KindProfile, profile)) || awserr.Is(err, "ConcurrentModification")
		return again, err
	})
	if awserr.Is(err, "LimitExceeded") {
		held, lookup := s.InstanceProfile(ctx, profile)
		if lookup == nil && held.Role == role {
			return nil
		}
		return &FullProfileError{Profile: profile, Err: err}
	}
	return err
}

func (s *Store) removeFromProfile(ctx context.Context, profile, role string) error {
	_, err := s.iam.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &profile, RoleName: &role})
	return unlessAbsent(err)
}

func (s *Store) deleteProfile(ctx context.Context, name string) error {
	err := s.until(ctx, conflictPatience, func() (bool, error) {
		_, err := s.iam.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: &name})
		return awserr.Is(err, "DeleteConflict"), err
	})
	if err := unlessAbsent(err); err != nil {
		return err
	}
	s.forget(KindProfile, name)
	return nil
}

func profileFrom(p *types.InstanceProfile) (InstanceProfile, error) {
	if p == nil {
		return InstanceProfile{}, errEmpty
	}
	profile := InstanceProfile{
		Name: aws.ToString(p.InstanceProfileName),
		Path: aws.ToString(p.Path),
		ARN:  aws.ToString(p.Arn),
		Tags: tagMap(p.Tags),
	}
	if i := slices.IndexFunc(p.Roles, func(r types.Role) bool { return r.RoleName != nil }); i >= 0 {
		profile.Role = *p.Roles[i].RoleName
	}
	return profile, nil
}

// RoleProfiles names the instance profiles that hold a role, sorted. It fails with
// ErrAbsent when there is no such role.
func (s *Store) RoleProfiles(ctx context.Context, role string) ([]string, error) {
	var names []string
	pages := iam.NewListInstanceProfilesForRolePaginator(s.iam, &iam.ListInstanceProfilesForRoleInput{RoleName: &role})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, orAbsent(err)
		}
		for _, profile := range page.InstanceProfiles {
			names = append(names, aws.ToString(profile.InstanceProfileName))
		}
	}
	slices.Sort(names)
	return names, nil
}
