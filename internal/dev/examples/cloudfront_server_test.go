package examples

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// cloudFront stands in for CloudFront: distributions, origin access controls and cache
// policies. moto has them too, but its distributions forget their origin access control
// and their cache policy, and have an ARN that no policy of a bucket may name.
//
// It keeps what it is given and answers with it, with the defaults of what is
// left out, as far as the provider needs them, and refuses what CloudFront refuses of
// what the examples could get wrong.
type cloudFront struct {
	URL string

	mu     sync.Mutex
	made   int
	things map[string]*cloudFrontThing // by "kind/id"
}

type cloudFrontThing struct {
	kind, id string
	version  int
	settings *cloudFrontSettings
	tags     string // XML
}

func (c *cloudFrontThing) arn() string {
	return "arn:aws:cloudfront::123456789012:" + c.kind + "/" + c.id
}

func (c *cloudFrontThing) etag() string { return fmt.Sprintf("V%d", c.version) }

// cloudFrontElements are the element of a kind, to which "Config" is added for its
// settings.
var cloudFrontElements = map[string]string{
	"distribution":          "Distribution",
	"origin-access-control": "OriginAccessControl",
	"cache-policy":          "CachePolicy",
}

// The policies of CloudFront's own that examples may name.
const corsS3Origin = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"

func startCloudFront(t *testing.T) *cloudFront {
	t.Helper()
	c := &cloudFront{things: map[string]*cloudFrontThing{}}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

// left are the things that were not deleted, by kind and id.
func (c *cloudFront) left() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var left []string
	for name := range c.things {
		left = append(left, name)
	}
	return left
}

// cloudFrontSettings are what is checked of a configuration, whichever kind it is of.
type cloudFrontSettings struct {
	XML             string `xml:",innerxml"` // all of it
	Name            string
	CallerReference string
	Enabled         bool
	Origins         struct {
		Items []cloudFrontOrigin `xml:"Items>Origin"`
	}
	Logging, OriginGroups *struct{}
	DefaultCacheBehavior  struct {
		TargetOriginID        string `xml:"TargetOriginId"`
		CachePolicyID         string `xml:"CachePolicyId"`
		OriginRequestPolicyID string `xml:"OriginRequestPolicyId"`
		ForwardedValues       *struct {
			Cookies *struct{ Forward string }
		}
	}
}

type cloudFrontOrigin struct {
	ID                    string `xml:"Id"`
	DomainName            string
	OriginAccessControlID string `xml:"OriginAccessControlId"`
	S3OriginConfig        *struct{ OriginAccessIdentity string }
	CustomOriginConfig    *struct{}
}

// origin is the first origin of a distribution.
func (c *cloudFront) origin(distribution string) cloudFrontOrigin {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.things["distribution/"+distribution].settings.Origins.Items[0]
}

// forget drops a distribution that the configuration does not manage.
func (c *cloudFront) forget(distribution string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.things, "distribution/"+distribution)
}

type cloudFrontError struct {
	status        int
	code, message string
}

func (e *cloudFrontError) Error() string { return e.code }

func refused(status int, code, message string, args ...any) error {
	return &cloudFrontError{status, code, fmt.Sprintf(message, args...)}
}

// ServeHTTP answers /2020-05-31/<kind>[/<id>[/config]] and /2020-05-31/tagging.
func (c *cloudFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = c.answer(w, r, body)
	}
	if err == nil {
		return
	}
	e := &cloudFrontError{}
	if !errors.As(err, &e) {
		e = &cloudFrontError{http.StatusBadRequest, "MalformedXML", err.Error()}
	}
	w.WriteHeader(e.status)
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>test</RequestId></ErrorResponse>", e.code, e.message)
}

func (c *cloudFront) answer(w http.ResponseWriter, r *http.Request, body []byte) error {
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/2020-05-31/"), "/")
	kind := path[0]
	switch {
	case kind == "tagging" && r.Method == http.MethodGet:
		return c.listTags(w, r.URL.Query().Get("Resource"))
	case cloudFrontElements[kind] == "":
		return refused(http.StatusNotImplemented, "NotImplemented", "%s %s", r.Method, r.URL.Path)
	case len(path) == 1 && r.Method == http.MethodPost:
		return c.create(w, kind, body)
	case len(path) == 1:
		return refused(http.StatusNotImplemented, "NotImplemented", "%s %s", r.Method, r.URL.Path)
	}
	thing := c.things[kind+"/"+path[1]]
	if thing == nil {
		return refused(http.StatusNotFound, "NoSuch"+cloudFrontElements[kind], "The specified %s does not exist.", kind)
	}
	if r.Method != http.MethodGet && r.Header.Get("If-Match") != thing.etag() {
		return refused(http.StatusPreconditionFailed, "PreconditionFailed", "The If-Match version is missing or not valid for the resource.")
	}
	switch r.Method {
	case http.MethodGet:
		return thing.write(w, http.StatusOK, len(path) == 3)
	case http.MethodPut:
		settings, err := c.check(kind, thing.id, body)
		if err != nil {
			return err
		}
		thing.settings, thing.version = settings, thing.version+1
		return thing.write(w, http.StatusOK, false)
	case http.MethodDelete:
		return c.remove(w, thing)
	}
	return refused(http.StatusMethodNotAllowed, "InvalidAction", "%s", r.Method)
}

