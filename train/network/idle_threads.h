#pragma once

namespace train {

// Has libtorch's threads sleep soon where they wait for the next loop. libgomp, which runs them, lets them spin for
// some 10 ms first, but for tens of microseconds if a process has more of them than there are cores: a team of two that
// is held idle makes them more. Trainings beside one another are then together as fast as one alone, and not several
// times slower. OMP_WAIT_POLICY or GOMP_SPINCOUNT in the environment decide instead; without libgomp nothing is done.
// Thread-safe; what is held stays to the end of the process.
void LetIdleThreadsSleep();

}  // namespace train
