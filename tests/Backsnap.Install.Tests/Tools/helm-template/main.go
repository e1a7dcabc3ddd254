// Command helm-template renders a chart as "helm template" does, with the same template engine (Go's text/template), the same
// functions (sprig) and the same check of the values (gojsonschema). Helm itself is in no package that the tests may install.
//
//	helm-template CHART RELEASE NAMESPACE VALUES.yaml [API-VERSION…]
//
// It prints one JSON object: "manifests" (file → text) and "notes"; or the error on standard error, with status 1.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type values = map[string]interface{}

func main() {
	if len(os.Args) < 5 {
		fail(errors.New("usage: helm-template CHART RELEASE NAMESPACE VALUES.yaml [API-VERSION…]"))
	}
	chart, err := load(os.Args[1])
	if err != nil {
		fail(err)
	}
	given, err := readYaml(os.Args[4])
	if err != nil {
		fail(err)
	}
	manifests, notes, err := chart.render(os.Args[2], os.Args[3], given, os.Args[5:])
	if err != nil {
		fail(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(values{"manifests": manifests, "notes": notes}); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "Error:", err)
	os.Exit(1)
}

// chart is what lies in the chart's directory, by path with slashes.
type chart struct {
	metadata, defaults values
	files              map[string][]byte
}

func load(directory string) (*chart, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(directory, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		relative, _ := filepath.Rel(directory, name)
		files[filepath.ToSlash(relative)] = content
		return err
	})
	if err != nil {
		return nil, err
	}
	loaded := &chart{files: files}
	if err := yaml.Unmarshal(files["Chart.yaml"], &loaded.metadata); err != nil {
		return nil, fmt.Errorf("Chart.yaml: %w", err)
	}
	if err := yaml.Unmarshal(files["values.yaml"], &loaded.defaults); err != nil {
		return nil, fmt.Errorf("values.yaml: %w", err)
	}
	return loaded, nil
}

func readYaml(file string) (values, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read := values{}
	return read, yaml.Unmarshal(content, &read)
}

// merge is Helm's: what is given wins, maps are merged, and a given null takes a default away.
func merge(given, defaults values) values {
	merged := values{}
	for key, value := range defaults {
		merged[key] = value
	}
	for key, value := range given {
		over, overMap := value.(values)
		under, underMap := merged[key].(values)
		switch {
		case value == nil:
			delete(merged, key)
		case overMap && underMap:
			merged[key] = merge(over, under)
		default:
			merged[key] = value
		}
	}
	return merged
}

func (c *chart) check(merged values) error {
	schema, found := c.files["values.schema.json"]
	if !found {
		return nil
	}
	document, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(document))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if result.Valid() {
		return nil
	}
	told := []string{"values don't meet the specifications of the schema(s) in the following chart(s):"}
	for _, wrong := range result.Errors() {
		told = append(told, "- "+wrong.String())
	}
	return errors.New(strings.Join(told, "\n"))
}

func (c *chart) render(release, namespace string, given values, apiVersions []string) (map[string]string, string, error) {
	merged := merge(given, c.defaults)
	if err := c.check(merged); err != nil {
		return nil, "", err
	}

	name := c.metadata["name"].(string)
	chartFields := values{"IsRoot": true}
	for key, value := range c.metadata {
		chartFields[strings.ToUpper(key[:1])+key[1:]] = value
	}
	top := values{
		"Values": merged,
		"Chart":  chartFields,
		"Release": values{
			"Name": release, "Namespace": namespace, "Service": "Helm", "Revision": 1, "IsInstall": true, "IsUpgrade": false,
		},
		"Capabilities": capabilities{KubeVersion: version{"v1.36.0", "1", "36"}, APIVersions: append([]string{"v1", "apps/v1"}, apiVersions...)},
		"Files":        files(c.files),
		"Subcharts":    values{},
	}

	root := template.New("gotpl").Option("missingkey=zero")
	root.Funcs(functions(root))
	var names []string
	for file := range c.files {
		if strings.HasPrefix(file, "templates/") {
			names = append(names, file)
		}
	}
	sort.Strings(names)
	for _, file := range names {
		if _, err := root.New(name + "/" + file).Parse(string(c.files[file])); err != nil {
			return nil, "", fmt.Errorf("parse error at (%s/%s): %w", name, file, err)
		}
	}

	manifests, notes := map[string]string{}, ""
	for _, file := range names {
		if strings.HasPrefix(path.Base(file), "_") {
			continue
		}
		full := name + "/" + file
		top["Template"] = values{"Name": full, "BasePath": name + "/templates"}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, full, top); err != nil {
			return nil, "", fmt.Errorf("execution error at (%s): %w", full, err)
		}
		// A missing key is printed as nothing, as Helm does it.
		printed := strings.ReplaceAll(text.String(), "<no value>", "")
		if path.Base(file) == "NOTES.txt" {
			notes = printed
		} else if strings.TrimSpace(printed) != "" {
			manifests[file] = printed
		}
	}
	return manifests, notes, nil
}
