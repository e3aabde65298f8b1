#include "access/scope_certificate.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kKind = "casement-scope-certificate/1";

void write(std::string& out, const json::value& value) {
    if (const auto* object = value.if_object()) {
        std::vector<const json::key_value_pair*> members;
        for (const auto& member : *object)
            members.push_back(&member);
        std::sort(members.begin(), members.end(),
                  [](const auto* a, const auto* b) { return a->key() < b->key(); });
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0) out += ',';
            out += json::serialize(json::string(members[i]->key()));
            out += ':';
            write(out, members[i]->value());
        }
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            write(out, (*array)[i]);
        }
        out += ']';
    } else {
        out += json::serialize(value);
    }
}

/// What a signature signs: nothing of the certificate is outside of it.
std::string signed_text(std::string_view statement_hash, std::string_view issued_at,
                        std::string_view version) {
    return fmt::format("{}\n{}\n{}\n{}", kKind, statement_hash, issued_at, version);
}

json::array filters_of(const Model& model, const std::set<std::string>& relations) {
    json::array list;
    for (const auto& relation : model.relations) {
        if (!relations.contains(relation.name)) continue;
        for (const auto& filter : relation.filters) {
            list.push_back({{"relation", relation.name},
                            {"column", filter.column},
                            {"attribute", filter.attribute},
                            {"type", to_string(filter.type)},
                            {"match", to_string(filter.kind)}});
        }
    }
    return list;
}

json::array columns_of(const Model& model, const std::set<std::string>& relations) {
    json::array list;
    for (const auto& relation : model.relations) {
        if (!relations.contains(relation.name)) continue;
        for (const auto& column : relation.columns) {
            list.push_back({{"relation", relation.name},
                            {"column", column.name},
                            {"show", to_string(column.how)},
                            {"unless", column.unless.empty() ? json::value(nullptr)
                                                             : json::value(column.unless)}});
        }
    }
    return list;
}

json::array names_of(const std::set<std::string>& names) {
    json::array list;
    for (const auto& name : names)
        list.emplace_back(name);
    return list;
}

class Certifier {
  public:
    Certifier(const ModelWorld& world,
              const std::function<std::optional<store::Model>(const std::string&)>& models)
        : world_(world), models_(models), check_(world.model) {}

    json::object entry(const PlacedQuery& placed) {
        json::object out;
        if (placed.panel != nullptr) {
            out["panel"] = placed.panel->id;
            out["title"] = placed.panel->title;
            out["query"] = placed.query->name;
        } else {
            out["variable"] = placed.variable->name;
        }
        out["text_sha256"] = to_hex(crypto::sha256(placed.query->text));
        if (placed.query->model.empty()) {
            unscoped(*placed.query, out);
        } else {
            governed(*placed.query, out);
        }
        return out;
    }

  private:
    void unscoped(const dashboards::PanelQuery& query, json::object& out) {
        const auto source = world_.source(query);
        set_source(source ? *source : query.source, out);
        set_nothing(out);
        out["verdict"] = "unscoped";
        out["reason"] = "It names a source and no model, so nothing of the source is closed to it.";
    }

    void governed(const dashboards::PanelQuery& query, json::object& out) {
        const auto model = world_.model(query.model);
        set_source(model ? model->model.source : "", out);
        set_nothing(out);
        out["model"] = query.model;
        if (const auto row = models_(query.model)) out["model_sha256"] = hash_of(*row);
        const auto read =
            model ? check_.prove(query, *model) : Result<std::set<std::string>>(model.error());
        if (!read) {
            out["verdict"] = "refused";
            out["reason"] = read.error().message;
            return;
        }
        out["relations"] = names_of(*read);
        out["filters"] = filters_of(model->model, *read);
        out["covered"] = columns_of(model->model, *read);
        out["verdict"] = "proven";
        out["reason"] = nullptr;
    }

    void set_source(const std::string& source, json::object& out) const {
        const auto type = source.empty() ? std::string() : world_.type(source);
        out["source"] = source.empty() ? json::value(nullptr) : json::value(source);
        out["source_kind"] = type.empty() ? json::value(nullptr) : json::value(type);
    }

    static void set_nothing(json::object& out) {
        out["model"] = nullptr;
        out["model_sha256"] = nullptr;
        out["relations"] = json::array{};
        out["filters"] = json::array{};
        out["covered"] = json::array{};
    }

    const ModelWorld& world_;
    const std::function<std::optional<store::Model>(const std::string&)>& models_;
    ModelQueryCheck check_;
};

}  // namespace

std::string canonical_text(const json::value& value) {
    std::string out;
    write(out, value);
    return out;
}

std::string canonical_hash(const json::value& value) {
    return to_hex(crypto::sha256(canonical_text(value)));
}

std::string hash_of(const store::Model& row) {
    return canonical_hash(
        json::object{{"name", row.name}, {"source", row.source}, {"document", row.document}});
}

std::int64_t verdicts(const json::object& statement, std::string_view verdict) {
    const auto* summary = statement.if_contains("summary");
    const auto* count = summary != nullptr && summary->is_object()
                            ? summary->get_object().if_contains(verdict)
                            : nullptr;
    return count != nullptr && count->is_int64() ? count->get_int64() : 0;
}

json::object scope_statement(
    const ModelWorld& world, const CertifiedDashboard& dashboard,
    const std::function<std::optional<store::Model>(const std::string&)>& models) {
    json::object about{{"uid", dashboard.uid},
                       {"title", dashboard.title},
                       {"dialect", dashboard.dialect},
                       {"revision", dashboard.revision},
                       {"sha256", canonical_hash(*dashboard.document)}};
    Certifier certifier(world, models);
    json::array queries;
    json::object summary{{"proven", 0}, {"unscoped", 0}, {"refused", 0}};
    for (const auto& placed : queries_of(*dashboard.read)) {
        auto entry = certifier.entry(placed);
        auto& count = summary[entry.at("verdict").get_string()];
        count = count.get_int64() + 1;
        queries.push_back(std::move(entry));
    }
    return {{"dashboard", std::move(about)},
            {"queries", std::move(queries)},
            {"summary", std::move(summary)}};
}

json::object scope_certificate(json::object statement, Time at, const Secret& key) {
    const auto hash = canonical_hash(statement);
    const auto issued_at = to_rfc3339(at);
    json::object out{{"certificate", kKind},
                     {"issued_at", issued_at},
                     {"server_version", CASEMENT_VERSION},
                     {"statement", std::move(statement)},
                     {"statement_sha256", hash},
                     {"signature", nullptr}};
    if (!key.empty()) {
        out["signature"] =
            crypto::hmac_sha256_hex(key.reveal(), signed_text(hash, issued_at, CASEMENT_VERSION));
    }
    return out;
}

bool is_genuine(const json::object& certificate, const Secret& key) {
    const auto* statement = certificate.if_contains("statement");
    const auto kind = text_at(certificate, "certificate");
    const auto issued_at = text_at(certificate, "issued_at");
    const auto version = text_at(certificate, "server_version");
    const auto hash = text_at(certificate, "statement_sha256");
    const auto signature = text_at(certificate, "signature");
    const bool whole = statement != nullptr && statement->is_object() && issued_at && version &&
                       hash && signature && kind == kKind && certificate.size() == 6;
    if (!whole || key.empty() || canonical_hash(*statement) != *hash) return false;
    const auto expected =
        crypto::hmac_sha256_hex(key.reveal(), signed_text(*hash, *issued_at, *version));
    return equal_in_constant_time(expected, *signature);
}

}  // namespace casement::access
