#include "app/commands.h"
#include "app/exit_code.h"
#include "base/log.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

int main(int argc, char** argv) {
    int code = casement::app::kFailed;
    try {
        code = casement::app::run_command_line(argc, argv);
    } catch (const std::exception& failed) {
        fmt::print(stderr, "casement: stopped by an unexpected failure: {}\n", failed.what());
    }
    casement::log::flush();
    return code;
}
