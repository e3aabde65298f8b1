// Dashboards in public use, from a folder that CASEMENT_GRAFANA_CORPUS names: most of them must
// come through whole. Without the folder there is nothing to hold against it.
#include "dashboards/importers/grafana.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

struct Measured {
    std::size_t panels = 0;
    std::size_t queries = 0;
    std::vector<std::string> left_out;  ///< of panels and variables as a whole
};

Measured measure(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    ImportReport report;
    const auto document = parse_json(text);
    const auto dashboard = import_grafana(document.value().as_object(), &report).value();
    Measured measured;
    std::map<std::string, bool> drawn;
    for (const auto& note : report) {
        drawn[note.subject] = drawn[note.subject] || note.kind == ImportNote::Kind::taken;
    }
    for (const auto& panel : dashboard.panels) {
        measured.panels += panel.type == PanelType::row ? 0 : 1;
        measured.queries += panel.queries.size();
    }
    for (const auto& note : report) {
        if (note.kind == ImportNote::Kind::left_out && !drawn[note.subject]) {
            measured.left_out.push_back(note.subject + ": " + note.sentence);
        }
        if (std::getenv("CASEMENT_GRAFANA_NOTES") != nullptr &&
            note.kind != ImportNote::Kind::taken) {
            fmt::print("  {}: {}\n", note.subject, note.sentence);
        }
    }
    return measured;
}

TEST(GrafanaCorpus, ComesThroughWhole) {
    const char* folder = std::getenv("CASEMENT_GRAFANA_CORPUS");
    if (folder == nullptr) GTEST_SKIP() << "CASEMENT_GRAFANA_CORPUS names no folder.";
    std::size_t files = 0;
    std::size_t whole = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        const auto measured = measure(entry.path());
        ++files;
        // What stands in no panel's or variable's place costs nothing that is drawn.
        const auto of_panels = std::count_if(
            measured.left_out.begin(), measured.left_out.end(), [](const std::string& note) {
                return note.starts_with("panel") || note.starts_with("variable");
            });
        whole += of_panels == 0 ? 1 : 0;
        fmt::print("{:<32} {:>4} panels {:>4} queries {:>4} left out\n",
                   entry.path().filename().string(), measured.panels, measured.queries, of_panels);
        for (const auto& note : measured.left_out)
            fmt::print("    {}\n", note);
    }
    ASSERT_GT(files, 0U);
    EXPECT_GE(static_cast<double>(whole), 0.9 * static_cast<double>(files));
}

}  // namespace
}  // namespace casement::dashboards
