// Writing a bundle: what differs from the catalog, in one transaction.
#include "access/provisioning.h"
#include "access/session_service.h"

#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kCredentialNote = "provisioned";
// Another node that starts with the same folder may write the same rows first. By the next attempt
// its rows are in the snapshot.
constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kBetweenAttempts{300};

// One run over the bundle, against one snapshot, inside one transaction.
class Writer {
  public:
    Writer(store::Transaction& tx, const store::Snapshot& before, const ApplyOptions& options,
           Time now)
        : tx_(tx), before_(before), options_(options), now_(now) {}

    Result<ApplyReport> write(const Bundle& bundle) {
        for (const auto& spec : bundle.sources) {
            if (auto done = source(spec); !done) return done.error();
        }
        for (const auto& spec : bundle.models) {
            if (auto done = model(spec); !done) return done.error();
        }
        for (const auto& spec : bundle.dashboards) {
            if (auto done = dashboard(spec); !done) return done.error();
        }
        for (const auto& spec : bundle.shares) {
            if (auto done = share(spec); !done) return done.error();
        }
        if (options_.prune) {
            if (auto done = prune(bundle); !done) return done.error();
        }
        if (report_.added + report_.changed + report_.removed > 0) {
            if (auto done = audit(); !done) return done.error();
        }
        return std::move(report_);
    }

  private:
    Result<void> source(const SourceSpec& spec) {
        const auto* old = before_.source_by_name(options_.org, spec.name);
        store::Source row = old == nullptr ? store::Source{} : *old;
        row.org = options_.org;
        row.name = spec.name;
        row.type = spec.type;
        row.settings = spec.settings;
        // Never the old one: it must not go to another server than it was given for.
        row.secret = spec.secret;
        row.provisioned = true;
        if (old == nullptr) return count(tx_.insert(row), report_.added);
        note_taken_over(old->provisioned, spec.origin, fmt::format("source \"{}\"", spec.name));
        if (old->type == row.type && old->settings == row.settings && old->secret == row.secret &&
            old->provisioned) {
            return unchanged();
        }
        return count(tx_.update(row), report_.changed);
    }

    Result<void> model(const ModelSpec& spec) {
        const auto* old = before_.by_name<store::Model>(options_.org, spec.name);
        auto row = row_of(spec);
        row.org = options_.org;
        row.provisioned = true;
        if (old == nullptr) {
            row.created_at = now_;
            return count(tx_.insert(row), report_.added);
        }
        row.id = old->id;
        row.created_at = old->created_at;
        note_taken_over(old->provisioned, spec.origin, fmt::format("model \"{}\"", spec.name));
        const bool same = old->label == row.label && old->source == row.source &&
                          old->document == row.document && old->provisioned;
        if (same) return unchanged();
        return count(tx_.update(row), report_.changed);
    }

    Result<void> dashboard(const DashboardSpec& spec) {
        const auto* old = before_.dashboard_by_uid(options_.org, spec.uid);
        store::Dashboard row = old == nullptr ? store::Dashboard{} : *old;
        row.org = options_.org;
        row.uid = spec.uid;
        row.dialect = "casement";
        row.title = spec.title;
        row.document = spec.document;
        row.provisioned = true;
        row.deleted_at.reset();
        row.modified_at = now_;
        if (old == nullptr) {
            row.author = "provisioning";
            row.created_at = now_;
            auto inserted = tx_.insert(row);
            dashboards_.emplace(spec.uid, row.id);
            return count(inserted, report_.added);
        }
        dashboards_.emplace(spec.uid, old->id);
        note_taken_over(old->provisioned, spec.origin, fmt::format("dashboard \"{}\"", spec.uid));
        const bool same = old->dialect == row.dialect && old->title == row.title &&
                          old->document == row.document && old->provisioned && !old->deleted_at;
        if (same) return unchanged();
        return count(tx_.update(row), report_.changed);
    }

    Result<void> share(const ShareSpec& spec) {
        const auto dashboard = dashboard_id(spec.dashboard);
        if (!dashboard) return at(spec, "its dashboard does not exist");
        const auto* old = before_.share_by_token(spec.token);
        if (old != nullptr && (old->org != options_.org || old->dashboard != *dashboard)) {
            return at(spec, fmt::format("the token \"{}\" is already taken by a share of another "
                                        "dashboard; choose another one",
                                        spec.token));
        }
        store::Share row = old == nullptr ? store::Share{} : *old;
        row.type = spec.type;
        row.status = spec.status.value_or(old == nullptr ? "active" : old->status);
        row.title = spec.title;
        row.settings = spec.settings;
        row.provisioned = true;
        if (old == nullptr) {
            row.org = options_.org;
            row.dashboard = *dashboard;
            row.token = spec.token;
            row.created_at = now_;
            if (spec.credential) row.credentials.push_back(new_credential(spec));
            if (!spec.credential) note_without_credential(spec);
            return count(tx_.insert(row), report_.added);
        }
        note_taken_over(old->provisioned, spec.origin, fmt::format("share \"{}\"", spec.token));
        const bool same = old->type == row.type && old->status == row.status &&
                          old->title == row.title && old->settings == row.settings &&
                          old->provisioned;
        if (!same) {
            if (auto updated = tx_.update(row); !updated) return updated.error();
        }
        auto renewed = credential(spec, *old);
        if (!renewed) return renewed.error();
        ++(same && !*renewed ? report_.unchanged : report_.changed);
        return {};
    }

