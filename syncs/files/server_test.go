package files_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

// s3 is a server that speaks S3 and checks signatures: Moto's, of the tests' Python (https://docs.getmoto.org/en/latest/docs/server_mode.html).
var s3 = destinationtest.NewServer(startMoto)

// login is that of a user of the server who may do everything.
var login struct {
	Key    string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
	Secret string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
}

func TestMain(m *testing.M) { os.Exit(s3.Main(m)) }

func startMoto(h *destinationtest.Host) error {
	python := os.Getenv("MOD_PYTHON")
	if python == "" || exec.Command(python, "-c", "import moto.server, flask").Run() != nil {
		return fmt.Errorf("MOD_PYTHON names no Python with the module moto: %w", destinationtest.ErrAbsent)
	}
	h.AsTests = true
	server := fmt.Sprintf("http://127.0.0.1:%d", h.Port)
	ready := func(ctx context.Context) error {
		_, err := call(ctx, http.MethodGet, server+"/moto-api/", "")
		return err
	}
	// Three requests, those that make the user, need no signature.
	if err := h.Start(ready, "env", "INITIAL_NO_AUTH_ACTION_COUNT=3", python, "-m", "moto.server", "-H", "127.0.0.1", "-p", fmt.Sprint(h.Port)); err != nil {
		return err
	}
	const policy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
	for _, action := range []string{"CreateUser&UserName=mod", "PutUserPolicy&UserName=mod&PolicyName=all&PolicyDocument=" + url.QueryEscape(policy),
		"CreateAccessKey&UserName=mod"} {
		answer, err := call(context.Background(), http.MethodPost, server, "Version=2010-05-08&Action="+action)
		if err != nil {
			return err
		}
		if strings.HasPrefix(action, "CreateAccessKey") {
			return xml.Unmarshal(answer, &login)
		}
	}
	return nil
}

// call asks the server for something of IAM, without a signature.
func call(ctx context.Context, method, to, form string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=x")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", answer.Status, body)
	}
	return body, err
}

var buckets atomic.Int64

// bucketOf makes a bucket, and returns a client and settings for it.
func bucketOf(t *testing.T) (*minio.Client, string, syncs.Config) {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", s3.Port(t))
	client, err := minio.New(address, &minio.Options{Creds: credentials.NewStaticV4(login.Key, login.Secret, ""), Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("bucket-%d", buckets.Add(1))
	if err := client.MakeBucket(t.Context(), name, minio.MakeBucketOptions{}); err != nil {
		t.Fatalf("make a bucket: %v", err)
	}
	return client, name, syncs.Config{
		"path": "s3://" + name + "/a prefix/", "endpoint": "http://" + address, "region": "us-east-1", "access_key": login.Key, "secret_key": login.Secret,
		"format": "jsonl",
	}
}

// objects are the contents of a bucket, by their keys.
func objects(t *testing.T, client *minio.Client, bucket string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for o := range client.ListObjects(t.Context(), bucket, minio.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		r, err := client.GetObject(t.Context(), bucket, o.Key, minio.GetObjectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[o.Key] = content
	}
	return out
}

func s3Suite() *destinationtest.Suite {
	s := suite("jsonl", nil)
	s.Place = func(t *testing.T, _ []syncs.Field, _ []string) destinationtest.Place {
		client, bucket, c := bucketOf(t)
		return destinationtest.Place{Config: c, Object: "some/where", Rows: func(t *testing.T) []map[string]any {
			var out []map[string]any
			for key, content := range objects(t, client, bucket) {
				if path.Ext(key) != ".json" {
					out = append(out, decode(t, key, content)...)
				}
			}
			return out
		}}
	}
	s.Denied = func(_ *testing.T, p destinationtest.Place) syncs.Config {
		return with(p.Config, "secret_key", "a wrong secret")
	}
	s.Proxied = func(t *testing.T, p destinationtest.Place) (destinationtest.Place, *destinationtest.Proxy) {
		proxy := destinationtest.NewProxy(t, strings.TrimPrefix(p.Config.String("endpoint", ""), "http://"))
		p.Config = with(p.Config, "endpoint", "http://"+proxy.Address())
		return p, proxy
	}
	return s
}

func TestBucketsAreADestination(t *testing.T) {
	t.Parallel()
	s3.Port(t)
	destinationtest.Run(t, s3Suite())
}
