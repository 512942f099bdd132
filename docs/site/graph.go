package site

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/docs/site/layout"
)

// mapPiece is the graph of the whole project with the place of each node: what the lineage is drawn from. It is a list for each
// field, because ten thousand objects would be three times as long; kind, area, owner, state and prefix are places in lists.
type mapPiece struct {
	Width      int       `json:"width"`
	Height     int       `json:"height"`
	BoxWidth   int       `json:"w"`
	BoxHeight  int       `json:"h"`
	Prefixes   []string  `json:"prefixes"`
	Prefix     []int     `json:"prefix"`
	ID         []string  `json:"id"`   // without its prefix
	Name       []string  `json:"name"` // "" where it is the ID without its prefix
	X          []int     `json:"x"`    // of the middle
	Y          []int     `json:"y"`
	Kinds      []string  `json:"kinds"`
	Kind       []int     `json:"kind"`
	Areas      []string  `json:"areas"`
	Area       []int     `json:"area"`
	Owners     []string  `json:"owners"`
	Owner      []int     `json:"owner"`
	States     []string  `json:"states"`
	State      []int     `json:"state"`
	Seconds    []float64 `json:"seconds"` // 0 where it is not known
	Edges      []int     `json:"edges"`   // from, to, from, to …
	Ways       [][]int   `json:"ways,omitempty"`
	late       *wayPiece // nil if all is in Ways
	places     map[string]int
	boxes      []layout.Node
	edges      []layout.Edge
	dictionary map[*[]string]map[string]int
}

const (
	mapBoxHeight = 36
	mapLayerGap  = 80
	// mapWays is up to how many nodes the bends of edges are told with the graph; those of a larger one come after it has been drawn.
	mapWays = 300
)

// mapOf lays the project out, with the systems that sources come from at its beginning and the destinations of syncs at its end.
func (t *telling) mapOf() *mapPiece {
	m := &mapPiece{BoxWidth: mapBoxWidth(t.nodes), BoxHeight: mapBoxHeight, places: map[string]int{}, dictionary: map[*[]string]map[string]int{}}
	for _, n := range t.nodes {
		if n.Type != compiler.Test && n.Type != compiler.UnitTest {
			m.add(mapNode{id: n.ID, name: title(n), kind: string(n.Type), area: area(n), owner: t.known[n.ID].owner, state: t.stateOf(n), seconds: t.last[n.ID].Seconds})
		}
	}
	for _, n := range t.nodes {
		if _, drawn := m.places[n.ID]; !drawn {
			continue
		}
		for _, parent := range t.upstream(n) {
			m.connect(parent.ID, n.ID)
		}
		m.ends(n)
	}
	m.layOut()
	return m
}

// mapBoxWidth is the width of a box that holds nine of ten names, within limits.
func mapBoxWidth(nodes []*compiler.Node) int {
	const letter, beside, least, most = 7, 32, 140, 264
	var lengths []int
	for _, n := range nodes {
		if n.Type != compiler.Test && n.Type != compiler.UnitTest {
			lengths = append(lengths, utf8.RuneCountInString(title(n)))
		}
	}
	if len(lengths) == 0 {
		return least
	}
	slices.Sort(lengths)
	return min(most, max(least, beside+letter*lengths[len(lengths)*9/10]))
}

// ends adds where a node's rows come from outside the project, and where they go.
func (m *mapPiece) ends(n *compiler.Node) {
	if n.Table != nil && n.Table.Source != nil {
		from := mapNode{id: "system:" + n.Table.Source.Name, name: n.Table.Source.Name, kind: "system", area: "systems", rank: layout.First}
		if loader := n.Table.Source.Loader; loader != "" {
			from.name += " (" + loader + ")"
		}
		m.add(from)
		m.connect(from.id, n.ID)
	}
	if n.Sync != nil && n.Sync.Destination != nil {
		name := n.Sync.Destination.Name
		m.add(mapNode{id: "destination:" + name, name: name, kind: "destination", area: "destinations", rank: layout.Last})
		m.connect(n.ID, "destination:"+name)
	}
}

type mapNode struct {
	id, name, kind, area, owner, state string
	seconds                            float64
	rank                               layout.Rank
}

func (m *mapPiece) add(n mapNode) {
	if _, known := m.places[n.id]; known {
		return
	}
	m.places[n.id] = len(m.boxes)
	m.boxes = append(m.boxes, layout.Node{ID: n.id, Width: float64(m.BoxWidth), Height: mapBoxHeight, Rank: n.rank})
	prefix, rest := cutName(n.id, n.name)
	m.Prefix = append(m.Prefix, m.number(&m.Prefixes, prefix))
	m.ID = append(m.ID, rest)
	if n.name == rest {
		n.name = ""
	}
	m.Name = append(m.Name, n.name)
	m.Kind = append(m.Kind, m.number(&m.Kinds, n.kind))
	m.Area = append(m.Area, m.number(&m.Areas, n.area))
	m.Owner = append(m.Owner, m.number(&m.Owners, n.owner))
	m.State = append(m.State, m.number(&m.States, n.state))
	m.Seconds = append(m.Seconds, math.Round(n.seconds*100)/100)
}

// cutName cuts an ID before the name that it ends with.
func cutName(id, name string) (prefix, rest string) {
	if cut := len(id) - len(name); cut >= 0 && id[cut:] == name {
		return id[:cut], name
	}
	return "", id
}

// number is the place of a text in a list, which it is added to if it is new.
func (m *mapPiece) number(list *[]string, text string) int {
	if m.dictionary[list] == nil {
		m.dictionary[list] = map[string]int{}
	}
	at, known := m.dictionary[list][text]
	if !known {
		at = len(*list)
		m.dictionary[list][text] = at
		*list = append(*list, text)
	}
	return at
}

func (m *mapPiece) connect(from, to string) {
	a, ok := m.places[from]
	if b, also := m.places[to]; ok && also {
		m.edges = append(m.edges, layout.Edge{From: a, To: b})
		m.Edges = append(m.Edges, a, b)
	}
}

func (m *mapPiece) layOut() {
	l := layout.Of(m.boxes, m.edges, layout.Options{LayerGap: mapLayerGap})
	m.Width, m.Height = whole(l.Width), whole(l.Height)
	for _, p := range l.Nodes {
		m.X = append(m.X, whole(p.X))
		m.Y = append(m.Y, whole(p.Y))
	}
	if len(m.boxes) > mapWays {
		m.late = m.bendsOf(l)
		return
	}
	for _, way := range l.Edges {
		bends := []int{}
		for _, p := range way[min(1, len(way)):max(0, len(way)-1)] {
			bends = append(bends, whole(p.X), whole(p.Y))
		}
		m.Ways = append(m.Ways, bends)
	}
}

func whole(f float64) int { return int(math.Round(f)) }

// area is the part of a project that a node is in: the first folder below the models', or else its type.
func area(n *compiler.Node) string {
	if n.Type == compiler.Model && len(n.FQN) > 2 {
		return n.FQN[1]
	}
	return string(n.Type)
}

// stateOf is how a node ended when it last ran; of a source, how fresh it was.
func (t *telling) stateOf(n *compiler.Node) string {
	if r := t.fresh[n.ID]; r != nil {
		return r.Status
	}
	return t.last[n.ID].Status
}
