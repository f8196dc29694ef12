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

// One record's content (proto/FORMAT.md, section 4).
struct Sample {
  Store store = Store::kCompressed;
  std::string_view content;  // encoded file, raw pixels or values; points into the caller's bytes
  std::string format;        // JPEG, PNG, RAW
  std::string dtype;
  std::string layout;   // HWC, CHW
  uint32_t height = 0;  // of the stored, upright picture
  uint32_t width = 0;
  uint32_t channels = 0;
  uint32_t label = 0;
  std::string class_name;
  std::string filename;
  std::string source_id;
  std::shared_ptr<const std::vector<float>> scattered;  // behind `content` where a record has its floats one by one
};

// The record's payload; canonical bytes.
std::string SerializeSample(const Sample& sample, const SampleKeys& keys = {});
// The same without the content.
ExampleShell ShellOf(const Sample& sample, const SampleKeys& keys);

// Parses a payload without copying the content. Untrusted: throws Error at `place` for missing keys, a wrong type, a
// content whose size does not match height x width x channels x dtype, or a label >= classes.
Sample ParseSample(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys = {});
// The same without allocating, once the strings of *out are long enough.
void ParseSampleInto(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys,
                     Sample* out);

// The stored pixels of a raw or normalized sample, as bytes 0..255; recovers bytes from values by `scale`.
// Throws Error (cause only) if the sample's dtype or channels are not the scale's, and for a value of no byte if the
// scale is exact.
void StoredPixels(const Sample& sample, const Scale& scale, Image* out);

}  // namespace dataset
