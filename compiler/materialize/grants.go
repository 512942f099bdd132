package materialize

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// rights are grantees by privilege.
type rights map[string][]string

// grants gives the rights that the config names and, on a relation that keeps those it had, takes away all others. No config means
// that rights are somebody else's business.
func (d *draft) grants(fresh bool) {
	wanted := wantedRights(d.Config.Get("grants"))
	if len(wanted) == 0 || !d.has(dialect.Grants) {
		return
	}
	fresh = fresh && !d.keepsRights()
	if d.overrides("apply_grants", "get_dcl_statement_list", "call_dcl_statements") {
		d.add(Op{Phase: Inside, Call: call("apply_grants", d.Target, wanted.plain(), !fresh)})
		return
	}
	if fresh {
		d.add(d.rightOps("get_grant_sql", wanted)...)
		return
	}
	r := d.Request
	d.add(Op{Phase: Inside, Ask: &Ask{
		Call: *call("get_show_grant_sql", d.Target),
		Then: func(rows Rows) ([]Op, error) {
			has, err := shownRights(rows)
			if err != nil {
				return nil, err
			}
			return append(r.rightOps("get_revoke_sql", has.without(wanted)), r.rightOps("get_grant_sql", wanted.without(has))...), nil
		},
	}})
}

// keepsRights tells that the relation takes over the rights on the one in whose place it is.
func (r Request) keepsRights() bool {
	keeps, _ := r.Config.Get("copy_grants").(bool)
	return keeps && r.Existing != nil
}

func (r Request) rightOps(macro string, x rights) []Op {
	var ops []Op
	for _, privilege := range x.privileges() {
		if len(x[privilege]) == 0 {
			continue
		}
		grantees := make([]any, len(x[privilege]))
		for i, g := range x[privilege] {
			grantees[i] = g
		}
		ops = append(ops, Op{Phase: Inside, Call: call(macro, r.Target, privilege, grantees)})
	}
	return ops
}

// wantedRights reads the config: a privilege has one grantee or a list of them.
func wantedRights(config any) rights {
	out := rights{}
	m, _ := config.(map[string]any)
	for privilege, v := range m {
		switch v := v.(type) {
		case string:
			out[privilege] = []string{v}
		case []any:
			out[privilege] = nil // a list of nobody takes the privilege away from all
			for _, g := range v {
				out[privilege] = append(out[privilege], fmt.Sprint(g))
			}
		}
	}
	return out
}

// shownRights reads what get_show_grant_sql returned.
func shownRights(rows Rows) (rights, error) {
	grantee := slices.IndexFunc(rows.Names, func(n string) bool { return strings.EqualFold(n, "grantee") })
	privilege := slices.IndexFunc(rows.Names, func(n string) bool { return strings.EqualFold(n, "privilege_type") })
	if grantee < 0 || privilege < 0 {
		return nil, fmt.Errorf("get_show_grant_sql returned columns %s: no grantee and privilege_type among them", strings.Join(rows.Names, ", "))
	}
	out := rights{}
	for _, row := range rows.Values {
		p := fmt.Sprint(row[privilege])
		out[p] = append(out[p], fmt.Sprint(row[grantee]))
	}
	return out, nil
}

// without is what x has beyond y, without regard to letter case.
func (x rights) without(y rights) rights {
	out := rights{}
	for privilege, grantees := range x {
		for _, g := range grantees {
			if !y.has(privilege, g) {
				out[privilege] = append(out[privilege], g)
			}
		}
	}
	return out
}

func (x rights) has(privilege, grantee string) bool {
	for p, grantees := range x {
		if strings.EqualFold(p, privilege) && slices.ContainsFunc(grantees, func(g string) bool { return strings.EqualFold(g, grantee) }) {
			return true
		}
	}
	return false
}

func (x rights) privileges() []string {
	var out []string
	for p := range x {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}

func (x rights) plain() map[string]any {
	out := map[string]any{}
	for p, grantees := range x {
		list := make([]any, len(grantees))
		for i, g := range grantees {
			list[i] = g
		}
		out[p] = list
	}
	return out
}
