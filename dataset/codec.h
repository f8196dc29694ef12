#pragma once

#include <csetjmp>
#include <cstdint>

#include "dataset/decoder.h"
#include "dataset/error.h"
#include "dataset/image.h"

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

// Throws Error for an empty picture, for sides over 65500 and for more than kMaxPixels. To be called before anything of
// that size is allocated.
void CheckPictureSize(int64_t width, int64_t height);

// Throws Error if the picture has another size than options.size, or options.crop is not inside it, where these are
// set.
void CheckPicture(const DecodeOptions& options, const ImageHeader& header);

}  // namespace dataset
