#pragma once

#include <cstdint>

// Confines this process for good; must be called before a hostile file is read. Afterwards it can only compute and
// write to descriptors that are open: it cannot open files or sockets, start processes or gain privileges. It may use
// at most `memory` bytes of addresses, write at most `written` bytes to any file, and run for `cpu_seconds`; it is
// killed if its parent ends.
//
// Returns false if the system does not allow all of this, for example because the kernel has no seccomp or the
// processor is unknown here; the caller must then read nothing. A program built with sanitizers has neither the filter
// of system calls nor the limit of memory, since sanitizers cannot run with them.
[[nodiscard]] bool Confine(uint64_t memory, uint64_t written, uint64_t cpu_seconds);
