package iampolicy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// LostTrust names whom the trust policy before lets assume the role and the one after
// does not, sorted: services, ARNs, and the subjects
// of tokens of an OIDC provider. Somebody who is
// trusted on other conditions than before counts as lost. A document that is not a policy
// trusts nobody.
func LostTrust(before, after string) []string {
	has := trustees(after)
	lost := map[string]bool{}
	for _, t := range trustees(before) {
		if !slices.ContainsFunc(has, t.coveredBy) {
			lost[t.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(lost))
}

// trustee is somebody whom a statement lets assume a role.
type trustee struct {
	kind     string // "Service", "AWS", "Federated" or "*"
	name     string
	subject  string // of the token of an OIDC provider, "" for any
	audience string // of the token, "" for any
	when     string // the other conditions, as JSON; "" for none
}

// String implements [fmt.Stringer].
func (t trustee) String() string {
	if t.subject != "" && t.audience != "" && t.audience != DefaultAudience {
		return fmt.Sprintf("%s, with a token for %s", t.subject, t.audience)
	}
	if t.subject != "" {
		return t.subject
	}
	if t.name == "*" {
		return "everybody"
	}
	return t.name
}

func (t trustee) coveredBy(other trustee) bool {
	everybody := other.name == "*" && (other.kind == "*" || other.kind == t.kind)
	same := other.kind == t.kind && other.name == t.name && (other.subject == "" || other.subject == t.subject) && (other.audience == "" || other.audience == t.audience)
	return (everybody || same) && (other.when == "" || other.when == t.when)
}

func trustees(document string) []trustee {
	statements, err := statementsOf(document)
	if err != nil {
		return nil
	}
	var found []trustee
	for _, s := range statements {
		var allows struct {
			Effect    string
			Principal principals
			Condition map[string]map[string]oneOrMany
		}
		if json.Unmarshal(s.raw, &allows) != nil || allows.Effect != "Allow" {
			continue
		}
		for kind, names := range allows.Principal {
			for _, name := range names {
				t := trustee{kind: kind, name: accountOf(name)}
				subjects, rest := claimsOf(name, ":sub", allows.Condition)
				audiences, rest := claimsOf(name, ":aud", rest)
				t.when = conditionKey(rest)
				for _, t.subject = range subjects {
					for _, t.audience = range audiences {
						found = append(found, t)
					}
				}
			}
		}
	}
	return found
}

// accountOf writes the ARN of an account's root as the account ID, which means the same.
func accountOf(name string) string {
	parts := strings.Split(name, ":")
	if len(parts) == 6 && parts[0] == "arn" && parts[2] == "iam" && parts[5] == "root" {
		return parts[4]
	}
	return name
}

// claimsOf takes the exact values of a claim of an OIDC provider, such as ":sub", out of
// the conditions. A claim that may be anything has the one value "".
func claimsOf(provider, claim string, conditions map[string]map[string]oneOrMany) (values []string, rest map[string]map[string]oneOrMany) {
	_, issuer, ok := strings.Cut(provider, ":oidc-provider/")
	values = conditions["StringEquals"][issuer+claim]
	if !ok || len(values) == 0 {
		return []string{""}, conditions
	}
	rest = maps.Clone(conditions)
	rest["StringEquals"] = maps.Clone(rest["StringEquals"])
	delete(rest["StringEquals"], issuer+claim)
	return values, rest
}

// conditionKey is equal for equal conditions, "" for none.
func conditionKey(conditions map[string]map[string]oneOrMany) string {
	all := map[string]map[string][]string{}
	for operator, keys := range conditions {
		for key, values := range keys {
			if all[operator] == nil {
				all[operator] = map[string][]string{}
			}
			all[operator][key] = sorted(values)
		}
	}
	if len(all) == 0 {
		return ""
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// LostKeys returns the KMS keys that the policy before lets be used to decrypt and the one
// after does not, as ARNs or patterns, sorted. A document that is not a policy lets none.
func LostKeys(before, after string) []string {
	has := decryptionKeys(after)
	lost := map[string]bool{}
	for _, key := range decryptionKeys(before) {
		if !slices.Contains(has, key) && !slices.Contains(has, "*") {
			lost[key] = true
		}
	}
	return slices.Sorted(maps.Keys(lost))
}

// decryptionKeys are the resources of the statements that allow kms:Decrypt.
func decryptionKeys(document string) []string {
	statements, err := statementsOf(document)
	if err != nil {
		return nil
	}
	var keys []string
	for _, s := range statements {
		var allows struct {
			Effect           string
			Action, Resource oneOrMany
		}
		if json.Unmarshal(s.raw, &allows) != nil || allows.Effect != "Allow" || !slices.ContainsFunc(allows.Action, decrypts) {
			continue
		}
		for _, resource := range allows.Resource {
			if resource == "*" || strings.Contains(resource, ":kms:") {
				keys = append(keys, resource)
			}
		}
	}
	return keys
}

// decrypts reports whether an action is kms:Decrypt or a pattern for it.
func decrypts(action string) bool {
	beginning, isPattern := strings.CutSuffix(strings.ToLower(action), "*")
	const decrypt = "kms:decrypt"
	return beginning == decrypt || isPattern && strings.HasPrefix(decrypt, beginning)
}
