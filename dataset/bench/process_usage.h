#pragma once

#include <cstdint>

namespace dataset {

// What the system says of this process; 0 where it does not say.
struct ProcessUsage {
  uint64_t resident = 0;       // bytes of memory now
  uint64_t peak_resident = 0;  // most so far
  uint64_t bytes_read = 0;     // by system calls, from the page cache as well
  double cpu_seconds = 0;      // of all threads
};

ProcessUsage MeasureProcess();

}  // namespace dataset
