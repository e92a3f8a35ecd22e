package iamapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/authz"
)

const maxManaged = 6144

type managedPolicy struct {
	name, path, id, arn string
	description         string
	created, updated    time.Time
	tags                []tag
	versions            []*policyVersion // oldest first
	defaultVersion      string
	numbered            int // of versions ever made
}

var managedPolicyOperations = map[string]operation{
	"iam:CreatePolicy":   {params: "PolicyName! PolicyDocument! Path Description Tags", on: newPolicy, do: createPolicy},
	"iam:GetPolicy":      {params: "PolicyArn!", on: onPolicy, do: getPolicy},
	"iam:ListPolicies":   {params: "Scope OnlyAttached PathPrefix PolicyUsageFilter Marker MaxItems", on: under("policy"), do: listPolicies},
	"iam:DeletePolicy":   {params: "PolicyArn!", on: onPolicy, do: deletePolicy},
	"iam:TagPolicy":      {params: "PolicyArn! Tags!", on: onPolicy, do: tagPolicy},
	"iam:UntagPolicy":    {params: "PolicyArn! TagKeys!", on: onPolicy, do: untagPolicy},
	"iam:ListPolicyTags": {params: "PolicyArn! Marker MaxItems", on: onPolicy, do: listPolicyTags},
}

func onPolicy(c *call) string { return c.get("PolicyArn") }

func newPolicy(c *call) string { return c.s.arn("policy" + c.path() + c.get("PolicyName")) }

func (c *call) policy() (*managedPolicy, error) {
	arn := c.get("PolicyArn")
	if p := c.s.policies[arn]; p != nil {
		return p, nil
	}
	return nil, noSuchEntity("Policy %s was not found.", arn)
}

// ownPolicy refuses those of AWS, which nobody can change.
func (c *call) ownPolicy() (*managedPolicy, error) {
	p, err := c.policy()
	if err == nil && p.byAWS() {
		return nil, invalidInput("Policy is outside your own account.")
	}
	return p, err
}

func (p *managedPolicy) byAWS() bool { return authz.AccountOf(p.arn) == "aws" }

func createPolicy(c *call) (any, error) {
	name := c.get("PolicyName")
	for _, p := range c.s.policies {
		if !p.byAWS() && strings.EqualFold(p.name, name) {
			return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", name)
		}
	}
	tags, err := c.createTags("iam:TagPolicy", newPolicy(c))
	if err != nil {
		return nil, err
	}
	p := &managedPolicy{
		name:        name,
		path:        c.path(),
		id:          newUniqueID("ANPA"),
		arn:         newPolicy(c),
		description: c.get("Description"),
		created:     c.now,
		tags:        tags,
	}
	if _, err := p.addVersion(c.get("PolicyDocument"), true, c.now); err != nil {
		return nil, err
	}
	c.s.policies[p.arn] = p
	return policyResult{c.s.fullPolicy(p)}, nil
}

func getPolicy(c *call) (any, error) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return policyResult{c.s.fullPolicy(p)}, nil
}

func listPolicies(c *call) (any, error) {
	var found []*managedPolicy
	for _, p := range c.s.policies {
		attached, bounds := c.s.uses(p)
		switch {
		case !strings.HasPrefix(p.path, c.get("PathPrefix")),
			c.get("Scope") == "AWS" && !p.byAWS(),
			c.get("Scope") == "Local" && p.byAWS(),
			c.get("OnlyAttached") == "true" && attached == 0,
			c.get("PolicyUsageFilter") == "PermissionsPolicy" && attached == 0,
			c.get("PolicyUsageFilter") == "PermissionsBoundary" && bounds == 0:
			continue
		}
		found = append(found, p)
	}
	shown, end, err := paginate(c, found, func(p *managedPolicy) string { return p.arn })
	result := struct {
		Policies list[policyXML]
		page
	}{page: end}
	for _, p := range shown {
		result.Policies.Members = append(result.Policies.Members, c.s.briefPolicy(p))
	}
	return result, err
}

func deletePolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	if attached, bounds := c.s.uses(p); attached+bounds > 0 {
		return nil, deleteConflict("Cannot delete a policy attached to entities.")
	}
	if len(p.versions) > 1 {
		return nil, deleteConflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	delete(c.s.policies, p.arn)
	return nil, nil
}

func tagPolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	return c.addTags(&p.tags)
}

func untagPolicy(c *call) (any, error) {
	p, err := c.ownPolicy()
	if err != nil {
		return nil, err
	}
	return c.removeTags(&p.tags)
}

func listPolicyTags(c *call) (any, error) {
	p, err := c.policy()
	if err != nil {
		return nil, err
	}
	return c.listTags(p.tags)
}

// uses counts the users and roles that a policy is attached to, and those that
// it bounds.
func (s *Service) uses(p *managedPolicy) (attached, bounds int) {
	count := func(e *entity) {
		if slices.Contains(e.attached, p.arn) {
			attached++
		}
		if e.boundary == p.arn {
			bounds++
		}
	}
	for _, u := range s.users {
		count(&u.entity)
	}
	for _, r := range s.roles {
		count(&r.entity)
	}
	return attached, bounds
}

// parseManaged checks a document against what managed policies are allowed.
func parseManaged(document string) (*authz.Policy, error) {
	parsed, err := authz.ParseIdentity(document)
	if err != nil {
		return nil, err
	}
	if policySize(document) > maxManaged {
		return nil, limitExceeded("Cannot exceed quota for PolicySize: %d", maxManaged)
	}
	return parsed, nil
}

type policyXML struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    timestamp
	UpdateDate                    timestamp
	Tags                          *list[tag]
}

type policyResult struct{ Policy policyXML }

// briefPolicy is how listings show a managed policy.
func (s *Service) briefPolicy(p *managedPolicy) policyXML {
	attached, bounds := s.uses(p)
	return policyXML{
		PolicyName:                    p.name,
		PolicyID:                      p.id,
		Arn:                           p.arn,
		Path:                          p.path,
		DefaultVersionID:              p.defaultVersion,
		AttachmentCount:               attached,
		PermissionsBoundaryUsageCount: bounds,
		IsAttachable:                  true,
		CreateDate:                    timestamp(p.created),
		UpdateDate:                    timestamp(p.updated),
	}
}

func (s *Service) fullPolicy(p *managedPolicy) policyXML {
	x := s.briefPolicy(p)
	x.Description = p.description
	x.Tags = shownTags(p.tags)
	return x
}

// accountsBegin dates what every account has from its beginning.
var accountsBegin = timestamp(time.Date(2015, time.February, 6, 18, 39, 46, 0, time.UTC))

// awsManagedPolicies are those of AWS that one meets around a bucket; others
// do not exist here.
func awsManagedPolicies() map[string]*managedPolicy {
	out := map[string]*managedPolicy{}
	for name, document := range map[string]string{
		"AdministratorAccess":    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
		"AmazonS3FullAccess":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}`,
		"AmazonS3ReadOnlyAccess": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}`,
		"IAMReadOnlyAccess":      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}`,
	} {
		p := &managedPolicy{
			name:    name,
			path:    "/",
			id:      newUniqueID("ANPA"),
			arn:     "arn:aws:iam::aws:policy/" + name,
			created: time.Time(accountsBegin),
		}
		if _, err := p.addVersion(document, true, p.created); err != nil {
			panic(err) // the documents above are constant
		}
		out[p.arn] = p
	}
	return out
}

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
