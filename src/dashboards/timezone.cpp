#include "dashboards/timezone.h"

#include <filesystem>
#include <fstream>

namespace casement::dashboards {
namespace {

// "America/Argentina/Buenos_Aires", "Etc/GMT+1": segments that begin with a letter, so that a name
// is never a path to anywhere else.
bool is_spelled_well(std::string_view name) {
    if (name.empty() || name.size() > 64) return false;
    bool start = true;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool other = (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+';
        if (c == '/') {
            if (start) return false;
            start = true;
            continue;
        }
        if (!letter && (start || !other)) return false;
        start = false;
    }
    return !start;
}

}  // namespace

bool is_timezone(std::string_view name, const std::string& tzdata_folder) {
    if (name == "browser" || name == "UTC") return true;
    if (!is_spelled_well(name)) return false;
    std::error_code failed;
    if (!std::filesystem::is_directory(tzdata_folder, failed)) return true;
    const auto file = std::filesystem::path(tzdata_folder) / std::string(name);
    if (!std::filesystem::is_regular_file(file, failed)) return false;
    // The folder also holds tables of zones, which are not zones.
    char magic[4] = {};
    std::ifstream(file, std::ios::binary).read(magic, sizeof magic);
    return std::string_view(magic, sizeof magic) == "TZif";
}

}  // namespace casement::dashboards
