#pragma once

#include <cstdint>

// Gives up, before a hostile file is looked at, whatever this process could do beside computing and writing to what is
// open: no new files, sockets, processes or privileges, at most `memory` bytes of addresses, `written` bytes in any
// file and `cpu_seconds`. Ends with the parent. False if the system denies any of it, as where the kernel has no
// seccomp or the processor is not known here: nothing is to be read then. Sanitizers can live neither with the filter
// of system calls nor with the limit of memory; built with them, a program has the others alone.
[[nodiscard]] bool Confine(uint64_t memory, uint64_t written, uint64_t cpu_seconds);
