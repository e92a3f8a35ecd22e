package iamapi

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const maxPolicyVersions = 5

type policyVersion struct {
	id       string // "v1", "v2", ...; a number is never used again
	document string
	parsed   *authz.Policy
	created  time.Time
}

var policyVersionOperations = map[string]operation{
	"iam:CreatePolicyVersion":     {params: "PolicyArn! PolicyDocument! SetAsDefault", on: onPolicy, do: createPolicyVersion},
	"iam:GetPolicyVersion":        {params: "PolicyArn! VersionId!", on: onPolicy, do: getPolicyVersion},
	"iam:ListPolicyVersions":      {params: "PolicyArn! Marker MaxItems", on: onPolicy, do: listPolicyVersions},
	"iam:SetDefaultPolicyVersion": {params: "PolicyArn! VersionId!", on: onPolicy, do: setDefaultPolicyVersion},
	"iam:DeletePolicyVersion":     {params: "PolicyArn! VersionId!", on: onPolicy, do: deletePolicyVersion},
}

// current is the version that counts.
func (p *managedPolicy) current() *policyVersion {
	return p.versions[p.index(p.defaultVersion)]
}

// index is -1 when there is no such version.
func (p *managedPolicy) index(id string) int {
	return slices.IndexFunc(p.versions, func(v *policyVersion) bool { return v.id == id })
}

func (p *managedPolicy) addVersion(document string, asDefault bool, now time.Time) (*policyVersion, error) {
	parsed, err := parseManaged(document)
	if err != nil {
		return nil, err
	}
	p.numbered++
	v := &policyVersion{"v" + strconv.Itoa(p.numbered), document, parsed, now}
	p.versions = append(p.versions, v)
	p.updated = now
	if asDefault {
		p.defaultVersion = v.id
	}
	return v, nil
}

// version finds the policy and the version that a request names.
func (c *call) version() (*managedPolicy, int, error) {
	p, err := c.policy()
	if err != nil {
		return nil, 0, err
	}
	i := p.index(c.get("VersionId"))
	if i < 0 {
		return nil, 0, noSuchEntity("Policy %s version %s does not exist or is not attachable.", p.arn, c.get("VersionId"))
	}
	return p, i, nil
}

type policyVersionXML struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       timestamp
}

type policyVersionResult struct{ PolicyVersion policyVersionXML }

// shownVersion leaves the document out, as all answers but one do.
func (p *managedPolicy) shownVersion(v *policyVersion) policyVersionXML {
	return policyVersionXML{VersionID: v.id, IsDefaultVersion: v.id == p.defaultVersion, CreateDate: timestamp(v.created)}
}

func createPolicyVersion(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	if len(p.versions) >= maxPolicyVersions {
		return nil, limitExceeded("A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", maxPolicyVersions)
	}
	v, err := p.addVersion(c.get("PolicyDocument"), c.get("SetAsDefault") == "true", c.now)
	if err != nil {
		return nil, err
	}
	return policyVersionResult{p.shownVersion(v)}, nil
}

func getPolicyVersion(c *call) (any, error) {
	p, i, err := c.version()
	if err != nil {
		return nil, err
	}
	shown := p.shownVersion(p.versions[i])
	shown.Document = encodeDocument(p.versions[i].document)
	return policyVersionResult{shown}, nil
}

func listPolicyVersions(c *call) (any, error) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	shown, end, err := paginate(c, slices.Clone(p.versions), func(v *policyVersion) string {
		return fmt.Sprintf("%8s", v.id) // as plain text, v10 would come before v2
	})
	result := struct {
		Versions list[policyVersionXML]
		page
	}{page: end}
	for _, v := range shown {
		result.Versions.Members = append(result.Versions.Members, p.shownVersion(v))
	}
	return result, err
}

func setDefaultPolicyVersion(c *call) (any, error) {
	if _, err := c.ownPolicy(); err != nil {
		return nil, err
	}
	p, i, err := c.version()
	if err != nil {
		return nil, err
	}
	p.defaultVersion, p.updated = p.versions[i].id, c.now
	return nil, nil
}

func deletePolicyVersion(c *call) (any, error) {
	if _, err := c.ownPolicy(); err != nil {
		return nil, err
	}
	p, i, err := c.version()
	if err != nil {
		return nil, err
	}
	if p.versions[i].id == p.defaultVersion {
		return nil, deleteConflict("Cannot delete the default version of a policy.")
	}
	p.versions = slices.Delete(p.versions, i, i+1)
	p.updated = c.now
	return nil, nil
}
