#pragma once

namespace cli {

// Makes the first SIGINT, SIGTERM or SIGHUP only set a flag, so that the tool can end in order. A second signal of the
// same kind kills the process as usual. A SIGHUP that is ignored stays so. SIGPIPE only sets the flag, however often.
void CatchInterrupts();
// Whether such a signal has come.
bool Interrupted();

}  // namespace cli
