package sql

func (p *parser) tableTail(start int32, t Table) Table { return t }

func (p *parser) pivotStatement() Body { p.unexpected("a query"); return &Opaque{} }

func (p *parser) unpivotStatement() Body { p.unexpected("a query"); return &Opaque{} }

func (p *parser) columnsTable(start int32, lateral bool) Table { return nil }
