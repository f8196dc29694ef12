#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/image/image.h"
#include "dataset/record/example.h"
#include "dataset/sample/sample_keys.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {

// The content of one record (proto/FORMAT.md, section 4).
struct Sample {
  Store store = Store::kCompressed;
  std::string_view content;  // image file, raw pixels or values; points into the record or into `scattered`
  std::string format;        // JPEG, PNG, RAW; in other programs' records another image format or empty
  std::string dtype;         // of the stored or decoded values: uint8, float32, float16
  std::string layout;        // HWC or CHW
  uint32_t height = 0;       // of the stored, upright picture; 0 if not known
  uint32_t width = 0;
  uint32_t channels = 0;
  uint32_t label = 0;
  std::string class_name;
  std::string filename;
  std::string source_id;
  std::shared_ptr<const std::vector<float>> scattered;  // owns `content` if the record has its floats one by one
};

// Returns the payload of the sample's record, in canonical bytes.
std::string SerializeSample(const Sample& sample, const SampleKeys& keys = {});
// As above, without the content's bytes.
ExampleShell ShellOf(const Sample& sample, const SampleKeys& keys);

// Parses an untrusted payload without copying the content. Throws Error at `place` for a missing key, a wrong type, a
// content whose size does not match height x width x channels x dtype, and a label >= `classes`. `classes` must not be
// 0. The payload must outlive the result.
Sample ParseSample(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys = {});
// As above, but without an allocation if the strings of *out have enough capacity.
void ParseSampleInto(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys,
                     Sample* out);

// Sets *out to the stored pixels of a raw or normalized sample, as bytes 0 ... 255 in HWC. Values become bytes again by
// `scale`. Throws Error (cause only, without a place) if the sample's dtype or channels are not those of the scale,
// and, if the scale is exact, for a value that is no byte.
void StoredPixels(const Sample& sample, const Scale& scale, Image* out);

}  // namespace dataset
