// What the whole process is set to before it touches a secret.
#pragma once

namespace casement::app {

/// No core dumps and no debugger of another process (both would show secrets); new files are
/// readable by this user only.
void harden_process();

/// Few memory arenas and prompt return of what is free: a server that idles should be small.
void tune_memory();

/// Gives back what starting needed and serving does not.
void release_memory();

}  // namespace casement::app
