// Package all lists the destinations that rows can be sent to. Only the command line and documentation import it, so that nothing else
// links them.
package all

import (
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/files"
	"github.com/modsql/mod/syncs/http"
	"github.com/modsql/mod/syncs/hubspot"
	"github.com/modsql/mod/syncs/kafka"
	"github.com/modsql/mod/syncs/mongo"
	"github.com/modsql/mod/syncs/mysql"
	"github.com/modsql/mod/syncs/postgres"
	"github.com/modsql/mod/syncs/redis"
	"github.com/modsql/mod/syncs/salesforce"
	"github.com/modsql/mod/syncs/sheets"
	"github.com/modsql/mod/syncs/slack"
	"github.com/modsql/mod/syncs/smtp"
	"github.com/modsql/mod/syncs/webhook"
)

// Kinds are all of them, in the order of their names.
func Kinds() []syncs.Kind {
	return []syncs.Kind{
		files.New(),
		http.New(),
		hubspot.New(),
		kafka.New(),
		mongo.New(),
		mysql.New(),
		postgres.New(),
		redis.New(),
		salesforce.New(),
		sheets.New(),
		slack.New(),
		smtp.New(),
		webhook.New(),
	}
}

// Named returns the kind of that name, or nil.
func Named(name string) *syncs.Kind {
	for _, k := range Kinds() {
		if k.Name == name {
			return &k
		}
	}
	return nil
}

// Names are the names of all kinds.
func Names() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}
