#pragma once

namespace cli {

// Makes the first SIGINT or SIGTERM only set a flag, so that the tool can end in order. A second signal of the same
// kind kills the process as usual.
void CatchInterrupts();
// Whether such a signal has come.
bool Interrupted();

}  // namespace cli
