#include "dialects/looker/admin_call.h"

#include "base/whole_number.h"

#include <charconv>
#include <numeric>
#include <tuple>

namespace casement::looker {
namespace {

constexpr std::size_t kMostListedIds = 5000;
constexpr std::size_t kMostSortKeys = 8;
constexpr std::size_t kLargestOffset = 1'000'000'000;

Error invalid_query(std::string_view name, std::string_view expected) {
    return invalid("invalid_query", fmt::format("The parameter {} must be {}.", name, expected));
}

Result<std::optional<std::size_t>> size_parameter(const Call& call, std::string_view name) {
    const auto text = call.parameter(name);
    if (!text) return text.error();
    if (text->empty()) return std::optional<std::size_t>{};
    const auto number = whole_number<std::size_t>(*text);
    if (!number || *number > kLargestOffset) return invalid_query(name, "a whole number from 0");
    return number;
}

std::string_view next_part(std::string_view& list) {
    const auto comma = list.find(',');
    auto part = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (part.starts_with(' '))
        part.remove_prefix(1);
    while (part.ends_with(' '))
        part.remove_suffix(1);
    return part;
}

bool is_member_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_like(const std::string& pattern, const json::value* value) {
    if (value == nullptr || value->is_null()) return false;
    if (value->is_string()) return access::is_like(pattern, value->get_string());
    if (value->is_bool()) return access::is_like(pattern, value->get_bool() ? "true" : "false");
    if (value->is_int64()) return pattern == std::to_string(value->get_int64());
    if (!value->is_array()) return false;
    const auto& list = value->get_array();
    return std::any_of(list.begin(), list.end(),
                       [&](const json::value& item) { return is_like(pattern, &item); });
}

/// Ids are numbers in texts: the shorter one is the smaller one.
bool is_less(const json::value& left, const json::value& right, bool is_id) {
    if (left.kind() != right.kind()) return left.is_null();
    if (left.is_string()) {
        const std::string_view one = left.get_string(), other = right.get_string();
        if (is_id) return std::tuple(one.size(), one) < std::tuple(other.size(), other);
        return one < other;
    }
    if (left.is_bool()) return !left.get_bool() && right.get_bool();
    if (left.is_int64()) return left.get_int64() < right.get_int64();
    return false;
}

const json::value& member_of(const json::value& row, const std::string& name) {
    static const json::value kNothing;
    const auto* value = row.get_object().if_contains(name);
    return value == nullptr ? kNothing : *value;
}

void sort_rows(json::array& rows, const std::vector<SortKey>& keys) {
    if (keys.empty()) return;
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t first, std::size_t second) {
        for (const auto& key : keys) {
            const bool is_id = key.member == "id" || key.member.ends_with("_id");
            const auto& one = member_of(rows[key.descending ? second : first], key.member);
            const auto& other = member_of(rows[key.descending ? first : second], key.member);
            if (is_less(one, other, is_id)) return true;
            if (is_less(other, one, is_id)) return false;
        }
        return first < second;
    });
    json::array sorted;
    sorted.reserve(rows.size());
    for (const auto place : order)
        sorted.push_back(std::move(rows[place]));
    rows = std::move(sorted);
}

using Wanted = std::vector<std::pair<std::string_view, std::string>>;

Result<Wanted> read_wanted(const Call& call, Names searchable) {
    Wanted wanted;
    for (const auto name : searchable) {
        auto value = call.parameter(name);
        if (!value) return value.error();
        if (!value->empty()) wanted.emplace_back(name, std::move(*value));
    }
    return wanted;
}

}  // namespace

Admin::Admin(const AdminParts& of)
    : parts(of),
      people(of.catalog, of.sessions, of.slots),
      groups(of.catalog),
      attributes(of.catalog),
      roles(of.catalog),
      dashboards(of.catalog),
      looks(of.catalog),
      folders(of.catalog),
      themes(of.catalog) {}

Handle on(AdminPtr admin, Answered (*handler)(const Admin& admin, Call& call)) {
    return [admin = std::move(admin), handler](Call& call) { return handler(*admin, call); };
}

void add_admin_operations(Operations& operations, const AdminParts& parts) {
    const auto admin = std::make_shared<const Admin>(parts);
    add_user_operations(operations, admin);
    add_user_detail_operations(operations, admin);
    add_group_operations(operations, admin);
    add_attribute_operations(operations, admin);
    add_role_operations(operations, admin);
    add_set_operations(operations, admin);
    add_dashboard_operations(operations, admin);
    add_look_operations(operations, admin);
    add_folder_operations(operations, admin);
    add_theme_operations(operations, admin);
    add_model_operations(operations, admin);
}

std::optional<std::int64_t> read_id(std::string_view text) {
    if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

Result<std::int64_t> id_part(const Call& call, std::size_t index) {
    const auto id = read_id(call.part(index));
    if (!id) return api_not_found();
    return *id;
}

Result<std::int64_t> id_member(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || value->is_null()) return 0;
    if (value->is_int64() && value->get_int64() > 0) return value->get_int64();
    if (value->is_string()) {
        if (value->get_string().empty()) return 0;
        if (const auto id = read_id(value->get_string())) return *id;
    }
    return field_error(name, "invalid", fmt::format("{} must be an id, such as \"7\".", name));
}

Shape id_shape() {
    return Shape::any().described("An id, such as \"7\".");
}
Shape name_shape() {
    return Shape::text(0, 255).or_null();
}

bool has(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value != nullptr && !value->is_null();
}

std::optional<bool> flag_at(const json::object& body, std::string_view name) {
    if (!has(body, name)) return std::nullopt;
    return body.at(name).get_bool();
}

