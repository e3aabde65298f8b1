#include "app/own_calls.h"

namespace casement::app {

std::vector<console::Operation> documented(const std::vector<grafana::OwnCall>& calls) {
    std::vector<console::Operation> out;
    out.reserve(calls.size());
    for (const auto& call : calls) {
        console::Operation operation{.method = call.method,
                                     .path = call.path,
                                     .id = call.text.id,
                                     .tag = "Account keys",
                                     .summary = call.text.summary,
                                     .description = call.text.description,
                                     .permission = call.permission,
                                     .body = call.body};
        for (const auto& parameter : call.text.parameters) {
            operation.parameters.push_back(
                {parameter.name, parameter.shape, parameter.description});
        }
        operation.answers = {{call.text.status, call.text.answer_text, call.text.answer}};
        for (const auto& [status, codes] : call.text.refusals)
            operation.refusals.push_back({status, codes});
        out.push_back(std::move(operation));
    }
    return out;
}

}  // namespace casement::app