    // True when something was written.
    Result<bool> credential(const ShareSpec& spec, const store::Share& old) {
        if (!spec.credential) {
            if (old.credentials.empty()) note_without_credential(spec);
            return false;
        }
        bool present = false;
        bool written = false;
        for (const auto& known : old.credentials) {
            if (known.secret == *spec.credential) {
                present = true;
                // Somebody took it out of use on purpose: a restart must not undo that.
                if (known.disabled || (known.expires_at && *known.expires_at <= now_)) {
                    report_.notes.push_back(fmt::format(
                        "{}: the credential ending in {} was switched off or has expired, and "
                        "stays so. Give another one.",
                        spec.origin, known.suffix));
                }
            } else if (known.note == kCredentialNote) {
                if (auto gone = tx_.remove_credential(known.id); !gone) return gone.error();
                written = true;
            }
        }
        if (present) return written;
        auto row = new_credential(spec);
        row.share = old.id;
        if (auto inserted = tx_.insert(row); !inserted) return inserted.error();
        return true;
    }

    store::Credential new_credential(const ShareSpec& spec) const {
        store::Credential row;
        row.secret = *spec.credential;
        row.suffix = spec.credential->suffix();
        row.note = kCredentialNote;
        row.created_at = now_;
        return row;
    }

    Result<void> prune(const Bundle& bundle) {
        std::set<std::string_view> tokens, uids, names, models;
        for (const auto& spec : bundle.shares)
            tokens.insert(spec.token);
        for (const auto& spec : bundle.dashboards)
            uids.insert(spec.uid);
        for (const auto& spec : bundle.sources)
            names.insert(spec.name);
        for (const auto& spec : bundle.models)
            models.insert(spec.name);
        for (const auto* row : before_.shares(options_.org)) {
            if (!row->provisioned || tokens.contains(row->token)) continue;
            if (auto done = count(tx_.remove_share(row->id), report_.removed); !done) return done;
        }
        for (const auto* row : before_.dashboards(options_.org)) {
            if (!row->provisioned || row->deleted_at || uids.contains(row->uid)) continue;
            auto binned = *row;
            binned.deleted_at = now_;
            if (auto done = count(tx_.update(binned), report_.removed); !done) return done;
        }
        for (const auto* row : before_.list<store::Model>(options_.org)) {
            if (!row->provisioned || models.contains(row->name)) continue;
            auto done = count(tx_.remove<store::Model>(row->id), report_.removed);
            if (!done) return done;
        }
        for (const auto* row : before_.sources(options_.org)) {
            if (!row->provisioned || names.contains(row->name)) continue;
            if (auto done = count(tx_.remove_source(row->id), report_.removed); !done) return done;
        }
        return {};
    }

    Result<void> audit() {
        store::AuditRow row;
        row.org = options_.org;
        row.actor = options_.actor;
        row.client = options_.client;
        row.action = "provisioning.applied";
        row.object = fmt::format("organization:{}", options_.org);
        row.detail = json::object{
            {"added", report_.added}, {"changed", report_.changed}, {"removed", report_.removed}};
        return tx_.append(row);
    }

    [[nodiscard]] std::optional<std::int64_t> dashboard_id(const std::string& uid) const {
        if (const auto made = dashboards_.find(uid); made != dashboards_.end()) {
            return made->second;
        }
        const auto* row = before_.dashboard_by_uid(options_.org, uid);
        if (row == nullptr || row->deleted_at) return std::nullopt;
        return row->id;
    }

    static Error at(const ShareSpec& spec, std::string_view reason) {
        return conflict("invalid_bundle", fmt::format("{}: {}", spec.origin, reason));
    }

    void note_taken_over(bool provisioned, const std::string& origin, const std::string& what) {
        if (provisioned) return;
        report_.notes.push_back(fmt::format(
            "{}: the {} was made by hand before; it is provisioned from now on", origin, what));
    }

    void note_without_credential(const ShareSpec& spec) {
        report_.notes.push_back(fmt::format(
            "{}: the share \"{}\" has no credential, so no link opens it yet. Set the variable or "
            "file that it names and apply again, or add one with "
            "POST /api/casement/v1/shares/{}/credentials",
            spec.origin, spec.token, spec.token));
    }

    static Result<void> count(const Result<void>& done, int& counter) {
        if (done) ++counter;
        return done;
    }

    Result<void> unchanged() {
        ++report_.unchanged;
        return {};
    }

    store::Transaction& tx_;
    const store::Snapshot& before_;
    const ApplyOptions& options_;
    Time now_;
    std::map<std::string, std::int64_t> dashboards_;  ///< written here: number by uid
    ApplyReport report_;
};

}  // namespace

Result<ApplyReport> apply_bundle(store::Catalog& catalog, const Bundle& bundle,
                                 const ApplyOptions& options, const Clock& clock) {
    for (int attempt = 1;; ++attempt) {
        const auto before = catalog.snapshot();
        if (before->organization(options.org) == nullptr) {
            return not_found("organization_not_found",
                             fmt::format("There is no organization {}.", options.org));
        }
        auto good = check_bundle(bundle, before.get(), options.org, options.prune);
        if (!good) return good.error();
        auto written = catalog.write_now<ApplyReport>([&](store::Transaction& tx) {
            return Writer(tx, *before, options, clock.now()).write(bundle);
        });
        if (written) return written;
        const auto code = written.error().code;
        const bool overtaken = code == "already_exists" || code == "not_found";
        if (!overtaken || attempt == kAttempts) return written;
        std::this_thread::sleep_for(kBetweenAttempts);
    }
}

}  // namespace casement::access
