// What the program knows of itself and tells the console: how it is set, and what it is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casement::console {

/// One setting of the running configuration, as text.
struct Setting {
    std::string name;   ///< "aliyun.api_key_share"
    std::string value;  ///< empty when masked
    std::string default_value;
    bool masked = false;
    std::string from;      ///< "default", "file", "environment", "flag"
    std::string variable;  ///< "CASEMENT_ALIYUN_API_KEY_SHARE"
    std::string type;      ///< "true or false"
    std::vector<std::string> choices;
    std::string help;
    bool is_vendors = false;
};

/// A program or library that the binary or its pages carry. Views into the binary.
struct Licence {
    std::string_view name;
    std::string_view version;
    std::string_view kind;     ///< "program", "library", "web"
    std::string_view licence;  ///< "MIT"
    std::string_view text;
};

}  // namespace casement::console
