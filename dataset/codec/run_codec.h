#pragma once

#include <csetjmp>

#include "dataset/base/error.h"

// Errors of C codecs that must jump out of their callbacks. Internal to the decoder and the encoder.
namespace dataset {

// The error callback of a C codec writes its text here, and jumps back to RunCodec.
struct CodecFailure {
  std::jmp_buf jump;
  char text[256];
};

// Runs `step`, which calls a C codec. If the codec's error callback jumps with longjmp(failure.jump, 1), throws
// Error(failure.text). `step` must not call the codec while it holds an object with a destructor, since the jump skips
// destructors.
template <typename Step>
void RunCodec(CodecFailure& failure, const Step& step) {
  if (setjmp(failure.jump) != 0) throw Error(failure.text);
  step();
}

}  // namespace dataset
