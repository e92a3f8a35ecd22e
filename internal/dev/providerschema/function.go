package providerschema

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type function struct {
	Description        string              `json:"description,omitempty"`
	Summary            string              `json:"summary,omitempty"`
	DeprecationMessage string              `json:"deprecation_message,omitempty"`
	ReturnType         tftypes.Type        `json:"return_type"`
	Parameters         []functionParameter `json:"parameters,omitempty"`
	VariadicParameter  *functionParameter  `json:"variadic_parameter,omitempty"`
}

type functionParameter struct {
	Name        string       `json:"name"`
	Description string       `json:"description,omitempty"`
	IsNullable  bool         `json:"is_nullable,omitempty"`
	Type        tftypes.Type `json:"type"`
}

func newFunction(from *tfprotov6.Function) function {
	to := function{
		Description:        from.Description,
		Summary:            from.Summary,
		DeprecationMessage: from.DeprecationMessage,
		ReturnType:         from.Return.Type,
	}
	for _, p := range from.Parameters {
		to.Parameters = append(to.Parameters, newFunctionParameter(p))
	}
	if from.VariadicParameter != nil {
		variadic := newFunctionParameter(from.VariadicParameter)
		to.VariadicParameter = &variadic
	}
	return to
}

func newFunctionParameter(from *tfprotov6.FunctionParameter) functionParameter {
	return functionParameter{
		Name:        from.Name,
		Description: from.Description,
		IsNullable:  from.AllowNullValue,
		Type:        from.Type,
	}
}
