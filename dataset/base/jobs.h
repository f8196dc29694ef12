#pragma once

#include <functional>
#include <optional>

namespace dataset {

// A piece of work for any thread.
using Job = std::function<void()>;

// Calls `next`, one call at a time, until it returns nullopt, and runs the jobs in parallel and in any order. Few of
// them wait at any time, so that they may own large data. Returns when all are done. If some throw, no more jobs are
// taken and the exception of the earliest one is rethrown: the same one for any number of threads.
void RunJobs(const std::function<std::optional<Job>()>& next);

}  // namespace dataset
