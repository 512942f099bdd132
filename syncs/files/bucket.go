package files

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"

	"github.com/modsql/mod/syncs"
)

// bucket is a bucket of S3, or what comes after a prefix there.
type bucket struct {
	client       *minio.Client
	name, prefix string
}

func newBucket(c syncs.Config, at string) (store, error) {
	name, prefix, _ := strings.Cut(at, "/")
	if err := s3utils.CheckValidBucketName(name); err != nil {
		return nil, broken("path %q: %v", c.String("path", ""), err)
	}
	endpoint, err := url.Parse(c.String("endpoint", "https://s3.amazonaws.com"))
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return nil, broken("endpoint is no URL such as https://host:port")
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentialsOf(c), Secure: endpoint.Scheme == "https", Region: c.String("region", ""),
		MaxRetries: 1, // the delivery tries again, and waits as long as it should
	})
	if err != nil {
		return nil, broken("the settings make no connection: %v", err)
	}
	client.SetAppInfo("mod", "1")
	return &bucket{client, name, strings.Trim(prefix, "/")}, nil
}

func credentialsOf(c syncs.Config) *credentials.Credentials {
	if key := c.String("access_key", ""); key != "" {
		return credentials.NewStaticV4(key, c.String("secret_key", ""), c.String("session_token", ""))
	}
	return credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
	})
}

func (b *bucket) key(name string) string { return strings.TrimPrefix(path.Join(b.prefix, name), "/") }

func (b *bucket) where(name string) string { return "s3://" + path.Join(b.name, b.key(name)) }

// ready asks for the bucket. Whether it can be written to shows when it is.
func (b *bucket) ready(ctx context.Context) error {
	there, err := b.client.BucketExists(ctx, b.name)
	if err != nil {
		return failure(ctx, err)
	}
	if !there {
		return &syncs.Error{Class: syncs.Missing, Message: "there is no bucket " + b.name}
	}
	return nil
}

func (b *bucket) put(ctx context.Context, name string, content []byte) error {
	_, err := b.client.PutObject(ctx, b.name, b.key(name), bytes.NewReader(content), int64(len(content)), minio.PutObjectOptions{
		ContentType: "application/octet-stream", DisableMultipart: true,
	})
	return failure(ctx, err)
}

func (b *bucket) list(ctx context.Context, folder string) ([]entry, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // the client lists in a goroutine that must not outlive us
	prefix := b.key(folder) + "/"
	var out []entry
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: prefix}) {
		if object.Err != nil {
			return nil, failure(ctx, object.Err)
		}
		if name := strings.TrimPrefix(object.Key, prefix); name != "" {
			out = append(out, entry{name, object.Size})
		}
	}
	return out, nil
}

// failure sorts what a server says: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList. What it did not
// say was the network, or us.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	said := minio.ToErrorResponse(err)
	if said.Code == "" && said.StatusCode == 0 {
		class := syncs.ClassOf(err)
		if cut := (*xml.SyntaxError)(nil); errors.As(err, &cut) {
			class = syncs.Transient // an answer that is not all there
		}
		return &syncs.Error{Class: class, Message: withoutQuery(err), Cause: err}
	}
	message := said.Message
	if message == "" {
		message = http.StatusText(said.StatusCode)
	}
	if said.Code == "RequestTimeTooSkewed" {
		message += ": set the clock of this machine"
	}
	return &syncs.Error{Class: classOf(said), Message: fmt.Sprintf("%s (%s)", message, said.Code), Cause: err}
}

// withoutQuery is an error's text without the address that was asked, of which the query may be signed.
func withoutQuery(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err.Error()
	}
	return err.Error()
}

func classOf(said minio.ErrorResponse) syncs.Class {
	switch said.Code {
	case "SlowDown", "SlowDownRead", "SlowDownWrite", "TooManyRequests":
		return syncs.Limited
	case "NoSuchBucket":
		return syncs.Missing
	case "EntityTooLarge":
		return syncs.TooLarge
	case "RequestTimeout", "OperationAborted":
		return syncs.Transient
	case "QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity":
		return syncs.Exhausted
	case "RequestTimeTooSkewed":
		return syncs.Broken
	}
	switch {
	case said.StatusCode == http.StatusTooManyRequests:
		return syncs.Limited
	case said.StatusCode == http.StatusUnauthorized, said.StatusCode == http.StatusForbidden, said.Code == "ExpiredToken", said.Code == "InvalidToken":
		return syncs.Denied
	case said.StatusCode == http.StatusRequestEntityTooLarge:
		return syncs.TooLarge
	case said.StatusCode >= 500:
		return syncs.Transient
	default:
		return syncs.Broken
	}
}
