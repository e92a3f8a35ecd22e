package iamapi

var boundaryOperations = map[string]operation{
	"iam:PutUserPermissionsBoundary":    {params: "UserName! PermissionsBoundary!", on: onUser, do: withEntity(theUser, putBoundary)},
	"iam:DeleteUserPermissionsBoundary": {params: "UserName!", on: onUser, do: withEntity(theUser, deleteBoundary)},
	"iam:PutRolePermissionsBoundary":    {params: "RoleName! PermissionsBoundary!", on: onRole, do: withEntity(theRole, putBoundary)},
	"iam:DeleteRolePermissionsBoundary": {params: "RoleName!", on: onRole, do: withEntity(theRole, deleteBoundary)},
}

// setBoundary takes the permissions boundary of a request, if it has one.
func (c *call) setBoundary(e *entity) error {
	arn := c.get("PermissionsBoundary")
	if arn == "" {
		return nil
	}
	if c.s.policies[arn] == nil {
		return noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
	}
	e.boundary = arn
	return nil
}

func putBoundary(c *call, e *entity) (any, error) { return nil, c.setBoundary(e) }

func deleteBoundary(_ *call, e *entity) (any, error) {
	if e.boundary == "" {
		return nil, noSuchEntity("The %s with name %s does not have a permissions boundary attached.", e.kind, e.name)
	}
	e.boundary = ""
	return nil, nil
}
