#include "dataset/read/foreign_sample.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "dataset/base/ascii.h"
#include "dataset/base/utf8.h"
#include "dataset/codec/image_header.h"
#include "dataset/read/known_bytes.h"
#include "dataset/sample/sample_fields.h"
#include "dataset/sample/store.h"

namespace dataset {
namespace {

using Kind = FeatureValues::Kind;

// The shape of a picture. A number that is 0 is not known.
struct Extent {
  uint32_t height = 0;
  uint32_t width = 0;
  uint32_t channels = 0;
  PixelLayout layout = PixelLayout::kHwc;

  bool known() const { return height > 0; }
  uint64_t values() const { return uint64_t{height} * width * channels; }  // each side is below 2^28
};

constexpr char kNoAlpha[] = "pictures of 1 or 3 are read, and no option drops others, such as alpha";

bool IsChannels(int64_t number) { return number == 1 || number == 3; }

std::optional<PixelLayout> LayoutOf(const SampleFields& fields, const ForeignFormat& format) {
  if (format.layout) return format.layout;
  const std::optional<FeatureValues> feature = fields.Read(Role::kLayout);
  if (!feature || feature->kind != Kind::kBytes || feature->count != 1) return std::nullopt;
  const std::string name = AsciiLower(feature->bytes.substr(0, 4));
  if (const std::optional<PixelLayout> layout = ParseName<PixelLayout>(name)) return layout;
  fields.Refuse(std::string(fields.keys().Of(Role::kLayout)) + " is neither HWC nor CHW; `layout` names one for all");
}

// Returns what a feature holds, for a message.
std::string TextOf(const FeatureValues& values) {
  const std::string count = std::to_string(values.count);
  switch (values.kind) {
    case Kind::kNone:
      return "empty";
    case Kind::kFloats:
      return count + (values.count == 1 ? " float" : " floats");
    case Kind::kIntegers:
      return count + (values.count == 1 ? " integer" : " integers");
    case Kind::kBytes:
      return values.count == 1 ? std::to_string(values.bytes.size()) + " bytes" : count + " byte strings";
  }
  return "";
}

class ExtentReader {
 public:
  ExtentReader(const SampleFields& fields, const ForeignFormat& format)
      : fields_(fields), layout_(LayoutOf(fields, format)) {}

  Extent Read() const {
    Extent extent;
    if (const std::optional<FeatureValues> shape = fields_.Read(Role::kShape)) {
      extent = OfShape(*shape);
    } else if (fields_.Read(Role::kHeight) && fields_.Read(Role::kWidth)) {
      extent.height = fields_.Integer(Role::kHeight, 1, kMaxPixels);
      extent.width = fields_.Integer(Role::kWidth, 1, kMaxPixels);
      extent.channels = fields_.Read(Role::kChannels) ? fields_.Integer(Role::kChannels, 1, kMaxPixels) : 0;
      extent.layout = layout_.value_or(PixelLayout::kHwc);
      if (extent.channels != 0 && !IsChannels(extent.channels)) {
        fields_.Refuse("has a picture of " + std::to_string(extent.channels) + " channels; " + kNoAlpha);
      }
    }
    if (uint64_t{extent.height} * extent.width > static_cast<uint64_t>(kMaxPixels)) {
      fields_.Refuse("has a picture of more than " + std::to_string(kMaxPixels) + " pixels");
    }
    return extent;
  }

 private:
  Extent OfShape(const FeatureValues& shape) const {
    const auto key = [&] { return Printable(fields_.keys().Of(Role::kShape)); };
    std::span<const int64_t> sides(shape.integers.data(), std::min(shape.count, shape.integers.size()));
    if (shape.count == 4 && sides[0] == 1) sides = sides.subspan(1);  // a batch of one picture
    if (shape.kind != Kind::kIntegers || sides.size() < 2 || sides.size() > 3) {
      fields_.Refuse(key() + " is not two or three integers, but " + TextOf(shape) +
                     "; write it so, or name sides with `keys` height=KEY,width=KEY,channels=KEY");
    }
    for (size_t i = 0; i < sides.size(); ++i) {
      if (sides[i] < 1 || sides[i] > kMaxPixels) {
        fields_.Refuse(key() + " has a side of " + std::to_string(sides[i]) + " pixels");
      }
    }
    const auto side = [&](size_t i) { return static_cast<uint32_t>(sides[i]); };
    if (sides.size() == 2) return {side(0), side(1), 1, PixelLayout::kHwc};
    const bool last = layout_ != PixelLayout::kChw && IsChannels(sides[2]);
    const bool first = layout_ != PixelLayout::kHwc && IsChannels(sides[0]);
    if (last) return {side(0), side(1), side(2), PixelLayout::kHwc};
    if (first) return {side(1), side(2), side(0), PixelLayout::kChw};
    fields_.Refuse(key() + " " + std::to_string(sides[0]) + " x " + std::to_string(sides[1]) + " x " +
                   std::to_string(sides[2]) + " has no 1 or 3 channels " +
                   (layout_ ? "where layout " + LayoutText(*layout_) + " has them" : "first or last") + "; " +
                   kNoAlpha);
  }

