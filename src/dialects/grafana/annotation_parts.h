// The calls about annotations.
#pragma once

#include "dialects/grafana/content_parts.h"

namespace casement::grafana {

void add_annotation_operations(Operations& operations, const ContentPartsPtr& parts);

}  // namespace casement::grafana
