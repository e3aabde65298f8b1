// What an audit row calls "share:12", in words that people know.
#pragma once

#include "store/catalog.h"

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace casement::console {

namespace json = boost::json;

struct ObjectName {
    std::string title;            ///< as it is called now; empty: nothing of this organization's
    json::value share = nullptr;  ///< token, of a share
    json::value dashboard = nullptr;  ///< uid, of a dashboard or of what a share shows
};

/// `object`: a kind and a number, "user:3". Of a kind that has no name the title is empty.
[[nodiscard]] ObjectName name_of(const store::Snapshot& snapshot, store::OrgId org,
                                 std::string_view object);

}  // namespace casement::console