  const SampleFields& fields_;
  const std::optional<PixelLayout> layout_;
};

// Reads the feature that holds the content.
class ContentReader {
 public:
  explicit ContentReader(const SampleFields& fields) : fields_(fields) {
    const SampleKeys& keys = fields.keys();
    if (keys.image_renamed()) {
      key_ = keys.Of(Role::kImage);
    } else {
      const std::span<const StoreRow> rows = StoreRows();
      const bool any = std::any_of(rows.begin(), rows.end(),
                                   [&](const StoreRow& row) { return fields.Find(keys.Image(row.store)) != nullptr; });
      key_ = keys.Image(any ? fields.OnlyStore() : Store::kCompressed);
    }
    entry_ = fields.Find(key_);
    if (entry_ == nullptr) {
      fields.Refuse("lacks " + name() + ", but has " + fields.KeysThere() + "; `keys` image=KEY,label=KEY names them");
    }
    values_ = ReadFeature(*entry_, fields.place());
    const bool one = values_.kind == Kind::kBytes && values_.count == 1;
    if (!one && values_.kind != Kind::kFloats) {
      fields.Refuse(name() + " is neither one byte string nor floats, but " + TextOf(values_) +
                    ", which no option reads as a picture");
    }
  }

  bool IsImageFile() const { return !floats() && SniffImageFormat(values_.bytes).has_value(); }

  // Returns the kind of a content that is no image file.
  ForeignContent Guess(const Extent& extent) const {
    if (floats()) return ForeignContent::kFloat32;
    if (Fits(extent, 1)) return ForeignContent::kUint8;
    if (Fits(extent, sizeof(float))) return ForeignContent::kFloat32;
    const std::string known = KnownBytes(values_.bytes);
    if (!known.empty()) {
      fields_.Refuse(name() + " is " + known + ", which no option reads; write image files, or pixels as bytes");
    }
    fields_.Refuse(name() + " is no image file, and its " + std::to_string(values_.bytes.size()) + " bytes are not " +
                   (extent.known() ? "those of " + Text(extent) + " bytes or floats" + OtherType(extent)
                                   : "told by a shape; `keys` shape=KEY (or height=, width=, channels=) names it"));
  }

  bool HoldsPixels(const Extent& extent) const { return floats() || Fits(extent, 1) || Fits(extent, sizeof(float)); }

  void Put(ForeignContent content, Extent extent, Sample* out) const {
    if (content == ForeignContent::kEncoded) return PutImageFile(out);
    const uint32_t value_bytes = content == ForeignContent::kFloat32 ? sizeof(float) : 1;
    if (floats() && value_bytes == 1) fields_.Refuse(name() + " has floats, but the first record has bytes");
    if (!extent.known()) fields_.Refuse("lacks its shape; `keys` shape=KEY (or height=, width=, channels=) names it");
    const uint64_t bytes = floats() ? values_.count * sizeof(float) : values_.bytes.size();
    if (!FillChannels(bytes, value_bytes, &extent)) {
      fields_.Refuse(name() + " has " + std::to_string(bytes) + " bytes, not those of " + Text(extent) +
                     (value_bytes == 1 ? " bytes" : " floats"));
    }
    out->store = value_bytes == 1 ? Store::kRaw : Store::kNormalized;
    out->format = "RAW";
    out->dtype = value_bytes == 1 ? "uint8" : "float32";
    out->layout = LayoutText(extent.layout);
    out->height = extent.height;
    out->width = extent.width;
    out->channels = extent.channels;
    out->content = floats() ? values_.floats : values_.bytes;
    if (floats() && out->content.size() != bytes) Gather(out);
  }

  void PutImageFile(Sample* out) const {
    if (floats()) fields_.Refuse(name() + " has floats, but the first record has an image file");
    if (values_.bytes.empty()) fields_.Refuse(name() + " is empty");
    const std::optional<ImageFormat> format = SniffImageFormat(values_.bytes);
    out->store = Store::kCompressed;
    out->content = values_.bytes;
    out->format = format ? NameOf(*format) : "";
    out->dtype = "uint8";
    out->layout = "HWC";
    out->height = out->width = out->channels = 0;
  }

