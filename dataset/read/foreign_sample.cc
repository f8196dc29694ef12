#include "dataset/read/foreign_sample.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "dataset/base/utf8.h"
#include "dataset/codec/image_header.h"
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

bool IsChannels(int64_t number) { return number == 1 || number == 3; }

std::string_view Name(PixelLayout layout) { return layout == PixelLayout::kHwc ? "HWC" : "CHW"; }

std::optional<PixelLayout> LayoutOf(const SampleFields& fields, const ForeignFormat& format) {
  if (format.layout) return format.layout;
  const std::optional<FeatureValues> feature = fields.Read(Role::kLayout);
  if (!feature || feature->kind != Kind::kBytes || feature->count != 1) return std::nullopt;
  std::string name(feature->bytes.substr(0, 4));
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (name == "HWC") return PixelLayout::kHwc;
  if (name == "CHW") return PixelLayout::kChw;
  fields.Refuse(std::string(fields.keys().Of(Role::kLayout)) + " is neither HWC nor CHW; --layout names one for all");
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
      extent.channels = fields_.Read(Role::kChannels) ? fields_.Integer(Role::kChannels, 1, 3) : 0;
      extent.layout = layout_.value_or(PixelLayout::kHwc);
    }
    if (extent.channels == 2) fields_.Refuse("a picture of 2 channels; they must be 1 or 3");
    if (uint64_t{extent.height} * extent.width > static_cast<uint64_t>(kMaxPixels)) {
      fields_.Refuse("a picture of more than " + std::to_string(kMaxPixels) + " pixels");
    }
    return extent;
  }

 private:
  Extent OfShape(const FeatureValues& shape) const {
    const auto key = [&] { return Printable(fields_.keys().Of(Role::kShape)); };
    if (shape.kind != Kind::kIntegers || shape.count < 2 || shape.count > 3) {
      fields_.Refuse(key() + " is not two or three integers");
    }
    const auto& sides = shape.integers;
    for (size_t i = 0; i < shape.count; ++i) {
      if (sides[i] < 1 || sides[i] > kMaxPixels) {
        fields_.Refuse(key() + " has a side of " + std::to_string(sides[i]) + " pixels");
      }
    }
    const auto side = [&](size_t i) { return static_cast<uint32_t>(sides[i]); };
    if (shape.count == 2) return {side(0), side(1), 1, PixelLayout::kHwc};
    const bool last = layout_ != PixelLayout::kChw && IsChannels(sides[2]);
    const bool first = layout_ != PixelLayout::kHwc && IsChannels(sides[0]);
    if (last) return {side(0), side(1), side(2), PixelLayout::kHwc};
    if (first) return {side(1), side(2), side(0), PixelLayout::kChw};
    fields_.Refuse(key() + " " + std::to_string(sides[0]) + " x " + std::to_string(sides[1]) + " x " +
                   std::to_string(sides[2]) + " has no 1 or 3 channels " +
                   (layout_ ? "where layout " + std::string(Name(*layout_)) + " has them" : "first or last"));
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
      const bool any = fields.Find(keys.Image(Store::kCompressed)) != nullptr ||
                       fields.Find(keys.Image(Store::kRaw)) != nullptr ||
                       fields.Find(keys.Image(Store::kNormalized)) != nullptr;
      key_ = keys.Image(any ? fields.OnlyStore() : Store::kCompressed);
    }
    entry_ = fields.Find(key_);
    if (entry_ == nullptr) {
      fields.Refuse("lacks " + name() + ", but has " + fields.KeysThere() + "; --keys image=KEY,label=KEY names them");
    }
    values_ = ReadFeature(*entry_, fields.place());
    const bool one = values_.kind == Kind::kBytes && values_.count == 1;
    if (!one && values_.kind != Kind::kFloats) fields.Refuse(name() + " is neither one byte string nor floats");
  }

  bool IsImageFile() const { return !floats() && SniffImageFormat(values_.bytes).has_value(); }

  // Returns the kind of a content that is no image file.
  ForeignContent Guess(const Extent& extent) const {
    if (floats()) return ForeignContent::kFloat32;
    if (Fits(extent, 1)) return ForeignContent::kUint8;
    if (Fits(extent, sizeof(float))) return ForeignContent::kFloat32;
    fields_.Refuse(name() + " is no image file, and its " + std::to_string(values_.bytes.size()) + " bytes are not " +
                   (extent.known() ? "those of " + Text(extent) + " bytes or floats"
                                   : "told by a shape; --keys shape=KEY (or height=, width=, channels=) names it"));
  }

  bool HoldsPixels(const Extent& extent) const { return floats() || Fits(extent, 1) || Fits(extent, sizeof(float)); }

  void Put(ForeignContent content, Extent extent, Sample* out) const {
    if (content == ForeignContent::kEncoded) return PutImageFile(out);
    const uint32_t value_bytes = content == ForeignContent::kFloat32 ? sizeof(float) : 1;
    if (floats() && value_bytes == 1) fields_.Refuse(name() + " has floats, but the first record has bytes");
    if (!extent.known()) fields_.Refuse("lacks its shape; --keys shape=KEY (or height=, width=, channels=) names it");
    const uint64_t bytes = floats() ? values_.count * sizeof(float) : values_.bytes.size();
    if (!FillChannels(bytes, value_bytes, &extent)) {
      fields_.Refuse(name() + " has " + std::to_string(bytes) + " bytes, not those of " + Text(extent) +
                     (value_bytes == 1 ? " bytes" : " floats"));
    }
    out->store = value_bytes == 1 ? Store::kRaw : Store::kNormalized;
    out->format = "RAW";
    out->dtype = value_bytes == 1 ? "uint8" : "float32";
    out->layout = Name(extent.layout);
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
    out->format = format ? ImageFormatName(*format) : "";
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

}  // namespace

