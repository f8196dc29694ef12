#pragma once

#include <functional>
#include <optional>

namespace dataset {

// A piece of work that may run in any thread.
using Job = std::function<void()>;

// Runs jobs in parallel, in any order, and returns when all of them are done. `next` gives the next job, or nullopt
// after the last one; it is called by one thread at a time, in whichever thread. At most four jobs for each thread
// exist at a time, so a job may own large data. If a job or `next` throws, no more jobs are taken and, once the running
// ones are done, the exception of the earliest job is rethrown: the same one for any number of threads.
void RunJobs(const std::function<std::optional<Job>()>& next);

}  // namespace dataset
