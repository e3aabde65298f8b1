// The options by which commands find their configuration: --config, --data and the rest, which are
// flags for keys of configuration.h.
#pragma once

#include "app/configuration.h"

#include <deque>
#include <string>

#include <CLI/App.hpp>

namespace casement::app {

class ConfigurationOptions {
  public:
    explicit ConfigurationOptions(CLI::App& command);

    /// A flag for a key: "--listen" for "server.listen".
    CLI::Option* add(const std::string& flag, const std::string& key, const std::string& help);
    /// --data, which most commands take.
    void add_data();

    /// True when the line says where the data is.
    [[nodiscard]] bool given() const;
    /// With file, environment and flags.
    [[nodiscard]] Result<Configuration> load() const;

  private:
    struct Flag {
        std::string name;
        std::string key;
        std::string text;
        CLI::Option* option = nullptr;
    };
    CLI::App* command_;
    std::string file_;
    std::deque<Flag> flags_;  // options keep pointers into it
};

}  // namespace casement::app
