// A second process that opens sessions until it is killed.
#pragma once

#include <string>

#include <sys/types.h>

namespace casement::store {

/// Starts this program again as that process. It writes "NONCE SESSION\n" to `answers` for every
/// session that the store said was created.
pid_t start_crash_child(const std::string& store, int round, int answers);

/// Runs as that process when the command line says so, and does not return then.
void become_crash_child_if_asked(int argc, char** argv);

}  // namespace casement::store
