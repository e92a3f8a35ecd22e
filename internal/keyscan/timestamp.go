package keyscan

import (
	smithytime "github.com/aws/smithy-go/time"
)

// timestamp reads a time. It knows S3's way of writing one by heart and leaves
// others to the SDK.
func timestamp(b []byte) (modified, error) {
	if t, ok := millis(b); ok {
		return t, nil
	}
	t, err := smithytime.ParseDateTime(string(b))
	if err != nil {
		return modified{}, errForeign
	}
	return modifiedAt(t), nil
}

// millis reads 2006-01-02T15:04:05.000Z.
func millis(b []byte) (modified, bool) {
	if len(b) != len("2006-01-02T15:04:05.000Z") || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[19] != '.' || b[23] != 'Z' {
		return modified{}, false
	}
	century, years, month, day := two(b, 0), two(b, 2), two(b, 5), two(b, 8)
	hour, minute, second, milli := two(b, 11), two(b, 14), two(b, 17), two(b, 20)*10+two(b, 21)%10
	if max(century, years, two(b, 21)) > 99 || century < 1 || month-1 > 11 || hour > 23 || minute > 59 || second > 59 || milli > 999 {
		return modified{}, false
	}
	year := century*100 + years
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	if last := monthDays[month]; day-1 >= last && !(leap && month == 2 && day == 29) {
		return modified{}, false
	}
	before := year - 1
	days := before*365 + before/4 - before/100 + before/400 + daysBefore[month] + day - 1
	if leap && month > 2 {
		days++
	}
	const daysTo1970 = 719162
	seconds := (int64(days)-daysTo1970)*86400 + int64(hour*3600+minute*60+second) //nolint:gosec // the year has four digits
	return modified{true, seconds, int(milli) * 1e6}, true
}

// two reads two digits. What are none give more than 99.
func two(b []byte, at int) uint {
	high, low := uint(b[at]-'0'), uint(b[at+1]-'0')
	if high > 9 || low > 9 {
		return 1000
	}
	return high*10 + low
}

// Of a year that is no leap year, by month from 1.
var (
	monthDays  = [13]uint{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	daysBefore = [13]uint{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}
)
