// What the calls about service accounts and keys share: what they work with, how long a key may
// live, how keys are made and shown.
#pragma once

#include "access/account_service.h"
#include "dialects/grafana/operation.h"
#include "store/catalog.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

/// How long keys may live, as the operator set it.
struct KeyRules {
    std::int64_t max_seconds_to_live = -1;  ///< below 0: any, also for ever
    std::int64_t token_day_limit = 0;       ///< 0: none; of service accounts' tokens
};

/// All by reference outlive the router; `owner` keeps what is this dialect's own.
struct AccountParts {
    access::CatalogParts catalog;
    access::AccountService& service;
    access::AccountKeys& keys;
    BlockingPool& pool;  ///< where PBKDF2 runs
    KeyRules rules;
    std::shared_ptr<const void> owner;

    [[nodiscard]] store::SnapshotPtr snapshot() const { return catalog.catalog.snapshot(); }
    [[nodiscard]] Time now() const { return catalog.clock.now(); }
};
using AccountPartsPtr = std::shared_ptr<const AccountParts>;

[[nodiscard]] Handle on(AccountPartsPtr parts,
                        Answered (*handler)(const AccountParts& parts, Call& call));

// -- the families -----------------------------------------------------------------------------

void add_key_operations(Operations& operations, const AccountPartsPtr& parts);
void add_migrate_operations(Operations& operations, const AccountPartsPtr& parts);
void add_account_operations(Operations& operations, const AccountPartsPtr& parts);
void add_token_operations(Operations& operations, const AccountPartsPtr& parts);
void add_key_admin_operations(Operations& operations, const AccountPartsPtr& parts);
void add_key_import_operations(Operations& operations, const AccountPartsPtr& parts);
/// This server's own calls, by which the console makes and removes what the ones above do.
void add_own_key_operations(Operations& operations, const AccountPartsPtr& parts);
void add_own_account_operations(Operations& operations, const AccountPartsPtr& parts);
struct SharingOptions;
void add_sharable_link_operations(Operations& operations, const AccountPartsPtr& parts,
                                  const SharingOptions& sharing);

// -- how long a key lives ---------------------------------------------------------------------

/// Longest time from now that a body may ask for.
inline constexpr std::int64_t kLongestSeconds = 100LL * 366 * 86'400;
/// 0, or absent, is for ever. Error: invalid, in the vendor's words.
[[nodiscard]] Result<std::optional<Time>> end_of_key(const KeyRules& rules, std::int64_t seconds,
                                                     Time now);
/// Error: also "token_day_limit", which the vendor answers in plain text.
[[nodiscard]] Result<std::optional<Time>> end_of_token(const KeyRules& rules, std::int64_t seconds,
                                                       Time now);

// -- making and showing keys ------------------------------------------------------------------

struct MadeKey {
    Secret text;
    access::NewKey row;  ///< without its end
};
[[nodiscard]] asio::awaitable<MadeKey> make_key(const AccountParts& parts, std::string name,
                                                store::OrgId org);
[[nodiscard]] asio::awaitable<MadeKey> make_token(const AccountParts& parts, std::string name);
/// What show_key answers; `with_text`: with `key` beside it.
[[nodiscard]] Shape account_key_shape(bool with_text = false);
/// One key as this server's own calls show it, with `more` beside it. Error: not_found.
[[nodiscard]] Answered show_key(const AccountParts& parts, const Call& call, std::int64_t id,
                                json::object more = {}, int status = 200);
/// An error of these calls in this server's words, with the field that is wrong.
[[nodiscard]] Error in_own_words(const KeyRules& rules, Error error);
/// Asked before a name is given to anybody. Error: invalid "name_malformed".
[[nodiscard]] Result<std::string> own_name(const json::object& body);
/// `{"id", "name", "key"}`: the only time that the key is shown.
[[nodiscard]] http::Response new_key_answer(const store::AccountKey& row, const Secret& key);

/// Text of a member, "" when it is absent or null.
[[nodiscard]] std::string text_or_empty(const json::object& body, std::string_view name);
[[nodiscard]] std::int64_t number_or_zero(const json::object& body, std::string_view name);

/// Times as the vendor has them: whole seconds.
[[nodiscard]] std::string seconds_text(Time time);
[[nodiscard]] json::value seconds_or_null(const std::optional<Time>& time);
/// Contained without regard to the case of ASCII letters; an empty `part` always is.
[[nodiscard]] bool contains_text(std::string_view text, std::string_view part);

/// Which of a list's rows: the vendor's `perpage` and `page`, counted from 1.
struct Page {
    std::size_t size = 0;
    std::size_t number = 1;
    [[nodiscard]] std::size_t begin(std::size_t total) const;
    [[nodiscard]] std::size_t end(std::size_t total) const;
};
[[nodiscard]] Page read_page(const Call& call, std::size_t usual, std::size_t most);

}  // namespace casement::grafana
