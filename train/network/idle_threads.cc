#include "train/network/idle_threads.h"

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <future>
#include <thread>

namespace train {

namespace {

// Of libgomp's ABI: what a parallel region compiles to.
using RunRegion = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

// A thread that has run a region keeps its team until it ends.
void HoldTeam(RunRegion run, std::promise<void> held) {
  run([](void*) {}, nullptr, 2, 0);
  held.set_value();
  for (;;) pause();
}

bool StartHolding() {
  // As the libgomp that libtorch has loaded, whichever it is; libtorch's own calls would need OpenMP's flags here.
  const auto run = reinterpret_cast<RunRegion>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  if (run == nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) {
    return false;
  }
  // Signals are for threads that have something to interrupt.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::promise<void> held;
  std::future<void> done = held.get_future();
  std::thread(HoldTeam, run, std::move(held)).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  done.wait();
  return true;
}

}  // namespace

void LetIdleThreadsSleep() { [[maybe_unused]] static const bool holding = StartHolding(); }

}  // namespace train
