package cmd

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"path/filepath"

	"github.com/modsql/mod/runner"
)

// suite is the results of tests as JUnit has them: https://github.com/testmoapp/junitxml
type suite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Time    string   `xml:"time,attr"`
	Failure *ended   `xml:"failure"`
	Error   *ended   `xml:"error"`
	Skipped *skipped `xml:"skipped"`
}

type ended struct {
	Message string `xml:"message,attr"`
}

type skipped struct{}

// writeJUnit writes the results for what reads JUnit's.
func (v *review) writeJUnit() error {
	out := suite{Name: "mod ci"}
	for _, r := range v.ordered() {
		out.add(r)
	}
	return v.writeArtifact("ci/junit.xml", func(w io.Writer) error {
		if _, err := io.WriteString(w, xml.Header); err != nil {
			return err
		}
		e := xml.NewEncoder(w)
		e.Indent("", "  ")
		if err := e.Encode(out); err != nil {
			return err
		}
		_, err := io.WriteString(w, "\n")
		return err
	})
}

func (s *suite) add(r *runner.Result) {
	c := testCase{Name: r.Node.Label(), Class: typeWord(r.Node.Type), Time: fmt.Sprintf("%.3f", r.Finished.Sub(r.Started).Seconds())}
	if r.Node.File != nil {
		c.File = filepath.ToSlash(r.Node.File.Path)
	}
	said := &ended{cmp.Or(r.Message, string(r.Status))}
	switch r.Status {
	case runner.Fail:
		c.Failure = said
		s.Failures++
	case runner.Error, runner.PartialSuccess:
		c.Error = said
		s.Errors++
	case runner.Skipped:
		c.Skipped = &skipped{}
		s.Skipped++
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}