func (c *cloudFront) create(w http.ResponseWriter, kind string, body []byte) error {
	var tagged struct {
		Config *struct {
			Inner string `xml:",innerxml"`
		} `xml:"DistributionConfig"`
		Tags struct {
			Inner string `xml:",innerxml"`
		}
	}
	if err := xml.Unmarshal(body, &tagged); err != nil {
		return err
	}
	if tagged.Config != nil {
		body = []byte("<DistributionConfig>" + tagged.Config.Inner + "</DistributionConfig>")
	}
	settings, err := c.check(kind, "", body)
	if err != nil {
		return err
	}
	c.made++
	thing := &cloudFrontThing{kind: kind, id: fmt.Sprintf("E%012d", c.made), version: 1, settings: settings, tags: tagged.Tags.Inner}
	c.things[kind+"/"+thing.id] = thing
	return thing.write(w, http.StatusCreated, false)
}

// check refuses a configuration as CloudFront does. id is "" for a new one.
func (c *cloudFront) check(kind, id string, body []byte) (*cloudFrontSettings, error) {
	var s cloudFrontSettings
	if err := xml.Unmarshal(body, &s); err != nil {
		return nil, err
	}
	if kind != "distribution" {
		for _, other := range c.things {
			if other.kind == kind && other.id != id && other.settings.Name == s.Name {
				return nil, refused(http.StatusConflict, cloudFrontElements[kind]+"AlreadyExists", "A %s with the same name exists already.", kind)
			}
		}
		return &s, nil
	}
	behavior, target := s.DefaultCacheBehavior, false
	for _, origin := range s.Origins.Items {
		target = target || origin.ID == behavior.TargetOriginID
		switch {
		case (origin.S3OriginConfig == nil) == (origin.CustomOriginConfig == nil):
			return nil, refused(http.StatusBadRequest, "InvalidOrigin", "An origin has either S3OriginConfig or CustomOriginConfig.")
		case origin.OriginAccessControlID != "" && c.things["origin-access-control/"+origin.OriginAccessControlID] == nil:
			return nil, refused(http.StatusBadRequest, "InvalidOriginAccessControl", "The origin access control %s does not exist.", origin.OriginAccessControlID)
		case origin.OriginAccessControlID != "" && origin.S3OriginConfig != nil && origin.S3OriginConfig.OriginAccessIdentity != "":
			return nil, refused(http.StatusBadRequest, "InvalidOriginAccessControl", "An origin has either an origin access control or an origin access identity.")
		}
	}
	switch {
	case s.CallerReference == "":
		return nil, refused(http.StatusBadRequest, "MissingArgument", "CallerReference is missing.")
	case !target:
		return nil, refused(http.StatusNotFound, "NoSuchOrigin", "No origin exists with the specified Origin Id.")
	case (behavior.CachePolicyID == "") == (behavior.ForwardedValues == nil):
		return nil, refused(http.StatusBadRequest, "InvalidArgument", "A cache behavior has either a cache policy or ForwardedValues.")
	case behavior.ForwardedValues != nil && behavior.ForwardedValues.Cookies == nil:
		return nil, refused(http.StatusBadRequest, "MissingArgument", "Cookies is missing.")
	case behavior.CachePolicyID != "" && c.things["cache-policy/"+behavior.CachePolicyID] == nil:
		return nil, refused(http.StatusNotFound, "NoSuchCachePolicy", "The cache policy does not exist.")
	case behavior.OriginRequestPolicyID != "" && behavior.OriginRequestPolicyID != corsS3Origin:
		return nil, refused(http.StatusNotFound, "NoSuchOriginRequestPolicy", "The origin request policy does not exist.")
	}
	if s.Logging == nil {
		s.XML += "<Logging><Enabled>false</Enabled><IncludeCookies>false</IncludeCookies><Bucket></Bucket><Prefix></Prefix></Logging>"
	}
	if s.OriginGroups == nil {
		s.XML += "<OriginGroups><Quantity>0</Quantity></OriginGroups>"
	}
	return &s, nil
}

