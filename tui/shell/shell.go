// Package shell shows the terminal interface on a terminal: it turns what bubbletea tells of keys and sizes into messages of package
// tui, draws its states, and has effects carried out. It decides nothing.
package shell

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/modsql/mod/tui"
	"github.com/modsql/mod/tui/shell/quiet"
)

// restored says that the terminal is known by its name again: bubbletea, which this package imports, has been initialized.
var restored = quiet.Was.Restore()

// Hands carry out what an interface wants done. Do is called on a goroutine of its own for each effect, and may send any number of
// messages, also after it has returned.
type Hands interface {
	Do(ctx context.Context, e tui.Effect, send func(tui.Msg))
	// Editor is the command that edits a file from a line on; it is given the terminal.
	Editor(path string, line int) (*exec.Cmd, error)
}

// Terminal is where the interface is shown.
type Terminal struct {
	In     io.Reader
	Out    io.Writer // the terminal itself
	Redact func(string) string
	Now    func() time.Time
	Mouse  bool
	Copier []string // a command that puts what it reads on the clipboard; nil for none, or where it fails: the terminal is asked
	Ask    bool     // the terminal may be asked whether its background is light
}

// Run shows the interface until it is left, and returns what was picked: nil unless it is a picker that was left by picking. It ends
// with the cause of ctx when that is cancelled.
func Run(ctx context.Context, o tui.Options, h Hands, t Terminal) (*tui.Choice, error) {
	if !restored {
		return nil, errors.New("the environment variable TERM could not be set")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	state, effects := tui.New(o)
	m := &model{state: state, first: effects, hands: h, terminal: t, ctx: ctx}
	options := []tea.ProgramOption{tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithContext(ctx)}
	if t.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	if file, ok := t.In.(*os.File); ok && t.Ask {
		options = append(options, tea.WithInput(&keyboard{File: file, light: func(light bool) { m.send(tui.Background{Light: light}) }}))
	}
	p := tea.NewProgram(m, options...)
	m.send = func(msg tui.Msg) { p.Send(carried{msg}) }
	_, err := p.Run()
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return m.picked, err
}

// carried is a message of the interface on its way through bubbletea.
type carried struct{ tui.Msg }

// model is the interface as bubbletea drives it: on one goroutine.
type model struct {
	state    tui.State
	size     tui.Size
	first    []tui.Effect
	hands    Hands
	terminal Terminal
	ctx      context.Context
	send     func(tui.Msg)
	ticking  bool
	picked   *tui.Choice
}

// Init implements tea.Model.
func (m *model) Init() tea.Cmd {
	if m.terminal.Ask {
		_, _ = io.WriteString(m.terminal.Out, askBackground) // without an answer the background is dark
	}
	return tea.Batch(m.do(m.first), m.tick(tui.Tick{Now: m.terminal.Now()}))
}

// tick has a message handled now.
func (m *model) tick(t tui.Tick) tea.Cmd { return func() tea.Msg { return carried{t} } }

// Update implements tea.Model.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var effects []tui.Effect
	for _, own := range m.translate(msg) {
		if _, is := own.(tui.Tick); is {
			m.ticking = false
		}
		var more []tui.Effect
		m.state, more = tui.Update(m.state, own)
		effects = append(effects, more...)
	}
	cmd := m.do(effects)
	if m.state.Busy() && !m.ticking {
		m.ticking = true
		cmd = tea.Batch(cmd, tea.Tick(tickEvery, func(time.Time) tea.Msg { return carried{tui.Tick{Now: m.terminal.Now()}} }))
	}
	return m, cmd
}

// tickEvery is how often running times are brought up to date.
const tickEvery = 100 * time.Millisecond

// View implements tea.Model.
func (m *model) View() string {
	if m.size.W == 0 {
		return ""
	}
	return m.terminal.Redact(tui.View(m.state, m.size))
}

