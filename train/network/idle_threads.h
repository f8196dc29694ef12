#pragma once

namespace train {

// What libtorch's threads do where they wait for the next loop. Spinning costs nothing on a quiet machine and makes
// small networks some 10 % faster; with a busy neighbour it takes the cores that the loops need, and two trainings at
// once are several times slower than one.
enum class IdleThreads { kSpin, kSleep };

// Returns what is better if a thread that computes waited for a core for `waited` (0 ... 1) of its time under `now`.
IdleThreads ChooseIdleThreads(IdleThreads now, double waited);

// libgomp, which runs the threads, lets them spin for some 10 ms, but for tens of microseconds if the process has more
// of them than there are cores. kSleep holds an idle team that makes them more, kSpin ends it. Does nothing without
// libgomp, and if OMP_WAIT_POLICY or GOMP_SPINCOUNT in the environment decide. Not thread-safe.
void SetIdleThreads(IdleThreads wanted);

// Chooses for the calling thread, twice a second at most, from how long the system says that it waited for a core
// (/proc/thread-self/schedstat; without it the threads sleep). Must be called between loops, by one thread alone; costs
// less than a microsecond between two choices. Results of loops do not depend on it.
void AdaptIdleThreads();

}  // namespace train
