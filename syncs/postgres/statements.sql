{{- /* The statements of a batch. Names are quoted already. */ -}}

{{define "stage" -}}
create temporary table {{.Stage}} on commit drop as
select 0::bigint as {{.Number}}, {{list .Columns}} from {{.Table}} where false
{{- end}}

{{define "copy to stage"}}copy {{.Stage}} ({{.Number}}, {{list .Columns}}) from stdin{{end}}

{{define "copy to table"}}copy {{.Table}} ({{list .Columns}}) from stdin{{end}}

{{define "insert" -}}
insert into {{.Table}} ({{list .Columns}})
select {{list .Columns}} from {{.Stage}}
on conflict ({{list .Key}}) do nothing
{{- end}}

{{define "upsert" -}}
insert into {{.Table}} ({{list .Columns}})
select {{list .Columns}} from {{.Stage}}
on conflict ({{list .Key}}) do {{if or .Rest .Archived}}update set {{template "changes" .}}{{else}}nothing{{end}}
{{- end}}

{{define "changes"}}{{range $i, $c := .Rest}}{{if $i}}, {{end}}{{$c}} = excluded.{{$c}}{{end}}
{{- if .Archived}}{{if .Rest}}, {{end}}{{.Archived}} = {{.NotArchived}}{{end}}{{end}}

{{define "update" -}}
update {{.Table}} as old
set {{range $i, $c := .Rest}}{{if $i}}, {{end}}{{$c}} = new.{{$c}}{{else}}{{index .Key 0}} = new.{{index .Key 0}}{{end}}
from {{.Stage}} as new
where {{template "same key" .}}
returning new.{{.Number}}
{{- end}}

{{define "delete" -}}
delete from {{.Table}} as old
using {{.Stage}} as new
where {{template "same key" .}}
{{- end}}

{{define "clear" -}}
update {{.Table}} as old
set {{range $i, $c := .Rest}}{{if $i}}, {{end}}{{$c}} = null{{end}}
from {{.Stage}} as new
where {{template "same key" .}}
{{- end}}

{{define "archive" -}}
update {{.Table}} as old
set {{.Archived}} = {{.IsArchived}}
from {{.Stage}} as new
where {{template "same key" .}} and old.{{.Archived}} is distinct from {{.IsArchived}} {{- if not .Flag}} and old.{{.Archived}} is null{{end}}
{{- end}}

{{define "same key"}}{{range $i, $c := .Key}}{{if $i}} and {{end}}old.{{$c}} = new.{{$c}}{{end}}{{end}}

{{define "read"}}select {{list .Columns}} from {{.Table}}{{if .Archived}} where {{.Archived}} is null{{if .Flag}} or not {{.Archived}}{{end}}{{end}}{{end}}

{{define "create memory" -}}
create table if not exists {{.Memory}} (
  sync text, run text, first_row bigint, last_row bigint, delivered_at timestamp with time zone not null default now(),
  primary key (sync, run, first_row, last_row)
)
{{- end}}

{{define "remember"}}insert into {{.Memory}} (sync, run, first_row, last_row) values ($1, $2, $3, $4) on conflict do nothing{{end}}

{{define "remembered"}}select first_row, last_row from {{.Memory}} where sync = $1 and run = $2 order by first_row{{end}}

{{define "forget"}}delete from {{.Memory}} where sync = $1 and run <> $2{{end}}

{{define "may remember" -}}
select to_regclass({{literal .Memory}}) is not null or has_schema_privilege(current_schema(), 'create'), coalesce(current_schema(), '')
{{- end}}
