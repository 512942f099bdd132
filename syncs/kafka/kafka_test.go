package kafka

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// TestDestination runs against franz-go's own server in memory, or the one that MOD_TEST_KAFKA names ("host:port"). What it stores is read as
// a consumer of committed records does.
func TestDestination(t *testing.T) { suite(t, "") }

func TestDestinationThatRemembersNothing(t *testing.T) { suite(t, "false") }

func suite(t *testing.T, memory string) {
	at := func(address, topic string) destinationtest.Place {
		c := syncs.Config{"type": "kafka", "brokers": address, "timeout": "20s"}
		if memory != "" {
			c["memory"] = memory
		}
		return destinationtest.Place{
			Config: c, Object: topic,
			Rows: func(t *testing.T) []map[string]any {
				return records(t, address, topic, strings.Contains(t.Name(), "append"))
			},
		}
	}
	s := &destinationtest.Suite{
		Kind: New(), Loose: true, MissingObject: "nothing", TooLarge: map[string]any{"name": destinationtest.Large(2 << 20)},
		Place: func(t *testing.T, _ []syncs.Field, _ []string) destinationtest.Place { return at(place(t)) },
		Stored: func(_ string, v any) any {
			switch v := v.(type) {
			case []byte:
				return base64.StdEncoding.EncodeToString(v)
			case time.Time:
				return v.Format(time.RFC3339Nano)
			}
			return v
		},
	}
	if os.Getenv("MOD_TEST_KAFKA") == "" { // a broker that runs already tells its clients its own address, and lets everybody in
		s.Denied = func(t *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["brokers"], c["user"], c["password"] = strict(t), "ann", "wrong-secret"
			return c
		}
		s.Proxied = func(t *testing.T, _ destinationtest.Place) (destinationtest.Place, *destinationtest.Proxy) {
			address, proxy := proxied(t)
			return at(address, seeded), proxy
		}
	}
	destinationtest.Run(t, s)
}

// proxied is a cluster whose broker is known to its clients by the address of a proxy before it.
func proxied(t *testing.T) (address string, proxy *destinationtest.Proxy) {
	t.Helper()
	c := cluster(t, kfake.ListenFn(func(network, address string) (net.Listener, error) {
		l, err := net.Listen(network, address)
		if err != nil {
			return nil, err
		}
		proxy = destinationtest.NewProxy(t, l.Addr().String())
		return advertised{l, proxy}, nil
	}))
	return addressOf(c), proxy
}

// advertised is a listener that says it is where the proxy before it is.
type advertised struct {
	net.Listener
	proxy *destinationtest.Proxy
}

func (a advertised) Addr() net.Addr { return a.proxy.Addr() }

// seeded is the topic of a cluster in memory.
const seeded = "things"

// strict is a cluster that lets nobody in, and says so as a broker does: the one in memory would only hang up.
func strict(t *testing.T) (address string) {
	t.Helper()
	c := cluster(t, kfake.EnableSASL(), kfake.Superuser("PLAIN", "ann", "secret"))
	c.ControlKey(int16(kmsg.SASLAuthenticate), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		answer := r.ResponseKind().(*kmsg.SASLAuthenticateResponse)
		answer.ErrorCode = kerr.SaslAuthenticationFailed.Code
		return answer, nil, true
	})
	return addressOf(c)
}

// cluster starts a cluster of one broker in memory, which is stopped when t ends.
func cluster(t *testing.T, o ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append(o, kfake.NumBrokers(1), kfake.SeedTopics(3, seeded))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func addressOf(c *kfake.Cluster) string { return strings.Join(c.ListenAddrs(), ",") }

var topics atomic.Int64

// place is a topic that only t uses.
func place(t *testing.T) (address, topic string) {
	t.Helper()
	address = os.Getenv("MOD_TEST_KAFKA")
	if address == "" {
		return addressOf(cluster(t)), seeded
	}
	topic = fmt.Sprintf("things-%d-%d", os.Getpid(), topics.Add(1))
	client, err := kgo.NewClient(kgo.SeedBrokers(address))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	admin := kadm.NewClient(client)
	if _, err := admin.CreateTopic(t.Context(), 3, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	for { // until it is known to all
		known, err := admin.ListTopics(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		groups, err := admin.FetchOffsets(t.Context(), topic) // the first of all makes the topic of offsets
		if known.Error() == nil && len(known[topic].Partitions) == 3 && err == nil && groups.Error() == nil {
			break
		}
	}
	return address, topic
}

// records are the last of each key, or all of them.
func records(t *testing.T, address, topic string, all bool) []map[string]any {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(address, ",")...), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.KeepControlRecords())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	left := ends(t, kadm.NewClient(client), topic)
	found := map[string]map[string]any{}
	for len(left) > 0 {
		fetched := client.PollFetches(t.Context())
		if err := fetched.Err(); err != nil {
			t.Fatal(err)
		}
		fetched.EachRecord(func(r *kgo.Record) {
			if r.Offset+1 >= left[r.Partition] {
				delete(left, r.Partition)
			}
			if r.Attrs.IsControl() { // the end of a transaction
				return
			}
			key := string(r.Key)
			if all {
				key = fmt.Sprintf("%d/%d", r.Partition, r.Offset)
			}
			delete(found, key)
			if r.Value == nil {
				return
			}
			var value map[string]any
			decoder := json.NewDecoder(strings.NewReader(string(r.Value)))
			decoder.UseNumber()
			if err := decoder.Decode(&value); err != nil {
				t.Fatalf("%s: %v", r.Value, err)
			}
			found[key] = value
		})
	}
	out := []map[string]any{}
	for record := range maps.Values(found) {
		out = append(out, record)
	}
	return out
}

// ends are the offsets at which the partitions with records end, once no transaction is open: its end is told before it can be seen.
func ends(t *testing.T, admin *kadm.Client, topic string) map[int32]int64 {
	t.Helper()
	for {
		all, err := admin.ListEndOffsets(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		committed, err := admin.ListCommittedOffsets(t.Context(), topic)
		if err != nil {
			t.Fatal(err)
		}
		out, open := map[int32]int64{}, false
		all.Each(func(o kadm.ListedOffset) {
			seen, _ := committed.Lookup(topic, o.Partition)
			open = open || seen.Offset < o.Offset
			if o.Offset > 0 {
				out[o.Partition] = o.Offset
			}
		})
		if !open {
			return out
		}
	}
}
