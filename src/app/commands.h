// The commands of `casement`, one function each: it declares its options on the command line and
// sets `run` to what the command does. Exit codes: app/exit_code.h.
#pragma once

#include <functional>

#include <CLI/App.hpp>

namespace casement::app {

/// What the chosen command does, once the line has been read.
using Run = std::function<int()>;

void declare_serve(CLI::App& casement, Run& run);
void declare_admin(CLI::App& casement, Run& run);
void declare_apply(CLI::App& casement, Run& run);
void declare_prove(CLI::App& casement, Run& run);
void declare_import(CLI::App& casement, Run& run);
void declare_export(CLI::App& casement, Run& run);
void declare_sign(CLI::App& casement, Run& run);
void declare_explain(CLI::App& casement, Run& run);
void declare_help(CLI::App& casement, Run& run);
void declare_version(CLI::App& casement, Run& run);

/// Reads the line and runs its command.
[[nodiscard]] int run_command_line(int argc, const char* const* argv);

}  // namespace casement::app
