package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// What people copy first must work: the configuration in the README and the one the container is started with.
func TestTheConfigurationsThatPeopleCopyAreGood(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```yaml\n")
	example, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README has no configuration")
	}
	copied := filepath.Join(t.TempDir(), "tinhub.yaml")
	write(t, copied, example)
	secrets := map[string]string{"TINHUB_CMS_KEY": pushKey, "TINHUB_ADMIN_TOKEN": adminToken}
	for _, file := range []string{copied, "../../deploy/tinhub.yaml"} {
		var out, errs bytes.Buffer
		term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: func(name string) (string, bool) {
			v, ok := secrets[name]
			return v, ok
		}}
		if code := run(t.Context(), []string{"check", "--config", file}, term); code != exitDone {
			t.Errorf("%s: %s", file, errs.String())
		}
	}
}

// Without an engine here to start it, at least its form and what it names are checked.
func TestTheComposeFileNamesWhatThereIs(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var compose struct {
		Services map[string]struct {
			Volumes     []string
			Environment map[string]string
			DependsOn   map[string]any `yaml:"depends_on"`
		}
	}
	if err := yaml.Unmarshal(raw, &compose); err != nil {
		t.Fatal(err)
	}
	hub := compose.Services["tinhub"]
	for name := range hub.DependsOn {
		if _, ok := compose.Services[name]; !ok {
			t.Errorf("it depends on %q, which is not a service", name)
		}
		if !strings.Contains(hub.Environment["TINHUB_STORE"], "://"+name+":") {
			t.Errorf("the store %q is not at the service %q", hub.Environment["TINHUB_STORE"], name)
		}
	}
	if len(hub.DependsOn) == 0 {
		t.Error("no store to depend on")
	}
	for _, v := range hub.Volumes {
		if from, _, _ := strings.Cut(v, ":"); strings.HasPrefix(from, ".") {
			if _, err := os.Stat(filepath.Join("../../deploy", from)); err != nil {
				t.Errorf("it mounts %s: %v", from, err)
			}
		}
	}
}

// An alert on a metric that nobody has never rings.
func TestTheAlertsAreOnMetricsThatThereAre(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	config, _ := twoSources(t)
	dir, url := house(t, "memory:", strings.Replace(config, "sources:\n", "sources:\n  - {id: bad, kind: feed, url: \"http://127.0.0.1:1/\", section: a}\n", 1))
	p := start(t, dir, url)
	p.push("application/json", `{"id":"1","title":"Tin","content_text":"Một bản tin."}`)
	var rules int
	p.until("every metric that an alert names", func() error {
		text, err := p.get(http.StatusOK, "/metrics")
		if err != nil {
			return err
		}
		rules = 0
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				rules++
				names := regexp.MustCompile(`tinhub_\w+`).FindAllString(r.Expr, -1)
				for _, name := range names {
					if !strings.Contains(string(text.body), "\n"+name+"{") && !strings.Contains(string(text.body), "\n"+name+" ") {
						return fmt.Errorf("%s: there is no %s", r.Alert, name)
					}
				}
				if len(names) == 0 || r.Annotations["summary"] == "" || r.Labels["severity"] == "" {
					t.Errorf("%s says too little: %+v", r.Alert, r)
				}
			}
		}
		return nil
	})
	if rules < 5 {
		t.Errorf("%d alerts", rules)
	}
}
