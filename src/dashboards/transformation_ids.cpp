#include "dashboards/transformation_ids.h"

namespace casement::dashboards {
namespace {

constexpr std::string_view kIds[] = {"append",
                                     "calculateField",
                                     "concatenate",
                                     "configFromData",
                                     "convertFieldType",
                                     "extractFields",
                                     "fieldLookup",
                                     "filterByRefId",
                                     "filterByValue",
                                     "filterFieldsByName",
                                     "formatString",
                                     "formatTime",
                                     "groupBy",
                                     "groupToNestedTable",
                                     "groupingToMatrix",
                                     "heatmap",
                                     "histogram",
                                     "joinByField",
                                     "joinByLabels",
                                     "labelsToFields",
                                     "limit",
                                     "merge",
                                     "organize",
                                     "partitionByValues",
                                     "prepareTimeSeries",
                                     "reduce",
                                     "regression",
                                     "rename",
                                     "renameByRegex",
                                     "rowsToFields",
                                     "seriesToColumns",
                                     "seriesToRows",
                                     "smoothing",
                                     "sortBy",
                                     "spatial",
                                     "timeSeriesTable",
                                     "transpose"};

}  // namespace

std::span<const std::string_view> transformation_ids() {
    return kIds;
}

}  // namespace casement::dashboards
