package iamapi

import (
	"slices"
	"time"
)

const maxAccessKeys = 2

type accessKey struct {
	id      string
	created time.Time
}

var accessKeyOperations = map[string]operation{
	"iam:CreateAccessKey": {params: "UserName", on: onUser, do: createAccessKey},
	"iam:ListAccessKeys":  {params: "UserName Marker MaxItems", on: onUser, do: listAccessKeys},
	"iam:UpdateAccessKey": {params: "UserName AccessKeyId! Status!", on: onUser, do: updateAccessKey},
	"iam:DeleteAccessKey": {params: "UserName AccessKeyId!", on: onUser, do: deleteAccessKey},

	"iam:GetAccessKeyLastUsed": {params: "AccessKeyId!", on: onKeyOwner, do: getAccessKeyLastUsed},
}

type accessKeyXML struct {
	UserName        string
	AccessKeyID     string `xml:"AccessKeyId"`
	Status          string
	SecretAccessKey string `xml:",omitempty"`
	CreateDate      timestamp
}

// keyOwner is the user whose keys a request is about.
func (c *call) keyOwner() (*user, error) {
	if c.get("UserName") == "" && c.principal.Root {
		return nil, notImplemented("managing the access keys of the root user")
	}
	return c.user(c.get("UserName"))
}

func createAccessKey(c *call) (any, error) {
	u, err := c.keyOwner()
	if err != nil {
		return nil, err
	}
	if len(u.keys) >= maxAccessKeys {
		return nil, limitExceeded("Cannot exceed quota for AccessKeysPerUser: %d", maxAccessKeys)
	}
	made := Key{AccessKeyID: newKeyID("AKIA"), Secret: newSecret(), Active: true, Principal: c.s.principalOf(u)}
	k := &accessKey{made.AccessKeyID, c.now}
	c.s.keys.put(made)
	u.keys = append(u.keys, k)
	shown := c.s.shownKey(u, k)
	shown.SecretAccessKey = made.Secret
	return struct{ AccessKey accessKeyXML }{shown}, nil
}

func (s *Service) shownKey(u *user, k *accessKey) accessKeyXML {
	x := accessKeyXML{UserName: u.name, AccessKeyID: k.id, Status: "Inactive", CreateDate: timestamp(k.created)}
	if full, _ := s.keys.get(k.id); full.Active {
		x.Status = "Active"
	}
	return x
}

func listAccessKeys(c *call) (any, error) {
	u, err := c.keyOwner()
	if err != nil {
		return nil, err
	}
	shown, p, err := paginate(c, slices.Clone(u.keys), func(k *accessKey) string { return k.id })
	result := struct {
		UserName          string
		AccessKeyMetadata list[accessKeyXML]
		page
	}{UserName: u.name, page: p}
	for _, k := range shown {
		result.AccessKeyMetadata.Members = append(result.AccessKeyMetadata.Members, c.s.shownKey(u, k))
	}
	return result, err
}

// ownKey finds the key of a request among those of its user.
func (c *call) ownKey() (*user, int, error) {
	u, err := c.keyOwner()
	if err != nil {
		return nil, 0, err
	}
	id := c.get("AccessKeyId")
	i := slices.IndexFunc(u.keys, func(k *accessKey) bool { return k.id == id })
	if i < 0 {
		return nil, 0, noSuchEntity("The Access Key with id %s cannot be found.", id)
	}
	return u, i, nil
}

func updateAccessKey(c *call) (any, error) {
	u, i, err := c.ownKey()
	if err != nil {
		return nil, err
	}
	full, _ := c.s.keys.get(u.keys[i].id)
	full.Active = c.get("Status") == "Active"
	c.s.keys.put(full)
	return nil, nil
}

func deleteAccessKey(c *call) (any, error) {
	u, i, err := c.ownKey()
	if err != nil {
		return nil, err
	}
	c.s.keys.remove(u.keys[i].id)
	u.keys = slices.Delete(u.keys, i, i+1)
	return nil, nil
}

func (c *call) ownerOfKey(id string) *user {
	for _, u := range c.s.users {
		if slices.ContainsFunc(u.keys, func(k *accessKey) bool { return k.id == id }) {
			return u
		}
	}
	return nil
}

func onKeyOwner(c *call) string {
	if u := c.ownerOfKey(c.get("AccessKeyId")); u != nil {
		return c.s.arn(u.resource())
	}
	return c.s.arn("user/*")
}

// getAccessKeyLastUsed answers as for a key that was never used: uses are not
// recorded.
func getAccessKeyLastUsed(c *call) (any, error) {
	u := c.ownerOfKey(c.get("AccessKeyId"))
	if u == nil {
		// AWS does not tell that a key does not exist.
		return nil, accessDenied("User: %s is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key %s", c.principal.ARN, c.get("AccessKeyId"))
	}
	type lastUsed struct{ ServiceName, Region string }
	return struct {
		UserName          string
		AccessKeyLastUsed lastUsed
	}{u.name, lastUsed{"N/A", "N/A"}}, nil
}