void ParseForeignSample(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                        const ForeignClasses& classes, const Place& place, Sample* out) {
  const SampleFields fields(payload, keys, place);
  const ContentReader content(fields);
  out->scattered.reset();
  if (format.content == ForeignContent::kEncoded || (!format.content && content.IsImageFile())) {
    content.PutImageFile(out);
  } else {
    const Extent extent = ExtentReader(fields, format).Read();
    content.Put(format.content ? *format.content : ContentOfItself(fields, content, extent), extent, out);
  }
  out->label = ForeignLabel(fields, format, classes);
  PutText(fields, Role::kText, &out->class_name);
  PutText(fields, Role::kFilename, &out->filename);
  PutText(fields, Role::kSourceId, &out->source_id);
}

uint32_t ForeignLabel(const SampleFields& fields, const ForeignFormat& format, const ForeignClasses& classes) {
  const auto key = [&] { return Printable(fields.keys().Of(Role::kLabel)); };
  const std::optional<FeatureValues> label = fields.Read(Role::kLabel);
  if (!label) fields.Refuse("lacks " + key() + ", but has " + fields.KeysThere() + "; --keys label=KEY names it");
  if (label->count == 1 && label->kind == Kind::kBytes) {
    const auto found = classes.numbers.find(label->bytes);
    if (found != classes.numbers.end()) return found->second;
    fields.Refuse(key() + " \"" + Printable(label->bytes.substr(0, 100)) +
                  (classes.numbers.empty() ? "\" is text; --classes FILE numbers the names" : "\" is no class"));
  }
  if (label->count != 1 || label->kind != Kind::kIntegers) fields.Refuse(key() + " is not one integer");
  const int64_t number = label->integers[0], first = format.label_base;
  if (number < first || number - first >= int64_t{classes.count}) {
    fields.Refuse(key() + " " + std::to_string(number) + " is not in " + std::to_string(first) + " ... " +
                  std::to_string(first + classes.count - 1));
  }
  return static_cast<uint32_t>(number - first);
}

ForeignContent ForeignContentOf(std::string_view payload, const SampleKeys& keys, const ForeignFormat& format,
                                const Place& place) {
  const SampleFields fields(payload, keys, place);
  const ContentReader content(fields);
  return content.IsImageFile() ? ForeignContent::kEncoded : content.Guess(ExtentReader(fields, format).Read());
}

}  // namespace dataset
