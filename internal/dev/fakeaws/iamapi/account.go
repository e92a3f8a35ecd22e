package iamapi

var accountOperations = map[string]operation{
	"iam:ListAccountAliases": {params: "Marker MaxItems", on: anything, do: listAccountAliases},
}

// listAccountAliases answers that there is none, as in most accounts.
func listAccountAliases(*call) (any, error) { return named("AccountAliases"), nil }
