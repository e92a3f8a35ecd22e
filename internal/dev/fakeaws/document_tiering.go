package fakeaws

import "strconv"

// tieringKind is Intelligent-Tiering.
var tieringKind = namedKind{
	kind: "intelligent-tiering", root: "IntelligentTieringConfiguration", listRoot: "ListBucketIntelligentTieringConfigurationsOutput",
	what: "IntelligentTieringConfiguration", action: "IntelligentTieringConfiguration",
}

var tieringOperations = tieringKind.operations((*call).putTiering)

type tieringConfiguration struct {
	ID      string `xml:"Id"`
	Filter  *objectFilter
	Status  string
	Tiering []tiering
}

type tiering struct {
	Days       int32
	AccessTier string
}

// maxTieringDays bounds both tiers.
const maxTieringDays = 730

// minTieringDays are the tiers and the days after which an object can enter
// them at the earliest.
var minTieringDays = map[string]int32{"ARCHIVE_ACCESS": 90, "DEEP_ARCHIVE_ACCESS": 180}

func (c *call) putTiering() error {
	var config tieringConfiguration
	if err := c.readConfiguration(tieringKind.root, &config); err != nil {
		return err
	}
	if err := tieringKind.checkID(c, config.ID); err != nil {
		return err
	}
	if err := config.check(); err != nil {
		return err
	}
	return tieringKind.put(c, config)
}

func (t tieringConfiguration) check() error {
	if !onOrOff(t.Status) || len(t.Tiering) == 0 {
		return malformedXML()
	}
	if t.Filter != nil {
		if t.Filter.accessPoint() != "" {
			return malformedXML()
		}
		if err := t.Filter.check(false); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, tier := range t.Tiering {
		least, ok := minTieringDays[tier.AccessTier]
		if !ok {
			return malformedXML()
		}
		if seen[tier.AccessTier] {
			return invalidRequest("The access tier " + tier.AccessTier + " is configured more than once.")
		}
		seen[tier.AccessTier] = true
		if tier.Days < least || tier.Days > maxTieringDays {
			return invalidArgument("Days", strconv.Itoa(int(tier.Days)),
				"'Days' for the access tier "+tier.AccessTier+" must be between "+strconv.Itoa(int(least))+" and "+strconv.Itoa(maxTieringDays))
		}
	}
	return nil
}
