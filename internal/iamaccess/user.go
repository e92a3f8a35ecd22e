package iamaccess

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// User is an IAM user as IAM has it.
type User struct {
	Name                string
	Path                string // "/" or "/a/b/"
	ARN                 string
	UniqueID            string            // "AIDA...", never used again for another user
	PermissionsBoundary string            // the ARN of a managed policy; "" when there is none
	Tags                map[string]string // all of them; never nil
}

// UserInput describes a user to create.
type UserInput struct {
	Name                string
	Path                string // empty means "/"
	PermissionsBoundary string // empty means none
	Tags                map[string]string
}

// CreateUser creates a user. It fails with an [ExistsError] when the name is taken, even
// if only in other capitals. When the answer was lost, it recognizes the user that it has
// created itself, and takes over no other.
//
// When a later step fails, [Store.DiscardUser] deletes the user again.
func (s *Store) CreateUser(ctx context.Context, in UserInput) (User, error) {
	attempts := s.watch()
	out, err := s.iam.CreateUser(ctx, &iam.CreateUserInput{
		UserName:            &in.Name,
		Path:                orNil(in.Path),
		PermissionsBoundary: orNil(in.PermissionsBoundary),
		Tags:                tagList(in.Tags),
	}, attempts.all)

	var made *types.User
	if err == nil {
		made = out.User
	}
	if made == nil {
		if !attempts.unclear(err) {
			return User{}, err
		}
		own, lookup := s.recognise(ctx, attempts, err, func(ctx context.Context) (found, error) {
			existing, err := s.iam.GetUser(ctx, &iam.GetUserInput{UserName: &in.Name})
			if err != nil {
				return found{}, err
			}
			if made = existing.User; made == nil {
				return found{}, errEmpty
			}
			asked := aws.ToString(made.Path) == cmp.Or(in.Path, "/") && maps.Equal(tagMap(made.Tags), tagMap(tagList(in.Tags)))
			return found{made.CreateDate, asked, existing.ResultMetadata}, nil
		})
		switch {
		case own:
		case awserr.Is(err, "EntityAlreadyExists") && lookup != nil:
			return User{}, &ExistsError{Kind: KindUser, Name: in.Name, Existing: s.spellingOfUser(ctx, in.Name), Err: err}
		case awserr.Is(err, "EntityAlreadyExists"):
			return User{}, &ExistsError{Kind: KindUser, Name: in.Name, Existing: aws.ToString(made.UserName), Err: err}
		default:
			return User{}, unresolved(KindUser, in.Name, err, lookup)
		}
	}
	s.remember(KindUser, in.Name)
	user, err := userFrom(made)
	if err != nil {
		return User{}, err
	}
	// What was set is known: some servers leave it out of their answers.
	user.PermissionsBoundary = in.PermissionsBoundary
	user.Tags = tagMap(tagList(in.Tags))
	return user, nil
}

// User reads a user with its tags and permissions boundary, in one request. It
// fails with [ErrAbsent] when there is none.
func (s *Store) User(ctx context.Context, name string) (User, error) {
	out, err := s.iam.GetUser(ctx, &iam.GetUserInput{UserName: &name})
	if err != nil {
		return User{}, orAbsent(err)
	}
	return userFrom(out.User)
}

// MadeUser reports whether this run has created the user, or has given it its name.
func (s *Store) MadeUser(name string) bool { return s.fresh(KindUser, name) }

// UpdateUser gives a user another name, another path ("/" at least), or both, in
// place: its keys and policies stay. It returns the user as IAM shows it
// afterwards. When the change was made but cannot be read back, it returns the
// error and a user with the new name and path alone.
//
// It fails with an [ExistsError] when the new name is taken, and IAM refuses a
// name that differs from the old one only by case.
func (s *Store) UpdateUser(ctx context.Context, name, newName, newPath string) (User, error) {
	attempts := s.watch()
	_, err := s.iam.UpdateUser(ctx, &iam.UpdateUserInput{UserName: &name, NewUserName: &newName, NewPath: &newPath}, attempts.all)
	switch {
	case awserr.Is(err, "EntityAlreadyExists") && strings.EqualFold(name, newName):
		return User{}, &CaseRenameError{Name: name, NewName: newName, Err: err}
	case awserr.Is(err, "EntityAlreadyExists"):
		return User{}, &ExistsError{Kind: KindUser, Name: newName, Existing: s.spellingOfUser(ctx, newName), Err: err}
	case absent(err) && attempts.lost:
		// An attempt whose answer was lost has renamed it, or the read below says so.
	case err != nil:
		return User{}, orAbsent(err)
	}
	if newName != name {
		s.remember(KindUser, newName)
		s.forget(KindUser, name)
	}
	var user User
	err = s.until(ctx, patience, func() (bool, error) {
		var err error
		user, err = s.User(ctx, newName)
		if err == nil && (user.Name != newName || user.Path != newPath) {
			return true, &NotShownError{"name and path of the user"}
		}
		return absent(err) && newName != name, err
	})
	if err != nil {
		return User{Name: newName, Path: newPath}, err
	}
	return user, nil
}

// UpdateUserTags changes the tags of a user from have to want. Tags in neither map are
// left alone.
func (s *Store) UpdateUserTags(ctx context.Context, name string, have, want map[string]string) error {
	return retag(have, want,
		func(tags []types.Tag) error {
			return s.onceVisible(ctx, KindUser, name, func() error {
				_, err := s.iam.TagUser(ctx, &iam.TagUserInput{UserName: &name, Tags: tags})
				return err
			})
		},
		func(keys []string) error {
			_, err := s.iam.UntagUser(ctx, &iam.UntagUserInput{UserName: &name, TagKeys: keys})
			return err
		})
}

// SetUserBoundary puts the managed policy with the ARN as the user's permissions
// boundary, or takes the boundary away when the ARN is empty.
func (s *Store) SetUserBoundary(ctx context.Context, name, policyARN string) error {
	if policyARN == "" {
		_, err := s.iam.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: &name})
		return unlessAbsent(err)
	}
	return s.onceVisible(ctx, KindUser, name, func() error {
		_, err := s.iam.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: &name, PermissionsBoundary: &policyARN})
		return err
	})
}

// spellingOfUser finds how an existing name is spelt that is the same but for
// case; "" when nothing tells.
func (s *Store) spellingOfUser(ctx context.Context, name string) string {
	pages := iam.NewListUsersPaginator(s.iam, &iam.ListUsersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return ""
		}
		for _, u := range page.Users {
			if strings.EqualFold(aws.ToString(u.UserName), name) {
				return aws.ToString(u.UserName)
			}
		}
	}
	return ""
}

func userFrom(u *types.User) (User, error) {
	if u == nil {
		return User{}, errEmpty
	}
	user := User{
		Name:     aws.ToString(u.UserName),
		Path:     aws.ToString(u.Path),
		ARN:      aws.ToString(u.Arn),
		UniqueID: aws.ToString(u.UserId),
		Tags:     tagMap(u.Tags),
	}
	if u.PermissionsBoundary != nil {
		user.PermissionsBoundary = aws.ToString(u.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return user, nil
}

// orNil leaves an empty parameter out of a request.
func orNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
