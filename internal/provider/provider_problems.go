package provider

import (
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/parafovea/terraform-provider-fovea/internal/awsclient"
	"github.com/parafovea/terraform-provider-fovea/internal/awsdiag"
)

// report puts each problem on the argument that causes it. Servers repeat parts
// of requests in their errors, so secrets are taken out.
func report(problems []awsclient.Problem, settings awsclient.Settings, diags *diag.Diagnostics) {
	for _, p := range problems {
		detail := p.Detail
		if p.Err != nil {
			detail = strings.TrimPrefix(detail+"\n\n"+awsdiag.Detail(p.Err), "\n\n")
		}
		detail = settings.Redact(detail)
		if p.Code != "" {
			p.Summary = messageCode(p.Code).summary("%s", p.Summary)
		}
		switch {
		case p.Warning:
			diags.AddWarning(providerSetting.summary("The provider fovea: %s", p.Summary), detail)
		case p.Setting != "":
			diags.AddAttributeError(settingPath(p.Setting), p.Summary, detail)
		default:
			diags.AddError(p.Summary, detail)
		}
	}
}

// settingPath reads a setting's name, such as "region" or "endpoints.0.sts".
func settingPath(setting string) path.Path {
	at := path.Empty()
	for step := range strings.SplitSeq(setting, ".") {
		if i, err := strconv.Atoi(step); err == nil {
			at = at.AtListIndex(i)
		} else {
			at = at.AtName(step)
		}
	}
	return at
}
