#include "app/process.h"

#include <cstdint>

#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace casement::app {

// The leak checker attaches to the process like a debugger.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CASEMENT_LEAK_CHECKER 1
#endif
#endif

namespace {

/// Whether the loader has written into parts that cannot be written to: those are not as in the
/// file.
bool is_patched(const dl_phdr_info& object) {
    for (ElfW(Half) i = 0; i < object.dlpi_phnum; ++i) {
        const auto& part = object.dlpi_phdr[i];
        if (part.p_type != PT_DYNAMIC) continue;
        // The loader's own list, ended by DT_NULL.
        const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + part.p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) {
            if (entry->d_tag == DT_TEXTREL) return true;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return true;
        }
    }
    return false;
}

/// Tables by which the loader moved an object to its place and found its symbols, read once. What
/// is asked for again comes from the file.
int let_go_of_tables(dl_phdr_info* object, std::size_t /*size*/, void* page_size) {
    if (is_patched(*object)) return 0;
    const auto page = *static_cast<const std::uintptr_t*>(page_size);
    for (ElfW(Half) i = 0; i < object->dlpi_phnum; ++i) {
        const auto& part = object->dlpi_phdr[i];
        if (part.p_type != PT_LOAD || part.p_flags != PF_R) continue;
        const auto start = (object->dlpi_addr + part.p_vaddr) / page * page;
        const auto end = object->dlpi_addr + part.p_vaddr + part.p_filesz;
        (void)::madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

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
    auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    ::dl_iterate_phdr(let_go_of_tables, &page);
}

}  // namespace casement::app
