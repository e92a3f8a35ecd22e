package iamapi

import "time"

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
