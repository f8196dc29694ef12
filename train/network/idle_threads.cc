#include "train/network/idle_threads.h"

#include <dlfcn.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>

namespace train {

namespace {

using Clock = std::chrono::steady_clock;

// Of libgomp's ABI: what a parallel region compiles to.
using RunRegion = void (*)(void (*body)(void*), void* data, unsigned threads, unsigned flags);

// Returns null if nothing is to be done. As the libgomp that libtorch has loaded, whichever it is; libtorch's own calls
// would need OpenMP's flags here.
RunRegion FindRunRegion() {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return nullptr;
  return reinterpret_cast<RunRegion>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
}

// More threads than cores, whatever else runs. A thread that has run a region keeps its team until it ends.
class IdleTeam {
 public:
  explicit IdleTeam(RunRegion run) {
    // Signals are for threads that have something to interrupt.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this, run] {
      run([](void*) {}, nullptr, std::thread::hardware_concurrency() + 1, 0);
      held_.release();
      end_.acquire();
    });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    held_.acquire();
  }
  ~IdleTeam() {
    end_.release();
    thread_.join();
  }
  IdleTeam(const IdleTeam&) = delete;
  IdleTeam& operator=(const IdleTeam&) = delete;

 private:
  std::binary_semaphore held_{0}, end_{0};
  std::thread thread_;
};

// Seconds that this thread has waited for a core while it could run.
std::optional<double> SecondsWaited() {
  std::ifstream file("/proc/thread-self/schedstat");
  double ran = 0, waited = 0;  // in ns, since the thread began
  if (!(file >> ran >> waited)) return std::nullopt;
  return waited / 1e9;
}

struct Adaptation {
  IdleThreads now = IdleThreads::kSpin;
  std::unique_ptr<IdleTeam> team;
  std::optional<double> waited;
  Clock::time_point since;
};

// Never destroyed: a thread must not be joined while the process ends.
Adaptation& State() {
  static Adaptation& state = *new Adaptation;
  return state;
}

}  // namespace

IdleThreads ChooseIdleThreads(IdleThreads now, double waited) {
  // Alone, 0.003 to 0.03 was seen with either; with a neighbour on all cores 0.35 to 0.5; with one on half of them 0.2.
  return waited > (now == IdleThreads::kSpin ? 0.1 : 0.05) ? IdleThreads::kSleep : IdleThreads::kSpin;
}

void SetIdleThreads(IdleThreads wanted) {
  static const RunRegion run = FindRunRegion();
  Adaptation& state = State();
  if (run == nullptr || wanted == state.now) return;
  state.team = wanted == IdleThreads::kSleep ? std::make_unique<IdleTeam>(run) : nullptr;
  state.now = wanted;
}

void AdaptIdleThreads() {
  constexpr std::chrono::milliseconds kWindow(500);
  Adaptation& state = State();
  const Clock::time_point now = Clock::now();
  const std::chrono::duration<double> passed = now - state.since;
  if (passed < kWindow) return;
  const std::optional<double> waited = SecondsWaited();
  if (!waited) {
    SetIdleThreads(IdleThreads::kSleep);
  } else if (state.waited) {
    SetIdleThreads(ChooseIdleThreads(state.now, (*waited - *state.waited) / passed.count()));
  }
  state.waited = waited;
  state.since = now;
}

}  // namespace train