// translate is a message of bubbletea in the words of the interface; none for one that says nothing to it.
func (m *model) translate(msg tea.Msg) []tui.Msg {
	switch msg := msg.(type) {
	case carried:
		return []tui.Msg{msg.Msg}
	case tea.KeyMsg:
		return keys(msg)
	case tea.WindowSizeMsg:
		m.size = tui.Size{W: msg.Width, H: msg.Height}
		return []tui.Msg{tui.Resized(m.size)}
	case tea.MouseMsg:
		if own := mouse(msg); own != nil {
			return []tui.Msg{own}
		}
	}
	return nil
}

// keys are the keys of a message: those that are typed quickly, or come over a slow line, arrive together.
func keys(msg tea.KeyMsg) []tui.Msg {
	switch {
	case msg.Paste:
		return []tui.Msg{tui.Pasted(string(msg.Runes))}
	case msg.Type == tea.KeyRunes && len(msg.Runes) > 1:
		var out []tui.Msg
		for _, r := range msg.Runes {
			out = append(out, tui.Key(r))
		}
		return out
	case msg.Type == tea.KeyEsc && msg.Alt: // twice, at once
		return []tui.Msg{tui.Key("esc"), tui.Key("esc")}
	case msg.Type == tea.KeySpace && !msg.Alt:
		return []tui.Msg{tui.Key(" ")}
	}
	return []tui.Msg{tui.Key(msg.String())}
}

// mouse is a press or a turn of the wheel.
func mouse(msg tea.MouseMsg) tui.Msg {
	switch {
	case msg.Button == tea.MouseButtonWheelUp:
		return tui.Wheel{X: msg.X, Y: msg.Y, Lines: -3}
	case msg.Button == tea.MouseButtonWheelDown:
		return tui.Wheel{X: msg.X, Y: msg.Y, Lines: 3}
	case msg.Button == tea.MouseButtonLeft && msg.Action == tea.MouseActionPress:
		return tui.Click{X: msg.X, Y: msg.Y}
	}
	return nil
}

// do has effects carried out: those that need the terminal here, the others by the hands.
func (m *model) do(effects []tui.Effect) tea.Cmd {
	var cmds []tea.Cmd
	for _, e := range effects {
		switch e := e.(type) {
		case tui.Quit:
			m.picked = e.Picked
			cmds = append(cmds, tea.Quit)
		case tui.Edit:
			cmds = append(cmds, m.edit(e))
		case tui.Copy:
			cmds = append(cmds, m.copy(e.Text))
		default:
			cmds = append(cmds, func() tea.Msg {
				m.hands.Do(m.ctx, e, m.send)
				return nil
			})
		}
	}
	return tea.Batch(cmds...)
}

// edit lends the terminal to the editor.
func (m *model) edit(e tui.Edit) tea.Cmd {
	c, err := m.hands.Editor(e.Path, e.Line)
	if err != nil {
		return func() tea.Msg { return carried{tui.Edited{Err: err.Error()}} }
	}
	c.Stdin = m.terminal.In // the terminal itself: an editor needs it
	return tea.ExecProcess(c, func(err error) tea.Msg {
		if err != nil {
			return carried{tui.Edited{Err: "the editor: " + err.Error()}}
		}
		return carried{tui.Edited{}}
	})
}

// most is how much text a terminal takes onto its clipboard: xterm stops at a megabyte, others sooner.
const most = 100_000

// copy puts text on the clipboard of the terminal, be it at the other end of ssh:
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h3-Operating-System-Commands (OSC 52).
func (m *model) copy(text string) tea.Cmd {
	return func() tea.Msg {
		text = m.terminal.Redact(text)
		if len(text) > most {
			return carried{tui.Noted{Text: fmt.Sprintf("that is too much for a clipboard: %d kB", len(text)/1000)}}
		}
		if words := m.terminal.Copier; words != nil {
			c := exec.CommandContext(m.ctx, words[0], words[1:]...) //nolint:gosec // the words are ours
			c.Stdin = strings.NewReader(text)
			if c.Run() == nil {
				return nil
			}
		}
		if _, err := fmt.Fprintf(m.terminal.Out, "\x1b]52;c;%s\x07", base64.StdEncoding.EncodeToString([]byte(text))); err != nil {
			return carried{tui.Noted{Text: "it could not be copied: " + err.Error()}}
		}
		return nil
	}
}
