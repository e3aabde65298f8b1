#include "base/encoding.h"
#include "base/shape.h"

#include <array>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

namespace casement {
namespace {

constexpr std::size_t kMaxDepth = 32;

/// Enough for small bodies to be read without an allocation for the parser itself.
using Scratch = std::array<unsigned char, 2048>;

/// Builds the value as Boost's own parser does, and counts the members that it is shown. Boost.JSON
/// keeps the last of two members of one name; what a proxy or a signer looked at may be the first.
class CountingBuilder {
  public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    explicit CountingBuilder(Scratch& scratch)
        : stack(json::storage_ptr(), scratch.data(), scratch.size()) {
        stack.reset();
    }

    json::value_stack stack;
    std::size_t members = 0;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) { return true; }
    bool on_object_end(std::size_t size, json::error_code&) {
        stack.push_object(size);
        members += size;
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t size, json::error_code&) {
        stack.push_array(size);
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        stack.push_key(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        stack.push_string(part);
        return true;
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
        stack.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
        stack.push_uint64(number);
        return true;
    }
    // 1e309 would become infinity, which JSON cannot write: a document that is stored and read
    // back would be lost.
    bool on_double(double number, json::string_view, json::error_code& failed) {
        stack.push_double(number);
        if (std::isfinite(number)) return true;
        failed = json::error::exponent_overflow;
        return false;
    }
    bool on_bool(bool value, json::error_code&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(json::error_code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }
};

/// Looks for the name that an object has twice; only a text that has one is read again for it.
class DuplicateFinder : public CountingBuilder {
  public:
    using CountingBuilder::CountingBuilder;
    std::string duplicate;

    bool on_object_begin(json::error_code&) {
        names_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t size, json::error_code& failed) {
        names_.pop_back();
        return CountingBuilder::on_object_end(size, failed);
    }
    bool on_key_part(json::string_view part, std::size_t size, json::error_code& failed) {
        key_.append(part.data(), part.size());
        return CountingBuilder::on_key_part(part, size, failed);
    }
    bool on_key(json::string_view part, std::size_t size, json::error_code& failed) {
        key_.append(part.data(), part.size());
        if (!names_.back().insert(key_).second) {
            duplicate = key_;
            failed = json::error::extra_data;
            return false;
        }
        key_.clear();
        return CountingBuilder::on_key(part, size, failed);
    }

  private:
    std::string key_;
    std::vector<std::set<std::string>> names_;
};

/// Members in the value and all that is in it. It is as deep as the parser allowed.
std::size_t count_members(const json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& [name, member] : *object)
            count += count_members(member);
    } else if (const auto* list = value.if_array()) {
        for (const auto& item : *list)
            count += count_members(item);
    }
    return count;
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    if (!is_utf8(text)) return invalid("invalid_json", "The text is not well-formed UTF-8.");
    json::parse_options options;
    options.max_depth = kMaxDepth;

    Scratch scratch;
    json::basic_parser<CountingBuilder> parser(options, scratch);
    json::error_code failed;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && used != text.size()) failed = json::error::extra_data;
    if (failed) {
        return invalid("invalid_json", fmt::format("The text is not JSON (near byte {}): {}.", used,
                                                   failed.message()));
    }
    json::value value = parser.handler().stack.release();
    // Of two members of one name the object has kept one: then fewer are there than were shown.
    if (count_members(value) == parser.handler().members) return value;

    Scratch again;
    json::basic_parser<DuplicateFinder> finder(options, again);
    (void)finder.write_some(false, text.data(), text.size(), failed);
    return invalid("invalid_json", "An object has two members of one name.",
                   std::string(utf8_head(finder.handler().duplicate, 64)));
}

}  // namespace casement
