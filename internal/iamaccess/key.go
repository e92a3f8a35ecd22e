package iamaccess

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/parafovea/terraform-provider-fovea/internal/awserr"
)

// Key is an access key of a user, without its secret.
type Key struct {
	User      string // the name of the user whom it belongs to
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

// AccessKeyUser names the user whom a key belongs to. IAM denies, rather than
// reports as absent, a key that does not exist.
func (s *Store) AccessKeyUser(ctx context.Context, id string) (string, error) {
	out, err := s.iam.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: &id})
	if awserr.Denied(err) {
		return "", &advised{err, fmt.Sprintf("Either there is no access key %s in this account, which IAM does not tell from a denial, "+
			"or the credentials in use lack the permission iam:GetAccessKeyLastUsed.", id)}
	}
	if err != nil {
		return "", orAbsent(err)
	}
	return aws.ToString(out.UserName), nil
}

// otherOwner names the user of a key that is not, or no longer, the given user's:
// a key goes along when its user is renamed. It returns "" when there is none,
// so far as the caller may know: that the key is not the user's was said already.
func (s *Store) otherOwner(ctx context.Context, user, id string) (string, error) {
	owner, err := s.AccessKeyUser(ctx, id)
	switch {
	case awserr.Denied(err), errors.Is(err, ErrAbsent), lacking(err), strings.EqualFold(owner, user):
		return "", nil
	}
	return owner, err
}

// SetAccessKeyStatus makes a key "Active" or "Inactive". It fails with
// [ErrAbsent] when the key is gone.
func (s *Store) SetAccessKeyStatus(ctx context.Context, user, id, status string) error {
	return orAbsent(s.onceVisible(ctx, kindKey, id, func() error {
		_, err := s.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: types.StatusType(status)})
		return err
	}))
}

// DeleteAccessKey deletes a key, also when its user has another name by now. One
// that is gone already, or whose user is, is no error.
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

func (s *Store) deleteKey(ctx context.Context, user, id string) error {
	_, err := s.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: &id})
	return err
}
