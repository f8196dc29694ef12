#include "tools/cli/interrupt.h"

#include <signal.h>

namespace cli {
namespace {

volatile sig_atomic_t interrupted = 0;

void OnSignal(int) { interrupted = 1; }

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A pipe whose reader is gone may be written to more than once until then.
  struct sigaction lasting = action;
  lasting.sa_flags = SA_RESTART;
  sigaction(SIGPIPE, &lasting, nullptr);
  // nohup and its like ignore it, which stays so.
  struct sigaction before = {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

bool Interrupted() { return interrupted != 0; }

}  // namespace cli
