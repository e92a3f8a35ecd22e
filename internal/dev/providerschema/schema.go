package providerschema

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type actionSchema struct {
	Block block `json:"block"`
}

type block struct {
	Attributes      map[string]attribute   `json:"attributes,omitempty"`
	BlockTypes      map[string]nestedBlock `json:"block_types,omitempty"`
	Description     string                 `json:"description,omitempty"`
	DescriptionKind string                 `json:"description_kind"`
	Deprecated      bool                   `json:"deprecated,omitempty"`
}

type nestedBlock struct {
	NestingMode string `json:"nesting_mode"`
	Block       block  `json:"block"`
	MinItems    int64  `json:"min_items,omitempty"`
	MaxItems    int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type            tftypes.Type `json:"type,omitempty"`
	NestedType      *nestedType  `json:"nested_type,omitempty"`
	Description     string       `json:"description,omitempty"`
	DescriptionKind string       `json:"description_kind"`
	Deprecated      bool         `json:"deprecated,omitempty"`
	Required        bool         `json:"required,omitempty"`
	Optional        bool         `json:"optional,omitempty"`
	Computed        bool         `json:"computed,omitempty"`
	Sensitive       bool         `json:"sensitive,omitempty"`
	WriteOnly       bool         `json:"write_only,omitempty"`
}

type nestedType struct {
	Attributes  map[string]attribute `json:"attributes,omitempty"`
	NestingMode string               `json:"nesting_mode"`
}

func newSchema(from *tfprotov6.Schema) schema {
	return schema{Version: from.Version, Block: newBlock(from.Block)}
}

func newActionSchema(from *tfprotov6.ActionSchema) actionSchema {
	return actionSchema{Block: newBlock(from.Schema.Block)}
}

func newBlock(from *tfprotov6.SchemaBlock) block {
	to := block{
		Attributes:      newAttributes(from.Attributes),
		BlockTypes:      make(map[string]nestedBlock, len(from.BlockTypes)),
		Description:     from.Description,
		DescriptionKind: kind(from.DescriptionKind),
		Deprecated:      from.Deprecated,
	}
	for _, b := range from.BlockTypes {
		to.BlockTypes[b.TypeName] = nestedBlock{
			NestingMode: strings.ToLower(b.Nesting.String()),
			Block:       newBlock(b.Block),
			MinItems:    b.MinItems,
			MaxItems:    b.MaxItems,
		}
	}
	return to
}

func newAttributes(from []*tfprotov6.SchemaAttribute) map[string]attribute {
	to := make(map[string]attribute, len(from))
	for _, a := range from {
		var nested *nestedType
		if n := a.NestedType; n != nil {
			nested = &nestedType{Attributes: newAttributes(n.Attributes), NestingMode: strings.ToLower(n.Nesting.String())}
		}
		to[a.Name] = attribute{
			Type:            a.Type,
			NestedType:      nested,
			Description:     a.Description,
			DescriptionKind: kind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
	}
	return to
}

func kind(k tfprotov6.StringKind) string { return strings.ToLower(k.String()) }
