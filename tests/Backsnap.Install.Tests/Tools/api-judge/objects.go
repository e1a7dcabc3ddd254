package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/common"
)

type object = map[string]interface{}

// oneCase is an object that is created, or that takes the place of an old one.
type oneCase struct {
	Object object `json:"object"`
	Old    object `json:"old"`
}

// judge does what the API server's customresource strategy does, in the same order.
func judge(definition *apiextensions.CustomResourceDefinition) error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	// The API server's own reading: whole numbers stay whole.
	cases := []oneCase{}
	if err := utiljson.Unmarshal(text, &cases); err != nil {
		return err
	}
	validated, err := apiextensions.GetSchemaForVersion(definition, definition.Spec.Versions[0].Name)
	if err != nil {
		return err
	}
	structural, err := schema.NewStructural(validated.OpenAPIV3Schema)
	if err != nil {
		return err
	}
	validator, _, err := validation.NewSchemaValidator(validated.OpenAPIV3Schema)
	if err != nil {
		return err
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)

	told := [][]string{}
	for _, one := range cases {
		wrong := []string{}
		unknown := pruning.PruneWithOptions(one.Object, structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
		for _, path := range unknown {
			wrong = append(wrong, fmt.Sprintf("unknown field %q", path))
		}
		for _, err := range check(one, structural, validator, rules) {
			wrong = append(wrong, err.Error())
		}
		told = append(told, wrong)
	}
	return print(told)
}

func check(one oneCase, structural *schema.Structural, validator validation.SchemaValidator, rules *cel.Validator) field.ErrorList {
	defaulting.Default(one.Object, structural)
	if one.Old == nil {
		errs := validation.ValidateCustomResource(nil, one.Object, validator)
		errs = append(errs, listtype.ValidateListSetsAndMaps(nil, structural, one.Object)...)
		told, _ := rules.Validate(context.Background(), nil, structural, one.Object, nil, celconfig.RuntimeCELCostBudget)
		return append(errs, told...)
	}

	defaulting.Default(one.Old, structural)
	correlated := common.NewCorrelatedObject(one.Object, one.Old, &model.Structural{Structural: structural})
	errs := validation.ValidateCustomResourceUpdate(nil, one.Object, one.Old, validator, validation.WithRatcheting(correlated))
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, structural, one.Object)...)
	told, _ := rules.Validate(
		context.Background(), nil, structural, one.Object, one.Old, celconfig.RuntimeCELCostBudget, cel.WithRatcheting(correlated))
	return append(errs, told...)
}
