#include "dataset/codec/jpeg_errors.h"

#include <jerror.h>

namespace dataset {
namespace {

[[noreturn]] void OnError(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  static_cast<JpegErrors*>(codec->client_data)->Fail(text);
}

bool LosesNothing(int warning) {
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_ADOBE_XFORM || warning == JWRN_JFIF_MAJOR ||
         warning == JWRN_NOT_SEQUENTIAL || warning == JWRN_BOGUS_ICC;
}

// libjpeg calls this for messages; `level` is -1 for a warning.
void OnMessage(j_common_ptr codec, int level) {
  if (level < 0 && !LosesNothing(codec->err->msg_code)) OnError(codec);
}

void OnOutput(j_common_ptr) {}

}  // namespace

void JpegErrors::Fail(const char* text) {
  std::snprintf(failure.text, sizeof(failure.text), "JPEG: %s", text);
  std::longjmp(failure.jump, 1);
}

jpeg_error_mgr* JpegErrors::Init() {
  jpeg_std_error(&manager_);
  manager_.error_exit = OnError;
  manager_.emit_message = OnMessage;
  manager_.output_message = OnOutput;
  return &manager_;
}

}  // namespace dataset
