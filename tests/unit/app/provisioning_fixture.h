// A small provisioning folder and a catalog to apply it to.
#pragma once

#include "access/provisioning.h"
#include "app/open_catalog.h"
#include "app/provisioning_folder.h"
#include "unit/app/temporary_folder.h"

#include <filesystem>
#include <map>
#include <stdexcept>

#include <gtest/gtest.h>

namespace casement::app {

inline constexpr const char* kSource =
    "name: numbers\n"
    "type: duckdb\n"
    "settings:\n"
    "  tables: { numbers: data/numbers.csv }\n";

inline constexpr const char* kDashboard =
    "{\n"
    "  \"uid\": \"numbers\",\n"
    "  \"title\": \"Numbers\",\n"
    "  \"time\": {\"span\": \"1d\"},\n"
    "  \"variables\": [{\"name\": \"region\", \"type\": \"list\",\n"
    "                 \"choices\": [{\"value\": \"north\"}, {\"value\": \"south\"}], \"default\": "
    "[\"north\"]}],\n"
    "  \"panels\": [{\"id\": 1, \"type\": \"table\", \"title\": \"All\",\n"
    "              \"grid\": {\"x\": 0, \"y\": 0, \"w\": 24, \"h\": 8},\n"
    "              \"queries\": [{\"name\": \"A\", \"source\": \"numbers\",\n"
    "                           \"sql\": \"select * from numbers\"}]}]\n"
    "}\n";

inline constexpr const char* kShares =
    "shares:\n"
    "  - token: north-share\n"
    "    dashboard: numbers\n"
    "    title: North\n"
    "    variables: { region: north }\n"
    "    time: { span: 1w, selectable: true }\n"
    "    theme: dark\n"
    "    allowed_origins: [\"https://App.example/\"]\n"
    "    download: true\n"
    "    session_days: 2\n"
    "    credential_env: NORTH\n";

inline constexpr const char* kGood = "3f1c9a7e5b2d8046f1c3a97e5b2d80463f1c9a7e";
inline constexpr const char* kOther = "Zk29sQ0vLmXy81RtB7uNcW5eHj3GdPaF64Oi";

class Provisioning : public testing::Test {
  protected:
    Provisioning() {
        folder.write("sources/numbers.yaml", kSource);
        folder.write("dashboards/numbers.json", kDashboard);
        folder.write("shares/regions.yaml", kShares);
        folder.write("data/numbers.csv", "region,n\nnorth,1\nsouth,2\n");
        environment["NORTH"] = kGood;
    }

    Result<access::Bundle> read(bool resolve_paths = true) {
        FolderOptions options;
        options.resolve_paths = resolve_paths;
        options.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            if (found == environment.end()) return std::nullopt;
            return found->second;
        };
        return read_provisioning_folder(folder.path(), options);
    }

    std::string reading_error() {
        const auto bundle = read();
        if (!bundle) return bundle.error().message;
        const auto good = access::check_bundle(*bundle, nullptr, 1);
        return good ? "no error" : good.error().message;
    }

    store::Catalog& catalog() {
        if (!open_.catalog) {
            Configuration configuration;
            configuration.store.folder = data.path("data");
            auto open = open_catalog(configuration, random_, clock_, WhenMissing::create);
            if (!open) throw std::runtime_error(open.error().message);
            open_ = std::move(*open);
        }
        return *open_.catalog;
    }

    Result<access::ApplyReport> apply(bool prune = true) {
        auto bundle = read();
        if (!bundle) return bundle.error();
        access::ApplyOptions options;
        options.prune = prune;
        return access::apply_bundle(catalog(), *bundle, options, clock_);
    }

    const store::Share* share(const std::string& token) {
        snapshot_ = catalog().snapshot();
        return snapshot_->share_by_token(token);
    }

    TemporaryFolder folder;
    TemporaryFolder data;
    std::map<std::string, std::string> environment;

  private:
    crypto::SystemRandom random_;
    SystemClock clock_;
    OpenCatalog open_;
    store::SnapshotPtr snapshot_;
};

}  // namespace casement::app
