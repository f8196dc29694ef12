#pragma once

#include <functional>
#include <string>

#include "dataset/compile/compile_part.h"

namespace cli {

// Parses the value of --worker:
//   2/8     the second of eight workers
//   auto    index and number from the job's environment: Slurm's SLURM_PROCID and SLURM_NTASKS, or SLURM_ARRAY_TASK_ID,
//           _MIN and _COUNT for an array; Open MPI's OMPI_COMM_WORLD_RANK and _SIZE; PMI_RANK and PMI_SIZE of others
//   auto/8  the index from the environment, of eight workers; for Kubernetes, whose JOB_COMPLETION_INDEX comes alone
// `environment` returns the value of a variable or nullptr, as getenv does. Throws dataset::Error::Usage.
dataset::WorkerShare ParseWorker(const std::string& text, const std::function<const char*(const char*)>& environment);

}  // namespace cli
