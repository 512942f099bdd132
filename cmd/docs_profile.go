package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/runner"
)

const profileFile = "profile.json"

// profileData takes a --profile of `docs generate` that no value follows for --profile-data. With a value, and everywhere else, it names
// a profile, as in dbt.
func profileData(args []string) []string {
	if !slices.Contains(args, "docs") || !slices.Contains(args, "generate") {
		return args
	}
	out := slices.Clone(args)
	for i, arg := range out {
		if arg == "--profile" && (i+1 == len(out) || strings.HasPrefix(out[i+1], "-")) {
			out[i] = "--profile-data"
		}
	}
	return out
}

// profile finds out what the relations of nodes hold, and writes it down, beside what is known of others. What cannot be read is told,
// and stops nothing.
func (s *session) profile(ctx context.Context, nodes []*compiler.Node, columns *analyze.Analysis, rows int64) error {
	if err := ctx.Err(); err != nil { // then the columns are not known either, nor which are personal
		return err
	}
	p, err := s.lastProfile(columns)
	if err != nil {
		s.warn(err.Error())
	}
	if p == nil {
		p = &artifact.Profile{Relations: map[string]*artifact.RelationProfile{}}
	}
	found, err := s.askProfiles(ctx, nodes, runner.ProfileOptions{
		Rows: rows, Invocation: s.id,
		Personal: func(n *compiler.Node, column string) bool {
			return columns.MayBePersonal(lineage.Input{Table: n.ID, Column: column})
		},
		Veiled: func(n *compiler.Node) bool { return readsPersonal(columns, n) },
	})
	if err != nil {
		return err
	}
	for _, f := range found {
		switch {
		case f.Err != nil && f.Profile == nil:
			s.warn(f.Node.ID + " was not profiled: " + f.Err.Error())
		case f.Err != nil:
			s.warn(f.Node.ID + " was profiled in part: " + f.Err.Error())
		}
		delete(p.Relations, f.Node.ID)
		if f.Profile != nil {
			p.Relations[f.Node.ID] = f.Profile
		}
	}
	p.Metadata = artifact.ProfileMetadata{
		Version: artifact.ProfileVersion, ModVersion: Version(), GeneratedAt: s.Now().UTC(), InvocationID: s.id, Target: s.project.Target.Name,
	}
	return s.writeArtifact(profileFile, p.Write)
}

// readsPersonal tells whether a node has a column that may hold personal data, or one of those that it is made of does.
func readsPersonal(columns *analyze.Analysis, n *compiler.Node) bool {
	for _, id := range append(columns.Graph.DAG.Ancestors(n.ID, -1), n.ID) {
		var names []string
		if known := columns.Node(id); known != nil {
			for _, c := range known.Columns {
				names = append(names, c.Name)
			}
		}
		if of := columns.Graph.Nodes[id]; of != nil {
			for _, c := range of.Columns {
				names = append(names, c.Name)
			}
		}
		if slices.ContainsFunc(names, func(name string) bool { return columns.MayBePersonal(lineage.Input{Table: id, Column: name}) }) {
			return true
		}
	}
	return false
}

// askProfiles asks for the profiles of those nodes that are stored.
func (s *session) askProfiles(ctx context.Context, nodes []*compiler.Node, o runner.ProfileOptions) ([]runner.Profiled, error) {
	var stored []*compiler.Node
	for _, n := range nodes {
		if artifact.Catalogued(n) {
			stored = append(stored, n)
		}
	}
	r, err := s.reach(ctx, stored)
	if err != nil {
		return nil, err
	}
	found, err := r.Profile(ctx, stored, o)
	return found, errors.Join(err, r.Close())
}

// lastProfile is what relations held when they were last asked, as far as it may still be told; nil if they never were.
func (s *session) lastProfile(columns *analyze.Analysis) (*artifact.Profile, error) {
	p, err := readArtifact(s.targetDir(), s.shown(s.targetDir()), profileFile, artifact.ReadProfile)
	if err != nil || p == nil {
		return nil, err
	}
	if p.Relations == nil {
		p.Relations = map[string]*artifact.RelationProfile{}
	}
	p.Review(func(id string, r *artifact.RelationProfile) bool {
		n := s.graph.Nodes[id]
		return n != nil && s.graph.RelationName(n) == r.Relation
	}, func(id, column string) bool {
		return columns.MayBePersonal(lineage.Input{Table: id, Column: column})
	})
	return p, nil
}
