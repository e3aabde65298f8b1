// The certificate of a dashboard: what every query of it reads under which model, and whether that
// is proven, for programs and auditors. docs/models.md says how to compare and to verify one.
#pragma once

#include "access/publish_check.h"
#include "base/clock.h"
#include "crypto/secret.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace casement::access {

/// What a certificate is about.
struct CertifiedDashboard {
    std::string uid;
    std::string title;
    std::string dialect = "casement";
    std::int64_t revision = 0;                    ///< 0: not kept anywhere yet
    const json::object* document = nullptr;       ///< as it is stored
    const dashboards::Dashboard* read = nullptr;  ///< the same, understood
};

/// JSON with members in the order of their names and no white space, so that equal values have
/// equal texts.
[[nodiscard]] std::string canonical_text(const json::value& value);
/// Lower-case hex of the canonical text's SHA-256.
[[nodiscard]] std::string canonical_hash(const json::value& value);
/// The same of what a model says: relations, filters, columns, source; not its label.
[[nodiscard]] std::string hash_of(const store::Model& row);

/// What is certified: depends on dashboard, models and sources alone, so that the statements of two
/// certificates are equal when nothing has changed. Blocking, as ModelQueryCheck.
/// `models` finds a model's row, for its hash.
[[nodiscard]] json::object scope_statement(
    const ModelWorld& world, const CertifiedDashboard& dashboard,
    const std::function<std::optional<store::Model>(const std::string&)>& models);

/// The statement with its hash, the time, this server's version, and a signature by `key`; without
/// one where there is no key.
[[nodiscard]] json::object scope_certificate(json::object statement, Time at, const Secret& key);
/// Whether `certificate` is one that `key` has signed, unchanged. Never true without a key.
[[nodiscard]] bool is_genuine(const json::object& certificate, const Secret& key);

/// How many queries have a verdict ("proven", "unscoped", "refused").
[[nodiscard]] std::int64_t verdicts(const json::object& statement, std::string_view verdict);

}  // namespace casement::access
