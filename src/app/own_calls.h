// Calls of this server's own API that a dialect answers, as the OpenAPI document shows them.
#pragma once

#include "console/operation.h"
#include "console/person.h"
#include "dialects/grafana/callers.h"
#include "dialects/grafana/operation.h"

#include <vector>

namespace casement::app {

[[nodiscard]] std::vector<console::Operation> documented(
    const std::vector<grafana::OwnCall>& calls);

/// So that people who are signed in to the console may make those calls too. `persons` must outlive
/// what is given back.
[[nodiscard]] grafana::PersonCallers persons_of(const console::Persons& persons);

}  // namespace casement::app
