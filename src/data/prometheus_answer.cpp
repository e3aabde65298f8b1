#include "data/prometheus_answer.h"

#include <charconv>
#include <cmath>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>

namespace casement::data {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBytes = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxNames = 100'000;
constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;

double sample_value(std::string_view text) {
    if (text == "+Inf") return std::numeric_limits<double>::infinity();
    if (text == "-Inf") return -std::numeric_limits<double>::infinity();
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

/// Where in the document the parser stands, and what is kept of what it finds there.
class Handler {
  public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = kMaxTextBytes;
    static constexpr std::size_t max_string_size = kMaxTextBytes;

    Handler(std::size_t max_series, std::size_t max_samples)
        : max_series_(max_series), max_samples_(max_samples) {}

    // What the parser calls. `false` would stop it; an answer is read to its end.
    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        if (starts_series()) begin_series();
        levels_.push_back({false, {}, 0});
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) { return leave(); }
    bool on_array_begin(json::error_code&) {
        levels_.push_back({true, {}, 0});
        return true;
    }
    bool on_array_end(std::size_t, json::error_code&) { return leave(); }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        levels_.back().key = std::move(text_);
        text_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        text_.append(part.data(), part.size());
        take_text(std::move(text_));
        text_.clear();
        return passed();
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
        return take_number(static_cast<double>(value));
    }
    bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) {
        return take_number(static_cast<double>(value));
    }
    bool on_double(double value, json::string_view, json::error_code&) {
        return take_number(value);
    }
    bool on_bool(bool, json::error_code&) { return passed(); }
    bool on_null(json::error_code&) { return passed(); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

    PrometheusAnswer answer;
    bool is_full = false;

  private:
    struct Level {
        bool is_array = false;
        std::string key;
        std::size_t index = 0;
    };

    [[nodiscard]] bool at_key(std::size_t level, std::string_view key) const {
        return level < levels_.size() && !levels_[level].is_array && levels_[level].key == key;
    }
    /// {"data": {"result": …
    [[nodiscard]] bool in_result() const { return at_key(0, "data") && at_key(1, "result"); }

    /// An object that starts here is a series: an entry of data.result, or of data itself.
    [[nodiscard]] bool starts_series() const {
        const bool result = levels_.size() == 3 && in_result() && levels_[2].is_array;
        const bool data = levels_.size() == 2 && at_key(0, "data") && levels_[1].is_array;
        return result || data;
    }

    void begin_series() {
        skips_ = answer.series.size() >= max_series_;
        if (skips_) {
            answer.has_more = true;
            return;
        }
        answer.series.emplace_back();
    }

    bool passed() {
        if (!levels_.empty() && levels_.back().is_array) ++levels_.back().index;
        return true;
    }
    bool leave() {
        levels_.pop_back();
        return passed();
    }

    void take_text(std::string text) {
        const auto depth = levels_.size();
        if (depth == 1) {
            if (at_key(0, "status"))
                answer.status = std::move(text);
            else if (at_key(0, "error"))
                answer.error = std::move(text);
            else if (at_key(0, "errorType"))
                answer.error_type = std::move(text);
            return;
        }
        if (depth == 2 && levels_[1].is_array) {
            if (at_key(0, "warnings")) {
                if (answer.warnings.size() < 10) answer.warnings.push_back(std::move(text));
            } else if (at_key(0, "data")) {
                if (answer.names.size() < kMaxNames)
                    answer.names.push_back(std::move(text));
                else
                    is_full = true;
            }
            return;
        }
        if (depth == 2 && at_key(0, "data") && at_key(1, "resultType")) {
            answer.result_type = std::move(text);
            return;
        }
        if (depth == 3 && at_key(0, "data") && levels_[1].is_array) {  // of /api/v1/series
            if (!skips_) add_label(levels_[2].key, std::move(text));
            return;
        }
        if (!in_result()) return;
        if (depth == 3 && levels_[2].is_array && levels_[2].index == 1) {  // a scalar
            if (answer.series.empty()) answer.series.emplace_back();
            skips_ = false;
            add_sample(text);
        } else if (depth == 5 && at_key(3, "metric")) {
            if (!skips_) add_label(levels_[4].key, std::move(text));
        } else if ((depth == 5 && at_key(3, "value") && levels_[4].index == 1) ||
                   (depth == 6 && at_key(3, "values") && levels_[5].index == 1)) {
            add_sample(text);
        }
    }

    bool take_number(double number) {
        const auto depth = levels_.size();
        const bool is_time =
            in_result() && depth >= 3 && levels_.back().is_array && levels_.back().index == 0;
        if (is_time) time_ms_ = std::isfinite(number) ? std::llround(number * 1000) : 0;
        return passed();
    }

    void add_label(const std::string& name, std::string value) {
        answer.series.back().labels.insert_or_assign(name, std::move(value));
    }

    void add_sample(std::string_view text) {
        if (skips_ || is_full || answer.series.empty()) return;
        if (++samples_ > max_samples_) {
            is_full = true;
            return;
        }
        answer.series.back().times.push_back(time_ms_);
        answer.series.back().values.push_back(sample_value(text));
    }

    const std::size_t max_series_;
    const std::size_t max_samples_;
    std::size_t samples_ = 0;
    std::vector<Level> levels_;
    std::string text_;
    std::int64_t time_ms_ = 0;
    bool skips_ = false;
};

}  // namespace

struct PrometheusReader::Parser {
    Parser(std::size_t max_series, std::size_t max_samples)
        : json(json::parse_options{}, max_series, max_samples) {}
    json::basic_parser<Handler> json;
    json::error_code error;
    std::size_t bytes = 0;
};

PrometheusReader::PrometheusReader(std::size_t max_series, std::size_t max_samples)
    : parser_(std::make_unique<Parser>(max_series, max_samples)) {}
PrometheusReader::~PrometheusReader() = default;

bool PrometheusReader::add(std::string_view piece) {
    auto& parser = *parser_;
    parser.bytes += piece.size();
    if (parser.bytes > kMaxBytes) return false;
    if (parser.error) return true;
    const auto used = parser.json.write_some(true, piece.data(), piece.size(), parser.error);
    if (!parser.error && used < piece.size()) parser.error = json::error::extra_data;
    return !parser.json.handler().is_full;
}

bool PrometheusReader::finish() {
    auto& parser = *parser_;
    if (!parser.error) parser.json.write_some(false, nullptr, 0, parser.error);
    return !parser.error && !parser.json.handler().answer.status.empty();
}

PrometheusAnswer& PrometheusReader::answer() {
    return parser_->json.handler().answer;
}

}  // namespace casement::data
