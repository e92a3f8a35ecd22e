package fakeaws

import (
	"math"
	"strconv"
)

// maxPage is the longest page of a listing.
const maxPage = 1000

// listQuery is what the listings of a bucket have in common.
type listQuery struct {
	prefix, delimiter string
	limit             int  // as asked for; a page is at most maxPage long
	encode            bool // EncodingType=url
}

// listQuery reads the query; limitName is what its operation calls the length
// of a page.
func (c *call) listQuery(limitName string) (listQuery, error) {
	q := listQuery{prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter")}
	switch encoding := c.query.Get("encoding-type"); encoding {
	case "":
	case "url":
		q.encode = true
	default:
		return q, invalidArgument("encoding-type", encoding, "Invalid Encoding Method specified in Request")
	}
	var err error
	q.limit, err = wholeNumber(limitName, c.query.Get(limitName), maxPage)
	return q, err
}

func (q listQuery) page() int { return min(q.limit, maxPage) }

func (q listQuery) encodingType() string {
	if q.encode {
		return "url"
	}
	return ""
}

// text is a key or a part of one as the listing shows it.
func (q listQuery) text(s string) name {
	if q.encode {
		return name(appendURL(nil, s))
	}
	return name(s)
}

// wholeNumber reads an argument that is no less than 0; "" gives otherwise.
func wholeNumber(argument, text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, invalidArgument(argument, text, "Provided "+argument+" not an integer or within integer range")
	}
	return int(n), nil
}

// appendURL appends s in S3's EncodingType=url: as in a form, where a space is
// a plus sign, with slashes left alone.
func appendURL(b []byte, s string) []byte {
	const upperHex = "0123456789ABCDEF"
	start := 0
	for i := range len(s) {
		c := s[i]
		if plainInURL[c] {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if c == ' ' {
			b = append(b, '+')
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return append(b, s[start:]...)
}

var plainInURL = func() (plain [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*/") {
		plain[c] = true
	}
	return plain
}()
