// Prometheus, VictoriaMetrics, and whatever else speaks Prometheus' HTTP API.
#pragma once

#include "base/error.h"
#include "data/prometheus_client.h"
#include "data/source_types.h"

namespace casement::data {

[[nodiscard]] Result<PrometheusSettings> read_prometheus_settings(const SourceSettings& written);

}  // namespace casement::data
