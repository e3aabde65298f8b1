#include "app/configuration_options.h"

#include <algorithm>
#include <cstdlib>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace casement::app {

ConfigurationOptions::ConfigurationOptions(CLI::App& command) : command_(&command) {
    command
        .add_option("--config", file_,
                    "YAML file with settings; `casement help config` lists them all. "
                    "Also CASEMENT_CONFIG.")
        ->type_name("FILE");
}

CLI::Option* ConfigurationOptions::add(const std::string& flag, const std::string& key,
                                       const std::string& help) {
    auto& place = flags_.emplace_back();
    place.name = flag;
    place.key = key;
    place.option = command_->add_option(flag, place.text, help);
    return place.option;
}

void ConfigurationOptions::add_data() {
    add("--data", "store.folder", "The server's data folder.")->type_name("DIR");
}

bool ConfigurationOptions::given() const {
    return !file_.empty() ||
           std::ranges::any_of(flags_, [](const Flag& flag) { return flag.option->count() > 0; });
}

Result<Configuration> ConfigurationOptions::load() const {
    ConfigurationInputs inputs;
    if (!file_.empty()) {
        inputs.file = file_;
    } else if (const char* file = std::getenv("CASEMENT_CONFIG");
               file != nullptr && *file != '\0') {
        inputs.file = file;
    }
    inputs.environment = process_environment();
    for (const auto& flag : flags_) {
        if (flag.option->count() > 0) inputs.flags.push_back({flag.name, flag.key, flag.text});
    }
    return load_configuration(inputs);
}

}  // namespace casement::app
