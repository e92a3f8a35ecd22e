package awsdiag

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/parafovea/terraform-provider-fovea/internal/iamaccess"
)

// iamRemedy says what to do about the errors of package iamaccess, "" for all others.
func iamRemedy(err error) string {
	for _, remedy := range []func(error) string{accessNameRemedy, accessPolicyRemedy, accessDeletionRemedy, accessKeyRemedy, pgpKeyRemedy} {
		if text := remedy(err); text != "" {
			return text
		}
	}
	return ""
}

// accessNameRemedy is about the names of users, roles and instance profiles, and about
// creations that may have taken one.
func accessNameRemedy(err error) string {
	var (
		exists   *iamaccess.ExistsError
		capitals *iamaccess.CaseRenameError
		unclear  *iamaccess.UnclearCreationError
	)
	switch {
	case errors.As(err, &exists) && exists.Existing == exists.Name:
		return fmt.Sprintf("The IAM %s %q exists already, and the provider does not take it over by itself. "+
			"Import it (terraform import ADDRESS %s) to manage it here, or choose another name.", exists.Kind, exists.Name, exists.Name)
	case errors.As(err, &exists) && exists.Existing == "":
		return fmt.Sprintf("An IAM %s named %q, or the same in other capitals, exists already: IAM names are unique ignoring case. "+
			"Import it under the name that it has, or choose another name.", exists.Kind, exists.Name)
	case errors.As(err, &exists):
		return fmt.Sprintf("The IAM %s %q exists already, and IAM names are unique ignoring case, so %q is taken. "+
			"Set the name to %q and import it (terraform import ADDRESS %s) to manage it here, or choose a name that differs by more than case.",
			exists.Kind, exists.Existing, exists.Name, exists.Existing, exists.Existing)
	case errors.As(err, &capitals):
		return "IAM does not change only the case of a name. Rename the user to something else, apply, then rename it to " + capitals.NewName + "."
	case errors.As(err, &unclear):
		text := fmt.Sprintf("The answer to the creation of the %s %q was lost, and whether IAM has made it could not be learned. ", unclear.Kind, unclear.Name)
		if unclear.Found {
			text = fmt.Sprintf("The answer to the creation of the %[1]s %[2]q was lost. There is a %[1]s of that name now, which may be somebody else's. ", unclear.Kind, unclear.Name)
		}
		return text + fmt.Sprintf("If it exists and nobody else made it, import it (terraform import ADDRESS %s). Otherwise apply again.", unclear.Name)
	}
	return ""
}

// accessPolicyRemedy is about what users, roles and instance profiles are given.
func accessPolicyRemedy(err error) string {
	var (
		limit     *iamaccess.PolicyLimitError
		principal *iamaccess.UnknownPrincipalError
		full      *iamaccess.FullProfileError
		notShown  *iamaccess.NotShownError
	)
	switch {
	case errors.As(err, &limit):
		return fmt.Sprintf("All inline policies of the %[1]s %[2]q may have %[3]d characters together. "+
			"Name fewer prefixes or keys, remove the policies that it has besides, or split the access over two %[1]ss.", limit.Kind, limit.Holder, limit.Max)
	case errors.As(err, &principal):
		return "IAM did not recognize a principal in the trust policy within two minutes. " +
			"Check that the user, role or account exists, and that its ARN has the right partition, account and path."
	case errors.As(err, &full):
		return fmt.Sprintf("The instance profile %q holds another role, and can hold one. Take that role out of it, or name another profile.", full.Profile)
	case errors.As(err, &notShown):
		return "IAM accepted the " + notShown.What + ", but went on showing something else. Something else may be changing it at the same time; if not, apply again."
	}
	return ""
}

// accessDeletionRemedy is about users and roles that cannot be deleted.
func accessDeletionRemedy(err error) string {
	var held *iamaccess.HeldError
	switch {
	case errors.As(err, &held) && held.Kind == iamaccess.KindUser:
		return fmt.Sprintf("The user %q has something that this destroy does not delete, such as access keys, other policies, groups or MFA devices. "+
			"Remove that first, or set force_destroy to true, apply, and destroy then. If the user is tainted, run terraform untaint first: otherwise force_destroy does not get into the state.", held.Name)
	case errors.As(err, &held):
		return fmt.Sprintf("The role %q has something that is not managed with it, such as other policies or instance profiles. Remove that first.", held.Name)
	}
	return ""
}

