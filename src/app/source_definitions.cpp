#include "app/source_definitions.h"

#include "crypto/hash.h"

#include <cstring>

namespace casement::app {
namespace {

std::int64_t revision_of(const store::Source& source) {
    // The secret counts too, but only as the key of a digest.
    const auto text =
        boost::json::serialize(boost::json::array{source.id, source.type, source.settings});
    const std::string digest = crypto::hmac_sha256(source.secret.reveal(), text);
    std::int64_t revision = 0;
    std::memcpy(&revision, digest.data(), sizeof revision);
    return revision;
}

}  // namespace

data::SourceDefinitionPtr SourceDefinitions::find(store::OrgId org, const std::string& name) {
    const auto snapshot = catalog_.snapshot();
    std::shared_ptr<const Table> table;
    {
        const std::lock_guard lock(mutex_);
        if (version_ != snapshot->version()) {
            auto fresh = std::make_shared<Table>();
            for (const auto* organization : snapshot->organizations()) {
                for (const auto* source : snapshot->sources(organization->id)) {
                    fresh->try_emplace(
                        {organization->id, source->name},
                        std::make_shared<const data::SourceDefinition>(data::SourceDefinition{
                            source->type, source->settings, source->secret, revision_of(*source)}));
                }
            }
            table_ = std::move(fresh);
            version_ = snapshot->version();
        }
        table = table_;
    }
    const auto found = table->find({org, name});
    if (found == table->end()) return nullptr;
    return found->second;
}

}  // namespace casement::app
