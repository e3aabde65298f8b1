// Links whose signatures are known: the vendor's own test (A, B), and five that were made with the
// primitives of Python and checked in JavaScript (V1 to V5). V4 and V5 have the JSON of the
// vendor's Python sample: spaces, a bare number, an escaped letter, nulls.
#pragma once

#include "base/encoding.h"
#include "dialects/looker/signature.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::looker {

struct Vector {
    std::string_view name;
    std::string_view secret;
    std::string_view host;
    SignedTexts texts;
    std::string_view sha1;
    std::string_view sha256;  ///< empty where none is known
};

inline SignedTexts official_texts() {
    SignedTexts texts;
    texts.path = "/login/embed/%2Fembed%2Fdashboards%2F1";
    texts.nonce = R"("abc123")";
    texts.time = "1561486800";
    texts.session_length = "3600";
    texts.external_user_id = R"("user1")";
    texts.permissions = R"(["access_data","see_looks","see_user_dashboards"])";
    texts.models = R"(["powered_by","thelook"])";
    texts.access_filters = "{}";
    return texts;
}

inline SignedTexts short_texts(std::string nonce, std::string user) {
    SignedTexts texts;
    texts.path = "/login/embed/%2Fembed%2Fdashboards%2F1";
    texts.nonce = std::move(nonce);
    texts.time = "1700000000";
    texts.session_length = "300";
    texts.external_user_id = std::move(user);
    texts.permissions = "[]";
    texts.models = "[]";
    texts.access_filters = "{}";
    return texts;
}

inline std::vector<Vector> vectors() {
    auto a = official_texts();
    a.group_ids = "[1,2,3]";
    a.external_group_id = R"("group1")";
    a.user_attributes = R"({"locale":"en_US"})";
    a.access_filters = R"({"powered_by":{"products.brand":"Allegra K"}})";

    auto v1 = short_texts(R"("0123456789abcdef0123456789abcdef")", R"("user-4")");
    v1.path =
        "/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3DCalifornia%26embed_domain%3Dhttps%3A%2F"
        "%2Fapp.example.com%26sdk%3D3";
    v1.session_length = "900";
    v1.permissions = R"(["access_data","see_looks","see_user_dashboards"])";
    v1.models = R"(["model_one","model_two"])";
    v1.group_ids = R"(["4","3"])";
    v1.external_group_id = R"("Allegra K")";
    v1.user_attributes = R"({"vendor_id":"17","company":"xactness"})";

    auto v2 = short_texts(R"("n1")", R"("57")");
    v2.permissions = R"(["access_data"])";
    v2.models = R"(["thelook"])";

    auto v3 = short_texts(R"("n2")", R"("zoë/東京")");
    v3.user_attributes = R"({"city":"東京 & \"Ōsaka\""})";

    auto v4 = short_texts(R"("00112233445566778899aabbccddeeff")", "57");
    v4.path =
        "/login/embed/%2Fembed%2Fdashboards%2F3%3Fembed_domain%3Dhttps%3A%2F%2Fapp.example.com%26"
        "Name%3DA+B";
    v4.session_length = "900";
    v4.permissions = R"(["see_lookml_dashboards", "access_data"])";
    v4.models = R"(["thelook"])";
    v4.group_ids = "[5, 4]";
    v4.external_group_id = R"("awesome_engineers")";
    v4.user_attributes =
        R"({"an_attribute_name": "my_attribute_value", "my_number_attribute": "42"})";
    v4.access_filters = R"({"fake_model": {"id": 1}})";

    auto v5 = short_texts(R"("ff")", R"("zo\u00eb")");
    v5.path = "/login/embed/%2Fembed%2Flooks%2F4";
    v5.permissions = R"(["access_data"])";
    v5.models = R"(["m"])";
    v5.group_ids = "[]";
    v5.external_group_id = "null";
    v5.user_attributes = "{}";

    return {
        {"A", "hunter2", "test.looker.com", a,
         "jcMKWo4eb4Y34CV7dpC6hAgi8oM=", "MT9wndOxQQ4iwHLzfFKjRrD8M3pnStoznfF7BEXcWtk="},
        {"B", "hunter2", "test.looker.com", official_texts(),
         "RXMPyKsQerTI/fbPIwgoTqUsvio=", "uwEYQ5I3lUmyl0EFSj3g4XIQOGrkWn2hsRTOEtPMQzo="},
        {"V1", "secret123", "analytics.example.com:9999", v1,
         "xo3U+9lrrIdrHNgisv5PmiLHO/c=", "BY8wAzsCalU/tbAovEruju1pwaIOTvvHUFtH1PIs/KA="},
        {"V2", "secret123", "localhost:9443", v2,
         "5Zicz1sdiwPmW5/61pYhM7yx3cg=", "0p1dVl9dyIv4tpExzKKJzlNRV3iLFkXdZ05+cO1ZP7w="},
        {"V3", "secret123", "analytics.example.com", v3,
         "Nh6ingnDwEH62cvw/+UMmy+UgMw=", "kv5Adgm6znlquAa3n0xDp1BiV5xDX77DWcLqBSZUjzE="},
        {"V4", "secret123", "analytics.example.com", v4, "I4lpOf+1tTzDEGspTORH5VUCbkE=", ""},
        {"V5", "secret123", "analytics.example.com", v5, "JfQhWzHt/GQQ2sfZzeL7wcvGE2Y=", ""},
    };
}

/// The request target of V1, as its signer made it.
inline constexpr std::string_view kV1 =
    "/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3DCalifornia%26embed_domain%3Dhttps%3A%2F%2F"
    "app.example.com%26sdk%3D3?nonce=%220123456789abcdef0123456789abcdef%22&time=1700000000&"
    "session_length=900&external_user_id=%22user-4%22&permissions=%5B%22access_data%22%2C%22see_"
    "looks%22%2C%22see_user_dashboards%22%5D&models=%5B%22model_one%22%2C%22model_two%22%5D&group_"
    "ids=%5B%224%22%2C%223%22%5D&external_group_id=%22Allegra%20K%22&user_attributes=%7B%22vendor_"
    "id%22%3A%2217%22%2C%22company%22%3A%22xactness%22%7D&access_filters=%7B%7D&first_name=%22"
    "Alice%22&last_name=%22Jones%22&user_timezone=%22US%2FPacific%22&force_logout_login=true&"
    "signature=xo3U%2B9lrrIdrHNgisv5PmiLHO%2Fc%3D";
/// And of V2.
inline constexpr std::string_view kV2 =
    "/login/embed/%2Fembed%2Fdashboards%2F1?nonce=%22n1%22&time=1700000000&session_length=300&"
    "external_user_id=%2257%22&permissions=%5B%22access_data%22%5D&models=%5B%22thelook%22%5D&"
    "access_filters=%7B%7D&force_logout_login=false&signature=5Zicz1sdiwPmW5%2F61pYhM7yx3cg%3D";

/// A request target with these texts, as a signer would write it.
inline std::string target_of(const SignedTexts& texts, std::string_view signature,
                             std::string_view rest = "&force_logout_login=true") {
    std::string target = texts.path;
    char separator = '?';
    const auto add = [&](std::string_view name, std::string_view text) {
        target.push_back(separator);
        target.append(name).append("=").append(percent_encode(text));
        separator = '&';
    };
    for (const auto& line : signed_lines("h", texts)) {
        if (line.name != "host" && line.name != "path") add(line.name, line.text);
    }
    add("signature", signature);
    target.append(rest);
    return target;
}

}  // namespace casement::looker