// accessKeyRemedy is about access keys.
func accessKeyRemedy(err error) string {
	var (
		limit  *iamaccess.KeyLimitError
		lost   *iamaccess.LostKeyError
		hidden *iamaccess.HiddenKeyError
	)
	switch {
	case errors.As(err, &limit):
		return keyLimitRemedy(limit)
	case errors.As(err, &lost):
		return lostKeyRemedy(lost)
	case errors.As(err, &hidden):
		return fmt.Sprintf("Either there is no access key %s in this account, which IAM does not tell from a denial, "+
			"or the credentials in use lack the permission iam:GetAccessKeyLastUsed.", hidden.ID)
	}
	return ""
}

// keyLimitRemedy names the keys that are in the way. An apply does not know the state of
// the key that it replaces, so the message says how to see it.
func keyLimitRemedy(e *iamaccess.KeyLimitError) string {
	keys := slices.Clone(e.Keys)
	slices.SortStableFunc(keys, func(a, b iamaccess.Key) int { return a.CreatedAt.Compare(b.CreatedAt) })
	var list []string
	for _, k := range keys {
		list = append(list, fmt.Sprintf("%s (%s, created %s)", k.ID, k.Status, k.CreatedAt.UTC().Format(time.RFC3339)))
	}
	if len(list) == 2 && keys[0].CreatedAt.Before(keys[1].CreatedAt) {
		list[0], list[1] = "the older "+list[0], "the newer "+list[1]
	}
	return fmt.Sprintf("A user can have two access keys, and %[1]q has %[2]s. "+
		"`terraform state show` with the address of this resource prints the one that is in the state, as access_key_id. "+
		"The other one was left by an interrupted apply, unless it was created elsewhere. If nobody uses it (aws iam get-access-key-last-used tells), delete it and apply again: "+
		"aws iam delete-access-key --user-name %[1]s --access-key-id KEY", e.User, strings.Join(list, " and "))
}

func lostKeyRemedy(e *iamaccess.LostKeyError) string {
	text := fmt.Sprintf("The answer to the creation of an access key for the user %q was lost, and the secret with it. ", e.User)
	remove := fmt.Sprintf("(aws iam delete-access-key --user-name %s --access-key-id ", e.User)
	switch {
	case e.Unlisted:
		return text + "Whether IAM has made a key could not be learned. Look at the user's keys, delete one that is not in use, and apply again."
	case len(e.Appeared) == 0:
		return text + "No new key has shown up, so apply again. If one shows up later, delete it."
	case len(e.Appeared) > 1:
		return text + "The keys " + strings.Join(e.Appeared, " and ") + " have appeared since. One of them may be left over from it: " +
			"delete the one that nobody else made " + remove + "KEY), and apply again."
	}
	return text + "The key " + e.Appeared[0] + " has appeared since. If nobody else made it, it is left over: delete it " + remove + e.Appeared[0] + "), and apply again."
}

// pgpKeyRemedy is about the public keys that secrets are encrypted with.
func pgpKeyRemedy(err error) string {
	const exportIt = "gpg --export KEY-ID | base64 prints one, and so does gpg --armor --export KEY-ID."
	var unusable *iamaccess.PGPKeyError
	if !errors.As(err, &unusable) {
		return ""
	}
	switch unusable.Fault {
	case iamaccess.PGPAtKeybase:
		return "The provider fetches no keys from the network. Paste the key itself: curl https://keybase.io/USER/pgp_keys.asc prints it."
	case iamaccess.PGPSeveral:
		return "Give one public key: the secret is encrypted for one recipient. " + exportIt
	case iamaccess.PGPUnusable:
		return "The key has expired, is revoked, or has no part that is for encryption. Prolong it, or give another one."
	case iamaccess.PGPPrivate:
		return "This is a private key. A public one is needed, and this one is now in the configuration, where it does not belong: take it out of there, " +
			"out of version control and of saved plans, and consider it known to others. " + exportIt
	case iamaccess.PGPNotEncoded:
		return "Give a public key in one of these two forms. " + exportIt
	case iamaccess.PGPBrokenBlock:
		return "Give the whole block, from its BEGIN line to its END line. " + exportIt
	case iamaccess.PGPOtherBlock:
		return "Give a PGP PUBLIC KEY BLOCK. " + exportIt
	case iamaccess.PGPUnreadable:
		return "The text is cut off, or no PGP public key. " + exportIt
	}
	return ""
}