// remove refuses an enabled distribution, and what a distribution uses.
func (c *cloudFront) remove(w http.ResponseWriter, thing *cloudFrontThing) error {
	if thing.settings.Enabled {
		return refused(http.StatusConflict, "DistributionNotDisabled", "The distribution is not disabled.")
	}
	for _, other := range c.things {
		if other.kind == "distribution" && other != thing && strings.Contains(other.settings.XML, ">"+thing.id+"<") {
			return refused(http.StatusConflict, cloudFrontElements[thing.kind]+"InUse", "A distribution uses it.")
		}
	}
	delete(c.things, thing.kind+"/"+thing.id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (c *cloudFront) listTags(w http.ResponseWriter, arn string) error {
	for _, thing := range c.things {
		if thing.arn() == arn {
			_, err := fmt.Fprintf(w, "<Tags>%s</Tags>", thing.tags)
			return err
		}
	}
	return refused(http.StatusNotFound, "NoSuchResource", "%s does not exist.", arn)
}

// write answers with a thing, or with its configuration alone.
func (c *cloudFrontThing) write(w http.ResponseWriter, status int, configOnly bool) error {
	element := cloudFrontElements[c.kind]
	config := fmt.Sprintf("<%[1]sConfig>%[2]s</%[1]sConfig>", element, c.settings.XML)
	w.Header().Set("ETag", c.etag())
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	if configOnly {
		_, err := io.WriteString(w, config)
		return err
	}
	described := "<Id>" + c.id + "</Id><LastModifiedTime>2026-01-02T03:04:05Z</LastModifiedTime>"
	if c.kind == "distribution" {
		described += "<ARN>" + c.arn() + "</ARN><Status>Deployed</Status><InProgressInvalidationBatches>0</InProgressInvalidationBatches>" +
			"<DomainName>" + strings.ToLower(c.id) + ".cloudfront.net</DomainName>" +
			"<ActiveTrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedSigners>" +
			"<ActiveTrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedKeyGroups>"
	}
	_, err := fmt.Fprintf(w, "<%[1]s>%[2]s%[3]s</%[1]s>", element, described, config)
	return err
}

// TestCloudFront shows what the stand-in refuses, the document of the deployment guide
// included.
func TestCloudFront(t *testing.T) {
	c := startCloudFront(t)
	send := func(method, path, etag, body string) (status int, answer string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, c.URL+"/2020-05-31/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-Match", etag)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	const oac = "<OriginAccessControlConfig><Name>videos</Name></OriginAccessControlConfig>"
	config := func(origin, behavior, more string) string {
		return "<DistributionConfig><CallerReference>a</CallerReference>" + more + "<Origins><Items><Origin><Id>videos</Id><S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>" + origin +
			"</Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>videos</TargetOriginId>" + behavior + "</DefaultCacheBehavior></DistributionConfig>"
	}
	const (
		attached = "<OriginAccessControlId>E000000000001</OriginAccessControlId>"
		forwards = "<ForwardedValues><Cookies><Forward>none</Forward></Cookies></ForwardedValues>"
	)
	for _, tt := range []struct {
		name, method, path, etag, body string
		status                         int
		want                           string
	}{
		{"origin access control", "POST", "origin-access-control", "", oac, 201, "<Id>E000000000001</Id>"},
		{"the same name", "POST", "origin-access-control", "", oac, 409, "OriginAccessControlAlreadyExists"},
		{"the guide, without Cookies", "POST", "distribution", "", config("", "<ForwardedValues></ForwardedValues>", ""), 400, "Cookies is missing"},
		{"neither policy nor ForwardedValues", "POST", "distribution", "", config("", "", ""), 400, "InvalidArgument"},
		{"both", "POST", "distribution", "", config("", forwards+"<CachePolicyId>E9</CachePolicyId>", ""), 400, "InvalidArgument"},
		{"unknown cache policy", "POST", "distribution", "", config("", "<CachePolicyId>E9</CachePolicyId>", ""), 404, "NoSuchCachePolicy"},
		{"unknown origin access control", "POST", "distribution", "", config("<OriginAccessControlId>E9</OriginAccessControlId>", forwards, ""), 400, "InvalidOriginAccessControl"},
		{"distribution", "POST", "distribution", "", config(attached, forwards, "<Enabled>true</Enabled>"), 201, "<ARN>arn:aws:cloudfront::123456789012:distribution/E000000000002</ARN>"},
		{"its configuration", "GET", "distribution/E000000000002/config", "", "", 200, attached},
		{"delete what is used", "DELETE", "origin-access-control/E000000000001", "V1", "", 409, "OriginAccessControlInUse"},
		{"delete what is enabled", "DELETE", "distribution/E000000000002", "V1", "", 409, "DistributionNotDisabled"},
		{"update without the version", "PUT", "distribution/E000000000002/config", "", config(attached, forwards, ""), 412, "PreconditionFailed"},
		{"disable", "PUT", "distribution/E000000000002/config", "V1", config(attached, forwards, "<Enabled>false</Enabled>"), 200, "<Enabled>false</Enabled>"},
		{"delete", "DELETE", "distribution/E000000000002", "V2", "", 204, ""},
		{"get what is gone", "GET", "distribution/E000000000002", "", "", 404, "NoSuchDistribution"},
		{"unknown kind", "POST", "function", "", "", 501, "NotImplemented"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := send(tt.method, tt.path, tt.etag, tt.body)
			if status != tt.status || !strings.Contains(answer, tt.want) {
				t.Errorf("got %d %s, want %d with %q", status, answer, tt.status, tt.want)
			}
		})
	}
	if left := c.left(); len(left) != 1 || left[0] != "origin-access-control/E000000000001" {
		t.Errorf("got %v left, want the origin access control", left)
	}
}