 private:
  bool floats() const { return values_.kind == Kind::kFloats; }
  std::string name() const { return Printable(key_); }

  static std::string Text(const Extent& extent) {
    return std::to_string(extent.height) + " x " + std::to_string(extent.width) + " x " +
           (extent.channels == 0 ? "1 or 3" : std::to_string(extent.channels));
  }

  // Returns what the bytes of pixels may be if they are neither uint8 nor float32, or "".
  std::string OtherType(const Extent& extent) const {
    const uint64_t plane = uint64_t{extent.height} * extent.width;
    if (values_.bytes.size() == 4 * plane) return std::string("; they may have 4 channels: ") + kNoAlpha;
    for (const auto& [bytes, types] : {std::pair(2u, "uint16 or float16"), std::pair(8u, "int64 or float64")}) {
      if (Fits(extent, bytes)) return std::string("; they may be ") + types + ", which no option reads";
    }
    return "";
  }

  static bool FillChannels(uint64_t bytes, uint32_t value_bytes, Extent* extent) {
    if (extent->channels == 0) {
      const uint64_t plane = uint64_t{extent->height} * extent->width * value_bytes;
      extent->channels = bytes == plane ? 1 : bytes == 3 * plane ? 3 : 0;
    }
    return extent->channels > 0 && bytes == extent->values() * value_bytes;
  }

  bool Fits(Extent extent, uint32_t value_bytes) const {
    return extent.known() && FillChannels(values_.bytes.size(), value_bytes, &extent);
  }

  void Gather(Sample* out) const {
    const auto all = std::make_shared<const std::vector<float>>(ReadFloats(*entry_, fields_.place()));
    out->content = {reinterpret_cast<const char*>(all->data()), all->size() * sizeof(float)};
    out->scattered = all;
  }

  const SampleFields& fields_;
  std::string_view key_;
  const FeatureEntry* entry_ = nullptr;
  FeatureValues values_;
};

// Sets *out to an optional text of the record, or to "".
void PutText(const SampleFields& fields, Role role, std::string* out) {
  const std::optional<FeatureValues> feature = fields.Read(role);
  out->clear();
  if (feature && feature->kind == Kind::kBytes && feature->count == 1) *out = feature->bytes;
}

// Returns the kind of content of a record in a file of which nothing is known. If the content is no picture at all, it
// counts as a broken image file.
ForeignContent ContentOfItself(const SampleFields& fields, const ContentReader& content, const Extent& extent) {
  const SampleKeys& keys = fields.keys();
  if (!keys.image_renamed()) {
    if (fields.Find(keys.Image(Store::kNormalized)) != nullptr) {
      fields.Refuse("image/values cannot be read without the scale in dataset.json; name the dataset folder");
    }
    if (fields.Find(keys.Image(Store::kRaw)) != nullptr) return ForeignContent::kUint8;
  }
  return content.HoldsPixels(extent) ? content.Guess(extent) : ForeignContent::kEncoded;
}

void PutPicture(const SampleFields& fields, const ForeignFormat& format, Sample* out) {
  const ContentReader content(fields);
  out->scattered.reset();
  if (format.content == ForeignContent::kEncoded || (!format.content && content.IsImageFile())) {
    content.PutImageFile(out);
  } else {
    const Extent extent = ExtentReader(fields, format).Read();
    content.Put(format.content ? *format.content : ContentOfItself(fields, content, extent), extent, out);
  }
}

}  // namespace

void ParseForeignPicture(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                         const Place& place, Sample* out) {
  PutPicture(SampleFields(payload, keys, place), format, out);
}

void ParseForeignSample(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                        const ForeignClasses& classes, const Place& place, Sample* out) {
  const SampleFields fields(payload, keys, place);
  PutPicture(fields, format, out);
  out->label = ForeignLabel(fields, format, classes);
  PutText(fields, Role::kText, &out->class_name);
  PutText(fields, Role::kFilename, &out->filename);
  PutText(fields, Role::kSourceId, &out->source_id);
}

ForeignContent ForeignContentOf(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                                const Place& place) {
  const SampleFields fields(payload, keys, place);
  const ContentReader content(fields);
  return content.IsImageFile() ? ForeignContent::kEncoded : content.Guess(ExtentReader(fields, format).Read());
}

}  // namespace dataset
