#pragma once

#include <functional>
#include <string>

#include "dataset/compile/compile_part.h"

namespace cli {

// "2/8": the second of eight. "auto": as the job's environment says (Slurm's SLURM_PROCID and SLURM_NTASKS, or
// SLURM_ARRAY_TASK_ID, _MIN and _COUNT for an array; Open MPI's OMPI_COMM_WORLD_RANK and _SIZE; PMI_RANK and PMI_SIZE
// of others). "auto/8": the same with the number given, as Kubernetes' JOB_COMPLETION_INDEX needs it. `environment`
// gives a variable's value or nullptr, as getenv. Throws dataset::Error::Usage.
dataset::WorkerShare ParseWorker(const std::string& text, const std::function<const char*(const char*)>& environment);

}  // namespace cli
