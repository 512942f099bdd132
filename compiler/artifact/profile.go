package artifact

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// ProfileVersion is the version of profile.json that is written.
const ProfileVersion = 1

// Profile is profile.json: statistics of what relations held when they were last looked at. It is not one of dbt's artifacts.
type Profile struct {
	Metadata  ProfileMetadata             `json:"metadata"`
	Relations map[string]*RelationProfile `json:"relations"` // by the unique_id of the node
}

// ProfileMetadata says who wrote a profile, and when.
type ProfileMetadata struct {
	Version      int       `json:"profile_version"`
	ModVersion   string    `json:"mod_version"`
	GeneratedAt  time.Time `json:"generated_at"`
	InvocationID string    `json:"invocation_id"`
	Target       string    `json:"target,omitempty"`
}

// RelationProfile is what a relation held. Relations are looked at by several invocations: each says by which, and when.
type RelationProfile struct {
	Relation     string          `json:"relation"`
	InvocationID string          `json:"invocation_id"`
	ProfiledAt   time.Time       `json:"profiled_at"`
	Seconds      float64         `json:"seconds"`
	Rows         int64           `json:"rows"`
	Sampled      *int64          `json:"sampled_rows,omitempty"` // how many rows the columns tell of, if not of all
	Columns      []ColumnProfile `json:"columns"`
}

// ColumnProfile is what a column held. Values are text as the warehouse writes it, of at most 100 characters: a longer one ends
// with "…".
type ColumnProfile struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Personal    bool         `json:"personal,omitempty"` // none of its values are told
	Nulls       int64        `json:"nulls"`
	Distinct    int64        `json:"distinct"`
	Approximate bool         `json:"approximate,omitempty"` // Distinct is
	NotFinite   int64        `json:"not_finite,omitempty"`  // values that are NaN or infinite, which the rest does not tell of
	Min         *string      `json:"min,omitempty"`
	Max         *string      `json:"max,omitempty"`
	Histogram   *Histogram   `json:"histogram,omitempty"`
	Values      []ValueCount `json:"values,omitempty"` // the most frequent first
}

// Histogram is how values are spread over buckets of one width, at most 20. Whole numbers and days that are few have a bucket each.
type Histogram struct {
	Start  float64 `json:"start"` // where the first bucket begins
	Width  float64 `json:"width"`
	Counts []int64 `json:"counts"`
	Times  bool    `json:"times,omitempty"` // Start is in seconds since 1970, in UTC, and Width in seconds
}

// ValueCount is how many rows have a value.
type ValueCount struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
}

// Hide removes the values of a column.
func (c *ColumnProfile) Hide() {
	*c = ColumnProfile{
		Name: c.Name, Type: c.Type, Personal: true, Nulls: c.Nulls, Distinct: c.Distinct, Approximate: c.Approximate,
	}
}

// Review removes the relations that the project does not have any more, and the values of columns that are personal by now, though they may
// not have been when they were looked at.
func (p *Profile) Review(known func(id string, r *RelationProfile) bool, personal func(id, column string) bool) {
	for id, r := range p.Relations {
		if r == nil || !known(id, r) {
			delete(p.Relations, id)
			continue
		}
		for i := range r.Columns {
			if personal(id, r.Columns[i].Name) {
				r.Columns[i].Hide()
			}
		}
	}
}

// Write writes profile.json.
func (p *Profile) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(p)
}

// ReadProfile reads profile.json, version 1.
func ReadProfile(r io.Reader) (*Profile, error) {
	out := &Profile{}
	if err := decode(r, out); err != nil {
		return nil, err
	}
	if v := out.Metadata.Version; v != ProfileVersion {
		return nil, fmt.Errorf("profile_version is %d, and only %d is known", v, ProfileVersion)
	}
	return out, nil
}
