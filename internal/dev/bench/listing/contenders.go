package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/tfcli"
	"github.com/parafovea/terraform-provider-fovea/internal/publish"
)

// contender is a program that lists a bucket.
type contender struct {
	name    string
	slow    bool // takes minutes for a million keys
	workers int  // maximum number of concurrent requests
	// find returns the path of the program, or why it is skipped.
	find func(context.Context) (string, error)
	// args make it list a bucket of the server at an endpoint.
	args func(endpoint, bucket string) []string
	// read reads what it prints.
	read func(io.Reader) (found, error)
}

// found is what a listing found. Some programs count all keys, some the videos alone.
type found struct {
	keys, videos int
	digest       string
	quantiles    []string
}

// The names of the contenders in the results.
const (
	oursParallel   = "fovea"
	oursAgain      = "fovea, bucket known" // with the quantiles of an earlier scan
	oursSequential = "fovea, 1 worker"
	sdkPaginator   = "aws-sdk-go-v2 paginator"
	boto3Paginator = "boto3 paginator"
	awsCLI         = "aws s3api list-objects-v2"
	rcloneLsf      = "rclone lsf --fast-list"
	s5cmdLs        = "s5cmd ls"
)

func contenders(workers int) []contender {
	return []contender{
		ours(oursParallel, listSettings{Workers: workers}),
		ours(oursAgain, listSettings{Workers: workers}),
		ours(oursSequential, listSettings{Workers: 1}),
		ours(sdkPaginator, listSettings{SDK: true}),
		{
			name: s5cmdLs, workers: 1, find: lookUp("s5cmd"), read: countLines,
			args: func(endpoint, bucket string) []string {
				return []string{"--endpoint-url", endpoint, "ls", "s3://" + bucket + "/*"}
			},
		},
		{
			name: rcloneLsf, workers: 1, find: lookUp("rclone"), read: countLines,
			args: func(endpoint, bucket string) []string {
				remote := fmt.Sprintf(":s3,provider=AWS,env_auth=true,force_path_style=true,endpoint=%q:%s", endpoint, bucket)
				return []string{"lsf", "--fast-list", "-R", "--files-only", remote}
			},
		},
		{
			name: awsCLI, slow: true, workers: 1, find: lookUp("aws"), read: countLines,
			args: func(_, bucket string) []string {
				// As text, the pages are printed as they come, and not kept.
				return []string{"s3api", "list-objects-v2", "--bucket", bucket, "--output", "text", "--query", "Contents[].[Key,Size,LastModified]"}
			},
		},
		{
			name: boto3Paginator, slow: true, workers: 1, find: pythonWithBoto3, read: readCounts,
			args: func(_, bucket string) []string { return []string{"-c", boto3Script, bucket} },
		},
	}
}

// boto3Script lists a bucket as the deployment guide's function does, but to its end.
const boto3Script = `
import sys, boto3
count = videos = 0
for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=sys.argv[1]):
    for item in page.get("Contents", []):
        count += 1
        if item["Key"].lower().endswith(".mp4"):
            videos += 1
print(count, videos)
`

// ours is this program as a child.
func ours(name string, settings listSettings) contender {
	return contender{
		name: name, workers: max(1, settings.Workers), read: readScan,
		find: func(context.Context) (string, error) { return os.Executable() },
		args: func(_, bucket string) []string {
			settings.Bucket = bucket
			text, _ := json.Marshal(settings) // strings and numbers can always be written
			return []string{listArgument, string(text)}
		},
	}
}

// lookUp finds a program on PATH, or among the repository's tools.
func lookUp(name string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
		root, err := tfcli.Root()
		if err != nil {
			return "", err
		}
		path := filepath.Join(root, ".bin", name)
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		if _, err := os.Stat(path); err != nil {
			return "", errors.New("neither on PATH nor in .bin")
		}
		return path, nil
	}
}

func pythonWithBoto3(ctx context.Context) (string, error) {
	path, err := exec.LookPath("python3")
	if err != nil {
		return "", errors.New("python3 is not on PATH")
	}
	if err := exec.CommandContext(ctx, path, "-c", "import boto3").Run(); err != nil {
		return "", errors.New("python3 has no boto3")
	}
	return path, nil
}

func readScan(r io.Reader) (found, error) {
	var scan publish.Scan
	err := json.NewDecoder(r).Decode(&scan)
	return found{videos: int(scan.Count), digest: scan.Digest, quantiles: scan.Quantiles}, err
}

// countLines counts each line as a key.
func countLines(r io.Reader) (found, error) {
	var all found
	buffer := make([]byte, 64<<10)
	for {
		n, err := r.Read(buffer)
		all.keys += bytes.Count(buffer[:n], []byte("\n"))
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func readCounts(r io.Reader) (all found, err error) {
	_, err = fmt.Fscan(r, &all.keys, &all.videos)
	return all, err
}

// check fails unless all was found. Every second key of a made-up bucket is a video.
func (f found) check(keys int) error {
	if f.keys != 0 && f.keys != keys || f.videos != 0 && f.videos != keys/2 || f.keys+f.videos == 0 && keys > 1 {
		return fmt.Errorf("got %d keys and %d videos, want %d and %d, or 0 for what is not counted", f.keys, f.videos, keys, keys/2)
	}
	return nil
}
