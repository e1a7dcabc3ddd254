// Command api-judge says what the API server would say, with the API server's own code: whether a CustomResourceDefinition is valid
// (structural, its rules in CEL typed and within their cost), whether objects are, and whether built-in objects have only fields that exist.
//
//	api-judge definition CRD.yaml                 prints a JSON list of errors
//	api-judge objects CRD.yaml < CASES.json       cases: [{"object": …, "old": … or null}]; prints a list of lists of errors
//	api-judge kinds < OBJECTS.json                a list of built-in objects; prints a list of lists of errors
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	builtin "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 2 && arguments[0] == "definition":
		definition, err := read(arguments[1])
		if err != nil {
			return print([]string{err.Error()})
		}
		told := []string{}
		for _, wrong := range crdvalidation.ValidateCustomResourceDefinition(context.Background(), definition) {
			told = append(told, wrong.Error())
		}
		return print(told)
	case len(arguments) == 2 && arguments[0] == "objects":
		definition, err := read(arguments[1])
		if err != nil {
			return err
		}
		return judge(definition)
	case len(arguments) == 1 && arguments[0] == "kinds":
		return kinds()
	default:
		return errors.New("usage: api-judge definition CRD.yaml | objects CRD.yaml | kinds")
	}
}

func print(value any) error { return json.NewEncoder(os.Stdout).Encode(value) }

// read takes a definition as the API server does: no unknown fields, the defaults filled in.
func read(file string) (*apiextensions.CustomResourceDefinition, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	document, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	scheme := runtime.NewScheme()
	install.Install(scheme)
	codecs := serializer.NewCodecFactory(scheme, serializer.EnableStrict)
	decoded, _, err := codecs.UniversalDeserializer().Decode(document, nil, &v1.CustomResourceDefinition{})
	if err != nil {
		return nil, err
	}
	scheme.Default(decoded)
	internal := &apiextensions.CustomResourceDefinition{}
	if err := scheme.Convert(decoded, internal, nil); err != nil {
		return nil, err
	}
	// What the server itself writes; the validation asks for it.
	for _, version := range internal.Spec.Versions {
		if version.Storage {
			internal.Status.StoredVersions = []string{version.Name}
		}
	}
	return internal, nil
}

func kinds() error {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var objects []json.RawMessage
	if err := json.Unmarshal(text, &objects); err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(builtin.Scheme, serializer.EnableStrict).UniversalDeserializer()
	told := [][]string{}
	for _, object := range objects {
		wrong := []string{}
		if _, _, err := decoder.Decode(object, nil, nil); err != nil {
			wrong = append(wrong, err.Error())
		}
		told = append(told, wrong)
	}
	return print(told)
}
