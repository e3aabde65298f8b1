// Reads what the Prometheus API answers while it arrives, straight into columns.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

struct PrometheusSeries {
    std::map<std::string, std::string> labels;
    std::vector<std::int64_t> times;  ///< epoch milliseconds
    std::vector<double> values;       ///< NaN and infinities as they came
};

struct PrometheusAnswer {
    std::string status;  ///< "success", "error"
    std::string error_type;
    std::string error;
    std::vector<std::string> warnings;
    std::string result_type;               ///< "matrix", "vector", "scalar", "string"
    std::vector<PrometheusSeries> series;  ///< a scalar is a series without labels
    std::vector<std::string> names;        ///< of the endpoints that answer a list of texts
    bool has_more = false;                 ///< series beyond the limit were left out
};

/// Feed it the body, piece by piece; then finish().
class PrometheusReader {
  public:
    PrometheusReader(std::size_t max_series, std::size_t max_samples);
    ~PrometheusReader();
    PrometheusReader(const PrometheusReader&) = delete;
    PrometheusReader& operator=(const PrometheusReader&) = delete;

    /// false: more samples or bytes than may be kept. What is not JSON is passed over until
    /// finish() tells.
    [[nodiscard]] bool add(std::string_view piece);
    /// false: the body was not one JSON object.
    [[nodiscard]] bool finish();
    [[nodiscard]] PrometheusAnswer& answer();

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace casement::data
