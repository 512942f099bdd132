package cmd

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/syncs"
)

// destinationText tells where a sync goes: "crm (postgres), customers".
func destinationText(n *compiler.Node) string {
	d := n.Sync.Destination
	if d == nil {
		return ""
	}
	text := fmt.Sprintf("%s (%s)", d.Name, d.Type)
	if n.Sync.Object != "" {
		text += ", " + n.Sync.Object
	}
	return text
}

// changesText tells what would be sent.
func changesText(p *runner.SyncPlan) string {
	var parts []string
	add := func(n int64, noun string) {
		if n > 0 {
			parts = append(parts, count(int(n), noun))
		}
	}
	add(p.Inserts, "insert")
	add(p.Updates, "update")
	add(p.Removals, string(p.RemovalOp))
	if len(parts) == 0 {
		return fmt.Sprintf("none: %s in step", count(int(p.Known), "row"))
	}
	text := strings.Join(parts, ", ")
	if p.Remapped > 0 {
		text += fmt.Sprintf("; %s were last sent with another mapping", grouped(p.Remapped))
	}
	return text + fmt.Sprintf("; %s delivered so far", count(int(p.Known), "row"))
}

// nothingSent is what a run that found no changes did.
const nothingSent = "nothing to send"

// sentText tells what was sent.
func sentText(p syncs.Progress) string {
	var parts []string
	for _, op := range []syncs.Op{syncs.Insert, syncs.Update, syncs.Delete, syncs.Clear, syncs.Archive} {
		if n := p.Delivered[op]; n > 0 {
			parts = append(parts, grouped(n)+" "+pastOf[op])
		}
	}
	rejected := int64(0)
	for _, n := range p.Rejected {
		rejected += n
	}
	if rejected > 0 {
		parts = append(parts, grouped(rejected)+" refused")
	}
	if len(parts) == 0 {
		return nothingSent
	}
	text := strings.Join(parts, ", ")
	if p.Retries > 0 {
		text += fmt.Sprintf(" (%s sent again)", count(p.Retries, "batch"))
	}
	return text
}

var pastOf = map[syncs.Op]string{
	syncs.Insert: "inserted", syncs.Update: "updated", syncs.Delete: "deleted", syncs.Clear: "cleared", syncs.Archive: "archived",
}
