package iamaccess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Key is an access key of a user, without its secret.
type Key struct {
	User      string // the name of its user
	ID        string // "AKIA..."
	Status    string // "Active" or "Inactive"
	CreatedAt time.Time
}

// AccessKeys lists every access key of a user, in one request. It fails with
// [ErrAbsent] when there is no such user.
func (s *Store) AccessKeys(ctx context.Context, user string) ([]Key, error) {
	var keys []Key
	pages := iam.NewListAccessKeysPaginator(s.iam, &iam.ListAccessKeysInput{UserName: &user})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, orAbsent(err)
		}
		for _, k := range page.AccessKeyMetadata {
			keys = append(keys, Key{User: user, ID: aws.ToString(k.AccessKeyId), Status: string(k.Status), CreatedAt: aws.ToTime(k.CreateDate)})
		}
	}
	return keys, nil
}

// AccessKey reads one access key, in one request. A key that is not one of the
// user's is looked for under the name that its user may have now. It fails with
// [ErrAbsent] when the key is gone.
func (s *Store) AccessKey(ctx context.Context, user, id string) (Key, error) {
	key, err := s.keyOf(ctx, user, id)
	if !errors.Is(err, ErrAbsent) {
		return key, err
	}
	owner, lookup := s.otherOwner(ctx, user, id)
	if lookup != nil {
		return Key{}, lookup
	}
	if owner == "" {
		return Key{}, err
	}
	return s.keyOf(ctx, owner, id)
}

func (s *Store) keyOf(ctx context.Context, user, id string) (Key, error) {
	keys, err := s.AccessKeys(ctx, user)
	if err != nil {
		return Key{}, err
	}
	for _, key := range keys {
		if key.ID == id {
			return key, nil
		}
	}
	return Key{}, fmt.Errorf("the access key %s of the user %s: %w", id, user, ErrAbsent)
}

// AccessKeyUser names the user of a key. IAM denies the request for a key that does not
// exist.
func (s *Store) AccessKeyUser(ctx context.Context, id string) (string, error) {
	out, err := s.iam.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
	if awserr.Denied(err) {
		return "", &HiddenKeyError{ID: id, Err: err}
	}
	if err != nil {
		return "", orAbsent(err)
	}
	return aws.ToString(out.UserName), nil
}

// otherOwner names the user of a key that is not, or no longer, the given user's:
// a key stays with its user when the user is renamed. It returns "" when there is none, or
// when the caller may not know.
func (s *Store) otherOwner(ctx context.Context, user, id string) (string, error) {
	owner, err := s.AccessKeyUser(ctx, id)
	switch {
	case awserr.Denied(err), errors.Is(err, ErrAbsent), lacking(err), strings.EqualFold(owner, user):
		return "", nil
	}
	return owner, err
}

// SetAccessKeyStatus sets the status of a key, "Active" or "Inactive". It fails with
// [ErrAbsent] when the key is gone.
func (s *Store) SetAccessKeyStatus(ctx context.Context, user, id, status string) error {
	return orAbsent(s.onceVisible(ctx, KindKey, id, func() error {
		_, err := s.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: types.StatusType(status)})
		return err
	}))
}

// DeleteAccessKey deletes a key, also when its user was renamed. A key that is gone
// already, or whose user is, is no error.
func (s *Store) DeleteAccessKey(ctx context.Context, user, id string) error {
	err := s.deleteKey(ctx, user, id)
	if !absent(err) {
		return err
	}
	owner, err := s.otherOwner(ctx, user, id)
	if err != nil || owner == "" {
		return err
	}
	return unlessAbsent(s.deleteKey(ctx, owner, id))
}

// DiscardAccessKey takes back a key that was just created, because a later step failed. It
// does so even when the context is cancelled, which may be why that step failed.
func (s *Store) DiscardAccessKey(ctx context.Context, user, id string) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	return s.DeleteAccessKey(ctx, user, id)
}

func (s *Store) deleteKey(ctx context.Context, user, id string) error {
	_, err := s.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: &id})
	return err
}

// NewKey is an access key that was just created. IAM never shows its secret again.
type NewKey struct {
	Key
	Secret string
}

// CreateAccessKey creates an access key. It fails with a [KeyLimitError] when the
// user has two already, and with [ErrAbsent] when there is no such user.
//
// When the answer is lost, IAM may have created a key whose secret nobody has and which
// counts against the limit of two. So the request is repeated only if IAM certainly
// refused it. Otherwise the error names the key that has appeared since, also
// when the context is cancelled. It is not deleted: somebody else may
// have created it.
func (s *Store) CreateAccessKey(ctx context.Context, user string) (NewKey, error) {
	// With two creations at a time, one could take the other's key for a leftover.
	release, err := s.keys.Acquire(ctx, strings.ToLower(user))
	if err != nil {
		return NewKey{}, err
	}
	defer release()

	var before []Key
	err = s.onceVisible(ctx, KindUser, user, func() (err error) {
		before, err = s.AccessKeys(ctx, user)
		return err
	})
	if err != nil {
		return NewKey{}, err
	}
	if err := ctx.Err(); err != nil {
		return NewKey{}, err
	}
	var out *iam.CreateAccessKeyOutput
	err = s.onceVisible(ctx, KindUser, user, func() (err error) {
		out, err = s.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &user}, refusedOnly)
		return err
	})
	switch {
	case awserr.Is(err, "LimitExceeded"):
		return NewKey{}, &KeyLimitError{User: user, Keys: before, Err: err}
	case err != nil && refused(err):
		return NewKey{}, orAbsent(err)
	case err != nil:
		return NewKey{}, s.leftover(ctx, user, before, err)
	case out.AccessKey == nil:
		return NewKey{}, s.leftover(ctx, user, before, errEmpty)
	}
	key := out.AccessKey
	id := aws.ToString(key.AccessKeyId)
	s.remember(KindKey, id)
	return NewKey{
		Key:    Key{User: user, ID: id, Status: string(key.Status), CreatedAt: aws.ToTime(key.CreateDate)},
		Secret: aws.ToString(key.SecretAccessKey),
	}, nil
}

// MaxKeys is how many access keys a user can have.
const MaxKeys = 2

// MadeKey reports whether this store has created the key.
func (s *Store) MadeKey(id string) bool { return s.fresh(KindKey, id) }

// leftoverPatience is how long to look for a key that may have been created.
const leftoverPatience = 8 * time.Second

// leftover adds to the failure of a creation without an answer which keys it may have
// left.
func (s *Store) leftover(ctx context.Context, user string, before []Key, failure error) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	var fresh []string
	err := s.until(ctx, leftoverPatience, func() (bool, error) {
		keys, err := s.AccessKeys(ctx, user)
		fresh = s.unknownKeys(before, keys)
		return err == nil && len(fresh) == 0, err
	})
	if err != nil {
		return &LostKeyError{User: user, Unlisted: true, Err: errors.Join(failure, err)}
	}
	return &LostKeyError{User: user, Appeared: fresh, Err: failure}
}

// unknownKeys lists the keys that are neither among the earlier ones nor created by this
// run.
func (s *Store) unknownKeys(before, now []Key) []string {
	var unknown []string
	for _, key := range now {
		known := slices.ContainsFunc(before, func(b Key) bool { return b.ID == key.ID })
		if !known && !s.fresh(KindKey, key.ID) {
			unknown = append(unknown, key.ID)
		}
	}
	return unknown
}
