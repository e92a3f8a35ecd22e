package iamapi

import (
	"strconv"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

// credentialsXML are temporary credentials.
type credentialsXML struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      timestamp
}

// startSession makes temporary credentials for a principal of the account that
// the call works on.
func (c *call) startSession(p authz.Principal, lasting time.Duration, limits []*authz.Policy, tags []tag) Key {
	p.Session = newKeyID("ASIA")
	k := Key{
		AccessKeyID:  p.Session,
		Secret:       newSecret(),
		SessionToken: newSessionToken(),
		Active:       true,
		Expires:      c.now.Add(lasting).Truncate(time.Second), // what the answer can express
		Principal:    p,
		limits:       limits,
		tags:         tags,
	}
	c.s.keys.put(k)
	return k
}

func (k Key) shown() credentialsXML {
	return credentialsXML{k.AccessKeyID, k.Secret, k.SessionToken, timestamp(k.Expires)}
}

// sessionLimits are the session policies of a request.
func (c *call) sessionLimits() ([]*authz.Policy, error) {
	var policies []*authz.Policy
	if document := c.get("Policy"); document != "" {
		p, err := authz.ParseIdentity(document)
		if err != nil {
			return nil, err
		}
		policies = append(policies, p)
	}
	for i := 1; ; i++ {
		name := "PolicyArns.member." + strconv.Itoa(i) + ".arn"
		if !c.form.Has(name) {
			break
		}
		p := c.s.policies[c.get(name)]
		if p == nil {
			return nil, invalid("Policy %s does not exist or is not attachable.", c.get(name))
		}
		policies = append(policies, p.current().parsed)
	}
	if len(policies) == 0 {
		return nil, nil
	}
	return []*authz.Policy{authz.Limit(policies...)}, nil
}

// duration is that of a request, or the default.
func (c *call) duration(standard time.Duration) time.Duration {
	seconds, err := strconv.Atoi(c.get("DurationSeconds"))
	if err != nil {
		return standard // not given: what is given was found to be a number
	}
	return time.Duration(seconds) * time.Second
}
