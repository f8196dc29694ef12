#include "dataset/sample/sample.h"

#include <cassert>
#include <cstring>
#include <utility>
#include <vector>

#include "dataset/codec/image_header.h"
#include "dataset/sample/sample_fields.h"
#include "dataset/sample/scale.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

Store StoreOf(const SampleFields& fields) {
  if (!fields.keys().image_renamed()) return fields.OnlyStore();
  if (fields.Bytes(Role::kFormat) != "RAW") return Store::kCompressed;
  return fields.Bytes(Role::kDtype) == "uint8" ? Store::kRaw : Store::kNormalized;
}

// Copies planes to interleaved pixels.
void Interleave(std::string_view planes, Image* out) {
  const size_t channels = static_cast<size_t>(out->channels()), pixels = planes.size() / channels;
  for (size_t c = 0; c < channels; ++c) {
    const char* from = planes.data() + c * pixels;
    uint8_t* to = out->data() + c;
    for (size_t i = 0; i < pixels; ++i, to += channels) *to = static_cast<uint8_t>(from[i]);
  }
}

ExampleView ExampleOf(const Sample& sample, const SampleKeys& keys) {
  ExampleView example;
  const auto bytes = [&](std::string_view key, std::string_view value) {
    example[key] = std::vector<std::string_view>{value};
  };
  const auto integers = [&](Role role, std::vector<int64_t> values) { example[keys.Of(role)] = std::move(values); };
  bytes(keys.Image(sample.store), sample.content);
  bytes(keys.Of(Role::kText), sample.class_name);
  bytes(keys.Of(Role::kFilename), sample.filename);
  bytes(keys.Of(Role::kSourceId), sample.source_id);
  bytes(keys.Of(Role::kFormat), sample.format);
  bytes(keys.Of(Role::kDtype), sample.dtype);
  bytes(keys.Of(Role::kLayout), sample.layout);
  integers(Role::kLabel, {sample.label});
  integers(Role::kHeight, {sample.height});
  integers(Role::kWidth, {sample.width});
  integers(Role::kChannels, {sample.channels});
  if (!keys.Of(Role::kShape).empty()) integers(Role::kShape, {sample.height, sample.width, sample.channels});
  return example;
}

}  // namespace

std::string SerializeSample(const Sample& sample, const SampleKeys& keys) {
  return SerializeExample(ExampleOf(sample, keys));
}

ExampleShell ShellOf(const Sample& sample, const SampleKeys& keys) {
  return SerializeAround(ExampleOf(sample, keys), sample.content);
}

Sample ParseSample(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys) {
  Sample sample;
  ParseSampleInto(payload, classes, place, keys, &sample);
  return sample;
}

void ParseSampleInto(std::string_view payload, uint32_t classes, const Place& place, const SampleKeys& keys,
                     Sample* out) {
  assert(classes > 0);
  const SampleFields fields(payload, keys, place);
  Sample& sample = *out;
  sample.store = StoreOf(fields);
  sample.content = fields.Bytes(keys.Image(sample.store));
  const bool compressed = sample.store == Store::kCompressed, normalized = sample.store == Store::kNormalized;
  sample.format = compressed ? fields.Choice(Role::kFormat, {"JPEG", "PNG"}) : fields.Choice(Role::kFormat, {"RAW"});
  sample.dtype =
      normalized ? fields.Choice(Role::kDtype, {"float32", "float16"}) : fields.Choice(Role::kDtype, {"uint8"});
  sample.layout = fields.Choice(Role::kLayout, {normalized ? "CHW" : "HWC"});
  sample.height = fields.Integer(Role::kHeight, 1, kMaxPixels);
  sample.width = fields.Integer(Role::kWidth, 1, kMaxPixels);
  sample.channels = fields.Integer(Role::kChannels, 1, 3);
  if (sample.channels == 2) fields.Refuse(std::string(keys.Of(Role::kChannels)) + " is neither 1 nor 3");
  sample.label = fields.Integer(Role::kLabel, 0, int64_t{classes} - 1);
  sample.class_name = fields.Bytes(Role::kText);
  sample.filename = fields.Bytes(Role::kFilename);
  sample.source_id = fields.Bytes(Role::kSourceId);

  // Each factor is below 2^28, so nothing overflows.
  const uint64_t pixels = uint64_t{sample.height} * sample.width;
  if (pixels > static_cast<uint64_t>(kMaxPixels)) fields.Refuse("a picture of more than kMaxPixels pixels");
  const std::string_view image = keys.Image(sample.store);
  if (compressed) {
    if (sample.content.empty()) fields.Refuse(std::string(image) + " is empty");
  } else if (const uint64_t size = pixels * sample.channels * ValueBytes(sample.dtype); sample.content.size() != size) {
    fields.Refuse(std::string(image) + " has " + std::to_string(sample.content.size()) +
                  " bytes, but height x width x channels of " + sample.dtype + " are " + std::to_string(size));
  }
}

void StoredPixels(const Sample& sample, const Scale& scale, Image* out) {
  assert(sample.store != Store::kCompressed);
  out->Reset(static_cast<int>(sample.height), static_cast<int>(sample.width), static_cast<int>(sample.channels));
  const PixelLayout layout = sample.layout == "CHW" ? PixelLayout::kChw : PixelLayout::kHwc;
  if (sample.store == Store::kRaw) {
    assert(sample.content.size() == out->bytes());
    if (layout == PixelLayout::kChw) {
      Interleave(sample.content, out);
    } else {
      std::memcpy(out->data(), sample.content.data(), out->bytes());
    }
  } else {
    if (sample.dtype != scale.dtype)
      throw Error("image/dtype " + sample.dtype + " is not the dataset's " + scale.dtype);
    if (sample.channels > scale.a.size()) throw Error("image/channels is not the dataset's");
    DecodeValues(sample.content, layout, scale, out);
  }
}

}  // namespace dataset
