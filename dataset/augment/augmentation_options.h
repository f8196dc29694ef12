#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dataset/augment/square_fit.h"
#include "dataset/augment/warp.h"
#include "dataset/base/enum_names.h"
#include "dataset/base/value_range.h"

namespace dataset {

// What an erased rectangle is filled with: the fill colour or random bytes.
enum class ErasedAs { kFill, kNoise };
constexpr auto EnumNames(ErasedAs) {
  return NameTable<ErasedAs, 2>{{{ErasedAs::kFill, "fill"}, {ErasedAs::kNoise, "noise"}}};
}

inline constexpr int kMaxImageSize = 8192;

// How a decoded picture becomes the square that a model sees. An augmentation whose range or probability is 0 is off:
// it draws nothing and changes no pixel. Augmentations are applied in the order of this list. Those that move pixels
// are joined to one warp; if there are none, the picture is resized once.
struct AugmentationOptions {
  int image_size = 224;                           // side of the square in pixels, 1 ... kMaxImageSize
  int channels = 3;                               // 1 or 3
  std::array<uint8_t, 3> fill = {124, 116, 104};  // padding, edges of kConstant, erased parts; ImageNet's mean

  // How the picture fits the square: always in evaluation, and in training if random_resized_crop is off.
  SquareFit fit = SquareFit::kCrop;
  int eval_resize = 246;  // short side in pixels before kCrop cuts out the square; at least image_size

  bool random_resized_crop = false;  // the Inception crop of torchvision's RandomResizedCrop
  double crop_scale_min = 0.35;      // area of the crop / area of the picture
  double crop_scale_max = 1.0;
  double crop_ratio_min = 3.0 / 4;  // width / height, drawn uniformly in its logarithm
  double crop_ratio_max = 4.0 / 3;

  // The warp of Keras' ImageDataGenerator about the centre of the square, then the flips. A warp also shows parts of
  // the picture that lie beside the crop; beyond the picture's edges it shows what fill_mode says, and with kPad
  // `fill`.
  double warp_probability = 1;  // probability of rotation, shift, shear and zoom together
  double rotation = 0;          // degrees, drawn from [-rotation, rotation]; 0 ... 180
  double width_shift = 0;       // in sides of the square, drawn from [-width_shift, width_shift]; 0 ... 1
  double height_shift = 0;
  double shear = 0;     // degrees, drawn from [-shear, shear]; 0 ... 60
  double zoom_min = 1;  // shown part of the square's side, drawn for each direction; below 1 magnifies; 0.1 ... 10
  double zoom_max = 1;
  FillMode fill_mode = FillMode::kNearest;
  double flip_left_right = 0;  // probability
  double flip_up_down = 0;     // probability

  // torchvision's ColorJitter, in random order. Factors are drawn from [1 - range, 1 + range].
  double jitter_probability = 1;  // probability of the next four together
  double brightness = 0;          // 0 ... 1
  double contrast = 0;            // 0 ... 1
  double saturation = 0;          // 0 ... 1
  double hue = 0;                 // turns of HSV's wheel, drawn from [-hue, hue]; 0 ... 0.5

  // torchvision's RandAugment. Its geometric ops are part of the warp, with fill_mode.
  double rand_augment_probability = 1;
  int rand_augment_ops = 0;        // 0 ... 8
  int rand_augment_magnitude = 9;  // 0 ... 30

  double trivial_augment = 0;  // probability of torchvision's TrivialAugmentWide; its geometric ops as RandAugment's

  double channel_shift_probability = 1;
  double channel_shift = 0;  // levels, drawn from [-channel_shift, channel_shift], as Keras does; 0 ... 255
  double lighting_probability = 1;
  double lighting = 0;  // standard deviation of AlexNet's PCA noise with ImageNet's eigenvectors; 0 ... 10; theirs: 0.1

  double grey = 0;              // probability
  double blur = 0;              // probability
  double blur_sigma_min = 0.1;  // pixels of the square; 0.01 ... 100
  double blur_sigma_max = 2;

  // torchvision's RandomErasing.
  double erasing = 0;               // probability
  double erasing_scale_min = 0.02;  // area of the rectangle / area of the square
  double erasing_scale_max = 0.33;
  double erasing_ratio_min = 0.3;  // height / width, drawn uniformly in its logarithm
  double erasing_ratio_max = 3.3;
  ErasedAs erased_as = ErasedAs::kFill;

  bool warps() const {
    return rotation > 0 || width_shift > 0 || height_shift > 0 || shear > 0 || zoom_min != 1 || zoom_max != 1;
  }
  bool jitters() const { return brightness > 0 || contrast > 0 || saturation > 0 || hue > 0; }
};

// Throws Error::Usage, which names the field, if an option is out of its range.
void Validate(const AugmentationOptions& options);

// Returns the name and value of every field, including those that are off but for AugmentationField::described_if_on;
// for fingerprints, and to say what differs.
std::vector<std::pair<std::string, std::string>> Describe(const AugmentationOptions& options);

// A field of AugmentationOptions.
struct AugmentationField {
  template <typename... Values>
  using MemberOf = std::variant<Values AugmentationOptions::*...>;
  using Member = MemberOf<bool, int, double, SquareFit, FillMode, ErasedAs, std::array<uint8_t, 3>>;

  std::string_view name;  // as messages and fingerprints spell it, such as "rotation"
  Member member;
  ValueRange range{};        // of a number
  std::string_view least{};  // the field whose value is the least one instead of range.least
  // How people name it: parameter `degrees` of the augmentation `rotation`; two fields that share a parameter are the
  // least and the most of a range. No augmentation: one of all of them. No parameter: people do not set it by itself.
  std::string_view augmentation{};
  std::string_view parameter{};
  std::optional<double> usual{};  // the value that turns the augmentation on
  bool described_if_on = false;   // 0 is left out of descriptions: older ones do not have the field
};

// The one list of all fields: Validate, Describe (in this order) and dtrain's --augment go by it.
std::span<const AugmentationField> AugmentationFields();

// The number of a numeric field; nullopt: the field is none.
std::optional<double> NumberOf(const AugmentationField& field, const AugmentationOptions& options);

}  // namespace dataset
