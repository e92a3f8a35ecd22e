package iamapi

import "encoding/xml"

// userLeftoverOperations are about what users may have and fakeaws has not:
// whoever deletes a user asks for them first.
var userLeftoverOperations = map[string]operation{
	"iam:ListGroupsForUser":              emptyList("UserName! Marker MaxItems", "Groups"),
	"iam:ListMFADevices":                 emptyList("UserName Marker MaxItems", "MFADevices"),
	"iam:ListSigningCertificates":        emptyList("UserName Marker MaxItems", "Certificates"),
	"iam:ListSSHPublicKeys":              emptyList("UserName Marker MaxItems", "SSHPublicKeys"),
	"iam:ListServiceSpecificCredentials": emptyList("UserName ServiceName", "ServiceSpecificCredentials"),
	"iam:ListVirtualMFADevices": {params: "AssignmentStatus Marker MaxItems", on: func(c *call) string { return c.s.arn("mfa/") },
		do: func(*call) (any, error) { return named("VirtualMFADevices"), nil }},
	"iam:GetLoginProfile":    {params: "UserName", on: onUser, do: noLoginProfile},
	"iam:DeleteLoginProfile": {params: "UserName", on: onUser, do: noLoginProfile},
}

func emptyList(params, element string) operation {
	return operation{params: params, on: onUser, do: func(c *call) (any, error) {
		if _, err := c.user(c.get("UserName")); err != nil {
			return nil, err
		}
		return named(element), nil
	}}
}

func noLoginProfile(c *call) (any, error) {
	u, err := c.user(c.get("UserName"))
	if err != nil {
		return nil, err
	}
	return nil, noSuchEntity("Login Profile for User %s cannot be found.", u.name)
}

// named is the result of a listing whose one list, of that name, is empty.
func named(element string) any {
	return struct {
		List struct {
			XMLName xml.Name
		}
		page
	}{List: struct{ XMLName xml.Name }{xml.Name{Local: element}}}
}
