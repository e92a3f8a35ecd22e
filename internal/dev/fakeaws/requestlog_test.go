package fakeaws

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// lookingWriter looks at the log when an answer begins.
type lookingWriter struct {
	*httptest.ResponseRecorder
	look func()
}

func (w lookingWriter) WriteHeader(status int) {
	w.look()
	w.ResponseRecorder.WriteHeader(status)
}

// TestRequestsAreLoggedBeforeTheyAreAnswered lets clients count on what they asked.
func TestRequestsAreLoggedBeforeTheyAreAnswered(t *testing.T) {
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	answered := false
	w := lookingWriter{httptest.NewRecorder(), func() {
		answered = true
		if log := s.Requests().Entries(); len(log) != 1 || log[0].Status != http.StatusForbidden || log[0].Code != "AccessDenied" {
			t.Errorf("the log has %+v", log)
		}
	}}
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	if !answered || s.Requests().Total() != 1 {
		t.Errorf("answered %t, %d requests in the log", answered, s.Requests().Total())
	}
}
