#include "app/process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace casement::app {

// The leak checker attaches to the process like a debugger.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CASEMENT_LEAK_CHECKER 1
#endif
#endif

void harden_process() {
#ifndef CASEMENT_LEAK_CHECKER
    (void)::prctl(PR_SET_DUMPABLE, 0);
#endif
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
    ::umask(S_IRWXG | S_IRWXO);
}

void tune_memory() {
    // glibc makes up to eight arenas a core, and each keeps what its threads once used.
    (void)::mallopt(M_ARENA_MAX, 2);
    (void)::mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

void release_memory() {
    (void)::malloc_trim(0);
}

}  // namespace casement::app
