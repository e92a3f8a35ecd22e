package iamaccess

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Key is an access key of a user, without its secret.
type Key struct {
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
			keys = append(keys, Key{ID: aws.ToString(k.AccessKeyId), Status: string(k.Status), CreatedAt: aws.ToTime(k.CreateDate)})
		}
	}
	return keys, nil
}

// AccessKey reads one access key. It fails with [ErrAbsent] when the user, or the
// user's key, is gone.
func (s *Store) AccessKey(ctx context.Context, user, id string) (Key, error) {
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
	if err != nil {
		return "", orAbsent(err)
	}
	return aws.ToString(out.UserName), nil
}

// SetAccessKeyStatus makes a key "Active" or "Inactive". It fails with
// [ErrAbsent] when the key is gone.
func (s *Store) SetAccessKeyStatus(ctx context.Context, user, id, status string) error {
	return orAbsent(s.onceVisible(ctx, kindKey, id, func() error {
		_, err := s.iam.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: types.StatusType(status)})
		return err
	}))
}

// DeleteAccessKey deletes a key. One that is gone already, or whose user is, is
// no error.
func (s *Store) DeleteAccessKey(ctx context.Context, user, id string) error {
	_, err := s.iam.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: &id})
	return unlessAbsent(err)
}
