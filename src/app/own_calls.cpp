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

grafana::PersonCallers persons_of(const console::Persons& persons) {
    grafana::PersonCallers callers;
    callers.concerns = console::Persons::concerns;
    callers.may_send = [&persons](const http::Request& head) { return persons.may_send(head); };
    callers.identify =
        [&persons](
            const http::Request& request) -> boost::asio::awaitable<Result<access::Principal>> {
        auto person = co_await persons.identify(request);
        if (!person) co_return person.error();
        co_return std::move(person->who);
    };
    return callers;
}

}  // namespace casement::app
