#pragma once

#include <cstdint>

namespace dataset {

// What the system tells about this process. A number is 0 if the system does not tell it.
struct ProcessUsage {
  uint64_t resident = 0;       // bytes of memory now
  uint64_t peak_resident = 0;  // the most bytes of memory so far
  uint64_t bytes_read = 0;     // by system calls, including reads from the page cache
  double cpu_seconds = 0;      // processor time of all threads
};

ProcessUsage MeasureProcess();

}  // namespace dataset
