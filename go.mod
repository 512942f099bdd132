module github.com/modsql/mod

go 1.26
