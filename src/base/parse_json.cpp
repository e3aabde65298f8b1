#include "base/encoding.h"
#include "base/shape.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

namespace casement {
namespace {

constexpr std::size_t kMaxDepth = 32;

// Boost.JSON keeps the last of two members of one name; what a proxy or a signer looked at may be
// the first. So a first pass, which builds nothing, refuses them.
class DuplicateFinder {
  public:
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    std::string duplicate;
    bool found = false;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        names_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, json::error_code&) {
        names_.pop_back();
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t, json::error_code&) { return true; }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code& failed) {
        key_.append(part.data(), part.size());
        if (!names_.back().insert(key_).second) {
            found = true;
            duplicate = key_;
            failed = json::error::extra_data;
            return false;
        }
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
    // 1e309 would become infinity, which JSON cannot write: a document that is stored and read
    // back would be lost.
    bool on_double(double number, json::string_view, json::error_code& failed) {
        if (std::isfinite(number)) return true;
        failed = json::error::exponent_overflow;
        return false;
    }
    bool on_bool(bool, json::error_code&) { return true; }
    bool on_null(json::error_code&) { return true; }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

  private:
    std::string key_;
    std::vector<std::set<std::string>> names_;
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    if (!is_utf8(text)) return invalid("invalid_json", "The text is not well-formed UTF-8.");
    json::parse_options options;
    options.max_depth = kMaxDepth;

    json::basic_parser<DuplicateFinder> finder(options);
    json::error_code failed;
    const std::size_t used = finder.write_some(false, text.data(), text.size(), failed);
    if (finder.handler().found) {
        return invalid("invalid_json", "An object has two members of one name.",
                       std::string(utf8_head(finder.handler().duplicate, 64)));
    }
    if (!failed && used != text.size()) failed = json::error::extra_data;

    json::value value;
    if (!failed) value = json::parse(text, failed, {}, options);
    if (failed) {
        return invalid("invalid_json", fmt::format("The text is not JSON (near byte {}): {}.", used,
                                                   failed.message()));
    }
    return value;
}

}  // namespace casement