Result<json::array> list_body(const Call& call, const Shape& items) {
    auto parsed = parse_json(call.request.body);
    if (!parsed || !parsed->is_array()) {
        return invalid("invalid_json", "The body must be a JSON list.");
    }
    const auto shape = Shape::list(items, static_cast<std::int64_t>(kMostListedIds));
    if (auto error = check(*parsed, shape, "body")) {
        error->kind = ErrorKind::unprocessable;
        return *error;
    }
    return std::move(parsed->as_array());
}

Result<std::vector<std::int64_t>> ids_body(const Call& call, std::string_view field) {
    const auto list = list_body(call, id_shape());
    if (!list) return list.error();
    std::vector<std::int64_t> ids;
    for (const auto& item : *list) {
        const auto id = id_member({{field, item}}, field);
        if (!id) return id.error();
        if (*id == 0) return field_error(field, "invalid", "An id is missing in this list.");
        access::set_listed(ids, *id, true);
    }
    return ids;
}

Result<std::optional<bool>> flag_parameter(const Call& call, std::string_view name) {
    const auto text = call.parameter(name);
    if (!text) return text.error();
    if (text->empty()) return std::optional<bool>{};
    if (*text == "true") return std::optional<bool>{true};
    if (*text == "false") return std::optional<bool>{false};
    return invalid_query(name, "true or false");
}

bool is_among(const WantedIds& wanted, std::int64_t id) {
    return !wanted || std::find(wanted->begin(), wanted->end(), id) != wanted->end();
}

Result<WantedIds> ids_parameter(const Call& call, std::string_view name) {
    const auto text = call.parameter(name);
    if (!text) return text.error();
    if (text->empty()) return WantedIds{};
    std::vector<std::int64_t> ids;
    for (std::string_view list = *text; !list.empty();) {
        if (const auto id = read_id(next_part(list))) access::set_listed(ids, *id, true);
        if (ids.size() > kMostRows) return invalid_query(name, "at most 5000 ids");
    }
    return WantedIds{std::move(ids)};
}

Result<Page> read_page(const Call& call) {
    const auto limit = size_parameter(call, "limit");
    if (!limit) return limit.error();
    const auto offset = size_parameter(call, "offset");
    if (!offset) return offset.error();
    const auto per_page = size_parameter(call, "per_page");
    if (!per_page) return per_page.error();
    const auto number = size_parameter(call, "page");
    if (!number) return number.error();
    Page page;
    page.limit = std::min(limit->value_or(per_page->value_or(kMostRows)), kMostRows);
    page.offset = offset->value_or(0);
    const std::size_t nth = number->value_or(1);
    if (!*limit && !*offset && nth > 1) {
        page.offset = std::min((nth - 1) * page.limit, kLargestOffset);
    }
    return page;
}

Result<std::vector<SortKey>> read_sorts(const Call& call) {
    const auto text = call.parameter("sorts");
    if (!text) return text.error();
    std::vector<SortKey> keys;
    for (std::string_view list = *text; !list.empty();) {
        auto part = next_part(list);
        SortKey key;
        if (const auto space = part.find(' '); space != std::string_view::npos) {
            const auto direction = part.substr(part.find_last_of(' ') + 1);
            key.descending = access::is_like("desc", direction);
            if (!key.descending && !access::is_like("asc", direction)) {
                return invalid_query("sorts", "names with asc or desc behind them");
            }
            part = part.substr(0, space);
        }
        if (!is_member_name(part) || keys.size() == kMostSortKeys) {
            return invalid_query("sorts", "up to eight names between commas");
        }
        key.member = part;
        keys.push_back(std::move(key));
    }
    return keys;
}

Result<json::array> select_rows(const Call& call, json::array rows, Names searchable) {
    const auto wanted = read_wanted(call, searchable);
    if (!wanted) return wanted.error();
    const auto any = flag_parameter(call, "filter_or");
    if (!any) return any.error();
    const auto keys = read_sorts(call);
    if (!keys) return keys.error();
    const auto page = read_page(call);
    if (!page) return page.error();
    if (!wanted->empty()) {
        const auto fits = [&](const json::value& row) {
            const auto like = [&](const auto& one) {
                return is_like(one.second, row.get_object().if_contains(one.first));
            };
            return any->value_or(false) ? std::any_of(wanted->begin(), wanted->end(), like)
                                        : std::all_of(wanted->begin(), wanted->end(), like);
        };
        json::array kept;
        for (auto& row : rows) {
            if (fits(row)) kept.push_back(std::move(row));
        }
        rows = std::move(kept);
    }
    sort_rows(rows, *keys);
    const auto start = std::min(page->offset, rows.size());
    const auto end = std::min(start + page->limit, rows.size());
    json::array cut;
    for (auto place = start; place < end; ++place)
        cut.push_back(std::move(rows[place]));
    return cut;
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value id_or_null(std::int64_t id) {
    return id == 0 ? json::value(nullptr) : json::value(std::to_string(id));
}
json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}
json::array id_texts(const std::vector<std::int64_t>& ids) {
    json::array texts;
    for (const auto id : ids)
        texts.emplace_back(std::to_string(id));
    return texts;
}

json::object can(const Call& call, access::Permission to_change, bool changeable) {
    const bool change = changeable && call.who.permissions.has(to_change);
    return {{"index", true},
            {"show", true},
            {"create", change},
            {"update", change},
            {"destroy", change}};
}

std::string api_url(const Call& call, std::string_view collection, std::int64_t id) {
    return fmt::format("{}{}/{}/{}", call.base_url, kApiRoot, collection, id);
}

http::Response nothing_left() {
    return http::Response::empty(204);
}

}  // namespace casement::looker
