package acctest

// Environ gives the environment that points any AWS client to the server.
func (e *Env) Environ() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL": e.Endpoint, "AWS_ACCESS_KEY_ID": e.accessKey, "AWS_SECRET_ACCESS_KEY": e.secretKey,
	}
}
