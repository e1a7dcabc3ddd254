package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

const deepest = 1000

// functions are sprig's without the environment, and what Helm adds. A lookup finds nothing, as in "helm template".
func functions(root *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")

	within := map[string]int{}
	include := func(name string, data interface{}) (string, error) {
		if within[name] > deepest {
			return "", fmt.Errorf("rendering template has a nested reference name: %s", name)
		}
		within[name]++
		defer func() { within[name]-- }()
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}

	helms := template.FuncMap{
		"include":       include,
		"toYaml":        toYaml,
		"toJson":        toJson,
		"fromYaml":      fromYaml,
		"fromYamlArray": fromYamlArray,
		"fromJson":      fromJson,
		"lookup":        func(string, string, string, string) (values, error) { return values{}, nil },
		"required": func(warning string, value interface{}) (interface{}, error) {
			if text, isText := value.(string); value == nil || isText && text == "" {
				return value, errors.New(warning)
			}
			return value, nil
		},
		"fail": func(message string) (string, error) { return "", errors.New(message) },
		"tpl": func(text string, data interface{}) (string, error) {
			copied, err := root.Clone()
			if err != nil {
				return "", err
			}
			parsed, err := copied.New("tpl").Option("missingkey=zero").Parse(text)
			if err != nil {
				return "", err
			}
			var printed strings.Builder
			err = parsed.Execute(&printed, data)
			return strings.ReplaceAll(printed.String(), "<no value>", ""), err
		},
	}
	for name, function := range helms {
		all[name] = function
	}
	return all
}

func toYaml(value interface{}) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

func toJson(value interface{}) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(text)
}

func fromYaml(text string) values {
	read := values{}
	if err := yaml.Unmarshal([]byte(text), &read); err != nil {
		read["Error"] = err.Error()
	}
	return read
}

func fromYamlArray(text string) []interface{} {
	read := []interface{}{}
	if err := yaml.Unmarshal([]byte(text), &read); err != nil {
		read = []interface{}{err.Error()}
	}
	return read
}

func fromJson(text string) values {
	read := values{}
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		read["Error"] = err.Error()
	}
	return read
}

// files is .Files: what lies in the chart and is no template.
type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, content := range f {
		if matches, err := path.Match(pattern, name); err == nil && matches {
			found[name] = content
		}
	}
	return found
}

func (f files) AsConfig() string {
	read := map[string]string{}
	for name, content := range f {
		read[path.Base(name)] = string(content)
	}
	return toYaml(read)
}

func (f files) AsSecrets() string {
	read := map[string]string{}
	for name, content := range f {
		read[path.Base(name)] = base64.StdEncoding.EncodeToString(content)
	}
	return toYaml(read)
}

type version struct{ Version, Major, Minor string }

func (v version) String() string     { return v.Version }
func (v version) GitVersion() string { return v.Version }

type apiVersions []string

func (a apiVersions) Has(wanted string) bool {
	for _, known := range a {
		if known == wanted {
			return true
		}
	}
	return false
}

type capabilities struct {
	KubeVersion version
	APIVersions apiVersions
}
