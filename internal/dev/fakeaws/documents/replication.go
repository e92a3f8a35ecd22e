package documents

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/parafovea/terraform-provider-fovea/internal/dev/fakeaws/wire"
)

const (
	// ReplicationRoot is the root element of Replication.
	ReplicationRoot = "ReplicationConfiguration"

	maxReplicationRules = 1000
)

// Replication is the document of the replication rules.
type Replication struct {
	Role string
	Rule []replicationRule
}

type replicationRule struct {
	ID                        *string
	Priority                  *int32
	Prefix                    *string
	Filter                    *objectFilter
	Status                    string
	SourceSelectionCriteria   *sourceSelection
	ExistingObjectReplication *replicationSwitch
	Destination               ReplicationDestination
	DeleteMarkerReplication   *replicationSwitch
}

type sourceSelection struct {
	SseKmsEncryptedObjects *replicationSwitch
	ReplicaModifications   *replicationSwitch
}

type replicationSwitch struct {
	Status string
}

// ReplicationDestination is where a rule replicates to, and how.
type ReplicationDestination struct {
	Bucket                   string
	Account                  *string
	StorageClass             *string
	AccessControlTranslation *accessControlTranslation
	EncryptionConfiguration  *replicaEncryption
	ReplicationTime          *replicationTime
	Metrics                  *replicationMetrics
}

type accessControlTranslation struct {
	Owner string
}

type replicaEncryption struct {
	ReplicaKmsKeyID *string
}

type replicationTime struct {
	Status string
	Time   minutes
}

type replicationMetrics struct {
	Status         string
	EventThreshold *minutes
}

type minutes struct {
	Minutes int32
}

// replicationMinutes is the only time that S3 commits itself to.
const replicationMinutes = 15

// schemaAdvice ends the messages about what the newer form of rules, the one
// with a Filter, needs.
const schemaAdvice = " for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information."

var replicaClasses = append([]string{"STANDARD", "REDUCED_REDUNDANCY"}, storageLadder...)

// Check refuses what S3 refuses of the document alone.
func (r Replication) Check() error {
	if n := len(r.Rule); n == 0 || n > maxReplicationRules {
		return wire.MalformedXML()
	}
	ids, priorities := map[string]bool{}, map[int32]bool{}
	for _, rule := range r.Rule {
		if (rule.Filter == nil) != (r.Rule[0].Filter == nil) {
			return wire.InvalidRequest("Rules with and without a Filter cannot be mixed in a replication configuration.")
		}
		if err := rule.check(); err != nil {
			return err
		}
		if rule.ID != nil {
			if utf8.RuneCountInString(*rule.ID) > maxRuleID || ids[*rule.ID] {
				return wire.InvalidArgument("ID", *rule.ID, "Rule Id must be unique and not longer than 255 characters")
			}
			ids[*rule.ID] = true
		}
		if rule.Priority != nil {
			if priorities[*rule.Priority] {
				return wire.InvalidRequest("Found duplicate priority " + strconv.Itoa(int(*rule.Priority)) + ". Each rule must have a unique priority.")
			}
			priorities[*rule.Priority] = true
		}
	}
	return nil
}

func (r replicationRule) check() error {
	if !onOrOff(r.Status) || (r.Filter == nil) == (r.Prefix == nil) {
		return wire.MalformedXML()
	}
	if r.ExistingObjectReplication != nil {
		return wire.NotImplemented("ExistingObjectReplication, which AWS turns on by support request alone")
	}
	if r.DeleteMarkerReplication != nil && !onOrOff(r.DeleteMarkerReplication.Status) {
		return wire.MalformedXML()
	}
	if r.Filter == nil {
		if r.Priority != nil || r.DeleteMarkerReplication != nil {
			return wire.InvalidRequest("Priority and DeleteMarkerReplication cannot be used without a Filter.")
		}
	} else if err := r.checkWithFilter(); err != nil {
		return err
	}
	if err := r.checkSelection(); err != nil {
		return err
	}
	return r.Destination.check()
}

func (r replicationRule) checkWithFilter() error {
	if r.Filter.AccessPoint() != "" {
		return wire.MalformedXML()
	}
	if err := r.Filter.Check(true); err != nil {
		return err
	}
	switch {
	case r.Priority == nil:
		return wire.InvalidRequest("Priority must be specified" + schemaAdvice)
	case *r.Priority < 0:
		return wire.InvalidArgument("Priority", strconv.Itoa(int(*r.Priority)), "Priority must be nonnegative")
	case r.DeleteMarkerReplication == nil:
		return wire.InvalidRequest("DeleteMarkerReplication must be specified" + schemaAdvice)
	case len(r.Filter.tags()) > 0 && r.DeleteMarkerReplication.Status != "Disabled":
		return wire.InvalidRequest("Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.")
	}
	return nil
}

func (r replicationRule) checkSelection() error {
	selectsKMS := false
	if s := r.SourceSelectionCriteria; s != nil {
		for _, part := range []*replicationSwitch{s.SseKmsEncryptedObjects, s.ReplicaModifications} {
			if part != nil && !onOrOff(part.Status) {
				return wire.MalformedXML()
			}
		}
		selectsKMS = s.SseKmsEncryptedObjects != nil && s.SseKmsEncryptedObjects.Status == "Enabled"
	}
	key := r.Destination.EncryptionConfiguration
	hasKey := key != nil && key.ReplicaKmsKeyID != nil && *key.ReplicaKmsKeyID != ""
	switch {
	case selectsKMS && !hasKey:
		return wire.InvalidRequest("ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.")
	case key != nil && !selectsKMS:
		return wire.InvalidRequest("SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.")
	}
	return nil
}

func (d ReplicationDestination) check() error {
	if d.StorageClass != nil && !slices.Contains(replicaClasses, *d.StorageClass) {
		return wire.MalformedXML()
	}
	if d.Account != nil && (len(*d.Account) != 12 || !wire.AllDigits(*d.Account)) {
		return wire.MalformedXML()
	}
	if t := d.AccessControlTranslation; t != nil {
		if t.Owner != "Destination" {
			return wire.MalformedXML()
		}
		if d.Account == nil {
			return wire.InvalidRequest("Account must be specified if AccessControlTranslation is present.")
		}
	}
	if d.ReplicationTime != nil && !onOrOff(d.ReplicationTime.Status) || d.Metrics != nil && !onOrOff(d.Metrics.Status) {
		return wire.MalformedXML()
	}
	timed := d.ReplicationTime != nil && d.ReplicationTime.Status == "Enabled"
	measured := d.Metrics != nil && d.Metrics.Status == "Enabled"
	switch {
	case timed && !measured:
		return wire.InvalidRequest("Metrics must be enabled if ReplicationTime is enabled.")
	case measured && !timed:
		return wire.InvalidRequest("ReplicationTime must be enabled if Metrics is enabled.")
	case measured && d.Metrics.EventThreshold == nil:
		return wire.InvalidRequest("EventThreshold must be specified if Metrics is enabled.")
	case d.ReplicationTime != nil && d.ReplicationTime.Time.Minutes != replicationMinutes,
		d.Metrics != nil && d.Metrics.EventThreshold != nil && d.Metrics.EventThreshold.Minutes != replicationMinutes:
		return wire.InvalidArgument("Minutes", "", "The only valid value for Minutes is 15")
	}
	return nil
}

func onOrOff(status string) bool { return status == "Enabled" || status == "Disabled" }
