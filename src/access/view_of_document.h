// A document as somebody sees it. What is kept in the catalog goes through view.h; here it may also
// be one that an author is still writing.
#pragma once

#include "access/view.h"

#include <memory>
#include <string>

namespace casement::access {

/// A document, and what it is called in logs, audit rows and file names.
struct ShownDocument {
    store::OrgId org = 0;
    std::string object;   ///< as View::object
    std::string uid;      ///< as View::uid
    std::string content;  ///< as View::content
    std::string title;
    std::shared_ptr<const dashboards::Dashboard> document;
};

/// As whoever opens the share. Errors: for an open share those of check_may_be_public.
[[nodiscard]] Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                               const store::Share& share);
/// As a person with this grant.
[[nodiscard]] Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                               const EmbedGrant& grant);
/// As a key's link. Errors: forbidden "variable_missing", "variable_constant".
[[nodiscard]] Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                               const KeyGrant& grant);
/// As somebody of whom only these attributes are known: models narrow by them, and a source over
/// which there is a model is read through a model or not at all.
[[nodiscard]] Result<ViewPtr> view_of_document(const store::Snapshot& snapshot, ShownDocument shown,
                                               const AttributeValues& attributes);
/// As one who may write queries sees it: whole sources, everything his to choose, failures in the
/// source's own words.
[[nodiscard]] ViewPtr view_of_author(const store::Snapshot& snapshot, ShownDocument shown);

}  // namespace casement::access
