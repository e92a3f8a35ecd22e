package sigv4

// Error is a refusal in the words of S3: a code such as SignatureDoesNotMatch
// and the HTTP status that goes with it. Other services spell some of the
// codes differently; translating them is left to the caller.
type Error struct {
	Status  int
	Code    string
	Message string
	// Details are further elements of the error document, in order.
	Details []Detail
}

// Detail is one further element of an error document.
type Detail struct{ Name, Value string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, message string, details ...Detail) *Error {
	return &Error{Status: status, Code: code, Message: message, Details: details}
}

func malformedHeader(message string) *Error {
	return refuse(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; "+message)
}

func malformedQuery(message string) *Error {
	return refuse(400, "AuthorizationQueryParametersError", message)
}
