package iamapi

import "time"

// The operations of STS on the caller himself.
var callerOperations = map[string]operation{
	"sts:GetCallerIdentity": {do: getCallerIdentity},
	"sts:GetSessionToken":   {params: "DurationSeconds", do: getSessionToken},
}

func getCallerIdentity(c *call) (any, error) {
	return struct {
		Arn     string
		UserID  string `xml:"UserId"`
		Account string
	}{c.principal.ARN, c.principal.UserID, c.principal.AccountID}, nil
}

// getSessionToken needs no permission. Root's sessions are short.
func getSessionToken(c *call) (any, error) {
	if c.principal.Session != "" {
		return nil, accessDenied("Cannot call GetSessionToken with session credentials")
	}
	lasting := c.duration(12 * time.Hour)
	if c.principal.Root {
		lasting = min(lasting, time.Hour)
	}
	k := c.startSession(c.principal, lasting, nil, nil)
	return struct{ Credentials credentialsXML }{k.shown()}, nil
}
