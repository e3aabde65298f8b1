#include "data/duckdb_database.h"
#include "data/duckdb_scope.h"
#include "data/duckdb_scope_text.h"
#include "data/scope.h"
#include "data/settings.h"
#include "data/source_types.h"

#include <fmt/format.h>

namespace casement::data {
namespace {

class DuckDbScopeProver final : public ScopeProver {
  public:
    explicit DuckDbScopeProver(std::unique_ptr<ScopeSandbox> sandbox)
        : sandbox_(std::move(sandbox)) {}

    Result<void> prove(const std::string& text, const std::string& model,
                       const std::vector<std::string>& relations) override {
        if (auto used = reads(text, model, relations); !used) return used.error();
        return {};
    }

    Result<std::set<std::string>> reads(const std::string& text, const std::string& model,
                                        const std::vector<std::string>& relations) override {
        ScopeNames names;
        names.model = model;
        sandbox_->open_functions(names);
        for (const auto& relation : relations)
            names.relations.insert(lower_name(relation));
        auto use = sandbox_->prove(without_end(sandbox_->serialize(), text), names);
        if (!use) return use.error();
        std::set<std::string> read;
        for (const auto& relation : relations) {
            if (use->relations.contains(lower_name(relation))) read.insert(relation);
        }
        return read;
    }

  private:
    const std::unique_ptr<ScopeSandbox> sandbox_;
};

}  // namespace

Result<std::unique_ptr<ScopeProver>> duckdb_prover() {
    auto sandbox = ScopeSandbox::create();
    if (!sandbox) return sandbox.error();
    return std::unique_ptr<ScopeProver>(std::make_unique<DuckDbScopeProver>(std::move(*sandbox)));
}

std::optional<std::set<std::string>> duckdb_relations(const SourceSettings& written) {
    const auto read = read_duckdb_settings(written.settings, written.folder);
    if (!read) return std::nullopt;
    const DuckDbSettings& settings = *read;
    if (settings.database.empty()) {
        std::set<std::string> names;
        for (const auto& [name, files] : settings.tables)
            names.insert(lower_name(name));
        return names;
    }
    auto files = find_files(settings);
    if (!files) return std::nullopt;
    const auto database = DuckDbDatabase::open(settings, std::move(*files));
    if (!database) return std::nullopt;
    return (*database)->scopes().relations();
}

}  // namespace casement::data
