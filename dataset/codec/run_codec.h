#pragma once

#include <csetjmp>

#include "dataset/base/error.h"

// What the files around the codec libraries share. Internal to the decoder and the encoder.
namespace dataset {

// Where the error callback of a C codec leaves its text before it jumps back to RunCodec.
struct CodecFailure {
  std::jmp_buf jump;
  char text[256];
};

// Runs `step`, calls into a C codec whose error callback ends in longjmp(failure.jump, 1), and throws
// Error(failure.text) after such a jump. `step` must not call the codec while it holds an object with a destructor.
template <typename Step>
void RunCodec(CodecFailure& failure, const Step& step) {
  if (setjmp(failure.jump) != 0) throw Error(failure.text);
  step();
}

}  // namespace dataset
