package fakeaws

import "strings"

var metricsKind = namedKind{
	kind: "metrics", root: "MetricsConfiguration", listRoot: "ListMetricsConfigurationsResult",
	what: "MetricsConfiguration", action: "MetricsConfiguration",
}

var metricsOperations = metricsKind.operations((*call).putMetrics)

type metricsConfiguration struct {
	ID     string `xml:"Id"`
	Filter *objectFilter
}

func (c *call) putMetrics() error {
	var config metricsConfiguration
	if err := c.readConfiguration(metricsKind.root, &config); err != nil {
		return err
	}
	if err := metricsKind.checkID(c, config.ID); err != nil {
		return err
	}
	if config.Filter != nil {
		if err := config.Filter.check(false); err != nil {
			return err
		}
		if arn := config.Filter.accessPoint(); arn != "" && !strings.HasPrefix(arn, "arn:aws:s3:") {
			return invalidArgument("AccessPointArn", arn, "Invalid access point ARN")
		}
	}
	return metricsKind.put(c, config)
}
