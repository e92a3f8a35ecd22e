package iamapi

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	maxThumbprints = 5
	maxClientIDs   = 100
)

type oidcProvider struct {
	url         string // without the scheme
	clientIDs   []string
	thumbprints []string
	created     time.Time
	tags        []tag
}

var oidcProviderOperations = map[string]operation{
	"iam:CreateOpenIDConnectProvider": {params: "Url! ClientIDList ThumbprintList Tags", on: newProvider, do: createProvider},
	"iam:GetOpenIDConnectProvider":    {params: "OpenIDConnectProviderArn!", on: onProvider, do: getProvider},
	"iam:ListOpenIDConnectProviders":  {on: under("oidc-provider"), do: listProviders},
	"iam:DeleteOpenIDConnectProvider": {params: "OpenIDConnectProviderArn!", on: onProvider, do: deleteProvider},

	"iam:UpdateOpenIDConnectProviderThumbprint":   {params: "OpenIDConnectProviderArn! ThumbprintList!", on: onProvider, do: withProvider(updateThumbprints)},
	"iam:AddClientIDToOpenIDConnectProvider":      {params: "OpenIDConnectProviderArn! ClientID!", on: onProvider, do: withProvider(addClientID)},
	"iam:RemoveClientIDFromOpenIDConnectProvider": {params: "OpenIDConnectProviderArn! ClientID!", on: onProvider, do: withProvider(removeClientID)},
	"iam:TagOpenIDConnectProvider":                {params: "OpenIDConnectProviderArn! Tags!", on: onProvider, do: withProvider(tagProvider)},
	"iam:UntagOpenIDConnectProvider":              {params: "OpenIDConnectProviderArn! TagKeys!", on: onProvider, do: withProvider(untagProvider)},
	"iam:ListOpenIDConnectProviderTags":           {params: "OpenIDConnectProviderArn! Marker MaxItems", on: onProvider, do: withProvider(listProviderTags)},
}

func onProvider(c *call) string { return c.get("OpenIDConnectProviderArn") }

func newProvider(c *call) string {
	return c.s.arn("oidc-provider/" + strings.TrimPrefix(c.get("Url"), "https://"))
}

func (c *call) provider() (*oidcProvider, error) {
	arn := c.get("OpenIDConnectProviderArn")
	if p := c.s.providers[arn]; p != nil {
		return p, nil
	}
	return nil, noSuchEntity("OpenIDConnect Provider not found for arn %s", arn)
}

func withProvider(do func(*call, *oidcProvider) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		p, err := c.provider()
		if err != nil {
			return nil, err
		}
		return do(c, p)
	}
}

// createProvider takes no thumbprints too: AWS fetches them by itself then.
func createProvider(c *call) (any, error) {
	address := c.get("Url")
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Port() != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, invalid("Invalid Open ID Connect Provider URL")
	}
	arn := newProvider(c)
	if c.s.providers[arn] != nil {
		return nil, alreadyExists("Provider with url %s already exists.", address)
	}
	p := &oidcProvider{url: strings.TrimPrefix(address, "https://"), clientIDs: c.strings("ClientIDList"), created: c.now}
	if len(p.clientIDs) > maxClientIDs {
		return nil, limitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: %d", maxClientIDs)
	}
	if p.thumbprints, err = c.thumbprints(); err != nil {
		return nil, err
	}
	if p.tags, err = c.createTags("iam:TagOpenIDConnectProvider", arn); err != nil {
		return nil, err
	}
	c.s.providers[arn] = p
	return struct {
		OpenIDConnectProviderArn string
		Tags                     *list[tag]
	}{arn, shownTags(p.tags)}, nil
}

var thumbprintPattern = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)

func (c *call) thumbprints() ([]string, error) {
	list := c.strings("ThumbprintList")
	if len(list) > maxThumbprints {
		return nil, invalidInput("Thumbprint list must contain fewer than %d entries.", maxThumbprints)
	}
	for _, t := range list {
		if !thumbprintPattern.MatchString(t) {
			return nil, invalidInput("Thumbprint must be 40 hexadecimal characters long.")
		}
	}
	return list, nil
}

func getProvider(c *call) (any, error) {
	p, err := c.provider()
	if err != nil {
		return nil, err
	}
	return struct {
		URL            string `xml:"Url"`
		ClientIDList   list[string]
		ThumbprintList list[string]
		CreateDate     timestamp
		Tags           *list[tag]
	}{p.url, list[string]{p.clientIDs}, list[string]{p.thumbprints}, timestamp(p.created), shownTags(p.tags)}, nil
}

func listProviders(c *call) (any, error) {
	type entry struct{ Arn string }
	var result struct {
		OpenIDConnectProviderList list[entry]
	}
	for arn := range c.s.providers {
		result.OpenIDConnectProviderList.Members = append(result.OpenIDConnectProviderList.Members, entry{arn})
	}
	slices.SortFunc(result.OpenIDConnectProviderList.Members, func(a, b entry) int { return strings.Compare(a.Arn, b.Arn) })
	return result, nil
}

// deleteProvider does not mind one that is gone, as AWS does not.
func deleteProvider(c *call) (any, error) {
	delete(c.s.providers, c.get("OpenIDConnectProviderArn"))
	return nil, nil
}

func updateThumbprints(c *call, p *oidcProvider) (any, error) {
	list, err := c.thumbprints()
	if err != nil {
		return nil, err
	}
	p.thumbprints = list
	return nil, nil
}

func addClientID(c *call, p *oidcProvider) (any, error) {
	id := c.get("ClientID")
	if slices.Contains(p.clientIDs, id) {
		return nil, nil
	}
	if len(p.clientIDs) >= maxClientIDs {
		return nil, limitExceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: %d", maxClientIDs)
	}
	p.clientIDs = append(p.clientIDs, id)
	return nil, nil
}

func removeClientID(c *call, p *oidcProvider) (any, error) {
	p.clientIDs = slices.DeleteFunc(p.clientIDs, func(id string) bool { return id == c.get("ClientID") })
	return nil, nil
}

func tagProvider(c *call, p *oidcProvider) (any, error)      { return c.addTags(&p.tags) }
func untagProvider(c *call, p *oidcProvider) (any, error)    { return c.removeTags(&p.tags) }
func listProviderTags(c *call, p *oidcProvider) (any, error) { return c.listTags(p.tags) }
