#pragma once

namespace cli {

// From now on the first SIGINT or SIGTERM only sets a flag, so that the tool can end in order; the second kills it as
// usual.
void CatchInterrupts();
bool Interrupted();

}  // namespace cli
