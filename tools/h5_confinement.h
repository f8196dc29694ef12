#pragma once

#include <cstdint>

// Gives up, before a hostile file is looked at, whatever this process could do beside computing and writing to what is
// open: no new files, sockets, processes or privileges, at most `memory` bytes more than now, `written` bytes in any
// file and `cpu_seconds`. Where the kernel has no seccomp the limits alone hold. Ends with the parent.
void Confine(uint64_t memory, uint64_t written, uint64_t cpu_seconds);
