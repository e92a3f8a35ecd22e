package acctest

import "testing"

// StartMoto gives the endpoint of a moto_server, whatever the server under test is,
// for what needs more of AWS than S3, IAM and STS. Without moto_server on PATH the
// test is skipped.
func StartMoto(t *testing.T) string {
	t.Helper()
	if err := Available(Moto); err != nil {
		t.Skip(err)
	}
	endpoint, err := moto.start()
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}
