package acctest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws"
	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
)

// The servers that FOVEA_TEST_SERVER can name.
const (
	FakeAWS   = "fakeaws"
	Moto      = "moto"
	VersityGW = "versitygw"
	AWS       = "aws"
)

// ServerName says which of the servers the tests are run against.
func ServerName() string {
	if name := os.Getenv("FOVEA_TEST_SERVER"); name != "" {
		return name
	}
	return FakeAWS
}

var moto = &program{
	name:  "moto_server",
	ready: "/moto-api/data.json",
	command: func(host, port string) (*exec.Cmd, error) {
		return exec.CommandContext(context.Background(), "moto_server", "-H", host, "-p", port), nil
	},
}

// The one account of versitygw, as each of its deployments chooses it.
const (
	versityAccessKey = "FOVEATESTROOT"
	versitySecretKey = "a-secret-of-this-machine-alone"
)

// versityGW serves a folder. What S3 keeps beside objects is in a folder of its
// own, so that it works on file systems without extended attributes.
var versityGW = &program{
	name:  "versitygw",
	ready: "/",
	command: func(host, port string) (*exec.Cmd, error) {
		binary, err := versityGWPath()
		if err != nil {
			return nil, err
		}
		root, err := os.MkdirTemp("", "fovea-versitygw-")
		if err != nil {
			return nil, err
		}
		versityGWFolder = root
		folders := map[string]string{}
		for _, name := range []string{"buckets", "versions", "metadata"} {
			folders[name] = filepath.Join(root, name)
			if err := os.Mkdir(folders[name], 0o700); err != nil {
				return nil, err
			}
		}
		process := exec.CommandContext(context.Background(), binary, "--quiet", "--port", host+":"+port,
			"posix", "--versioning-dir", folders["versions"], "--sidecar", folders["metadata"], folders["buckets"])
		process.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+versityAccessKey, "ROOT_SECRET_KEY="+versitySecretKey)
		return process, nil
	},
}

// versityGWFolder is what it serves, "" as long as it was not started.
var versityGWFolder string

// versityGWPath finds versitygw on PATH, or where make builds it.
func versityGWPath() (string, error) {
	if path, err := exec.LookPath("versitygw"); err == nil {
		return path, nil
	}
	root, err := tfcli.Root()
	if err != nil {
		return "", err
	}
	path, err := exec.LookPath(filepath.Join(root, ".bin", "versitygw"))
	if err != nil {
		return "", errors.New("versitygw is neither on PATH nor in .bin (make .bin/versitygw)")
	}
	return path, nil
}

// Available says why a server cannot be started on this machine, nil when it can.
func Available(server string) error {
	switch server {
	case Moto:
		if _, err := exec.LookPath("moto_server"); err != nil {
			return errors.New("moto_server is not on PATH (pip install 'moto[server]')")
		}
	case VersityGW:
		_, err := versityGWPath()
		return err
	}
	return nil
}

// connect points the environment to the server.
func (e *Env) connect(t *testing.T) {
	t.Helper()
	err := Available(ServerName())
	if err != nil {
		t.Skip(err)
	}
	switch name := ServerName(); name {
	case FakeAWS:
		e.connectFake(t)
	case Moto:
		e.accessKey, e.secretKey = "test", "test"
		e.Endpoint, err = moto.start()
	case VersityGW:
		e.accessKey, e.secretKey, e.withoutSTS = versityAccessKey, versitySecretKey, true
		e.Endpoint, err = versityGW.start()
	case AWS:
	default:
		t.Fatalf("FOVEA_TEST_SERVER is %q; it can be %q, %q, %q or %q", name, FakeAWS, Moto, VersityGW, AWS)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// connectFake starts a fakeaws for the test.
func (e *Env) connectFake(t *testing.T) {
	t.Helper()
	server, err := fakeaws.Start(fakeaws.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	root := server.Root()
	e.Fake, e.Endpoint, e.accessKey, e.secretKey = server, server.URL(), root.AccessKeyID, root.SecretAccessKey
}

// stopServers ends what tests started.
func stopServers() error {
	moto.stop()
	versityGW.stop()
	if versityGWFolder == "" {
		return nil
	}
	return os.RemoveAll(versityGWFolder)
}
