#include "dataset/inspect/augmentation_sheet.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "dataset/augment/augmentation.h"
#include "dataset/base/error.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/color.h"
#include "dataset/image/image.h"
#include "dataset/inspect/sheet_file.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"

namespace dataset {
namespace {

constexpr int kQuality = 90;
constexpr int kGap = 4;
constexpr uint8_t kPaper = 255;

// Pictures below each other, in the layout of a batch.
using Column = std::vector<uint8_t>;

class AugmentationSheet {
 public:
  explicit AugmentationSheet(const AugmentationSheetOptions& options)
      : options_(options),
        augmentation_(options.augmentation),
        mixer_(options.mix),
        originals_(Originals(options.augmentation)),
        values_(static_cast<size_t>(size()) * static_cast<size_t>(size()) * static_cast<size_t>(channels())) {
    CheckSheet(options.pictures);
  }

  void Read(Progress& progress) {
    RecordStream stream(options_.path, options_.split, options_.foreign);
    const SampleParser parser(options_.path, stream.info());
    progress.Start("drawing", options_.pictures);
    while (pictures_ < options_.pictures) {
      const auto record = stream.Next();
      if (!record) break;
      const Sample sample = parser.Parse(*record);
      try {
        Image picture;
        parser.Picture(sample, 0, &picture);
        Add(picture, static_cast<uint32_t>(record->number));
      } catch (const Error& error) {
        throw Error(record->place, error.what());
      }
      progress.Advance(1);
    }
    progress.Finish();
    if (options_.mix.mixes()) Mix();
  }

  Image Draw() const {
    const int step = size() + kGap;
    Image sheet(kGap + static_cast<int>(pictures_) * step, kGap + static_cast<int>(columns_.size()) * step, 3);
    std::fill_n(sheet.data(), sheet.bytes(), kPaper);
    for (size_t column = 0; column < columns_.size(); ++column) {
      for (size_t i = 0; i < pictures_; ++i) {
        const uint8_t* from = columns_[column].data() + i * values_;
        for (int y = 0; y < size(); ++y, from += size() * channels()) {
          uint8_t* to = sheet.row(kGap + static_cast<int>(i) * step + y) + 3 * (kGap + static_cast<int>(column) * step);
          ConvertChannels(from, channels(), static_cast<size_t>(size()), 3, to);
        }
      }
    }
    return sheet;
  }

  uint32_t pictures() const { return pictures_; }

 private:
  int size() const { return options_.augmentation.image_size; }
  int channels() const { return options_.augmentation.channels; }

  // Options that show all of the picture, on paper.
  static AugmentationOptions Originals(const AugmentationOptions& options) {
    AugmentationOptions original;
    original.image_size = original.eval_resize = options.image_size;
    original.channels = options.channels;
    original.fit = SquareFit::kPad;
    original.fill = {kPaper, kPaper, kPaper};
    return original;
  }

  void CheckSheet(uint32_t pictures) const {
    const int64_t step = size() + kGap, columns = static_cast<int64_t>(columns_.size());
    CheckPictureSize(kGap + columns * step, kGap + pictures * step);
  }

  void Add(const Image& picture, uint32_t id) {
    AddTo(0, originals_, picture, id);
    for (uint32_t epoch = 0; epoch < kAugmentationSheetEpochs; ++epoch)
      AddTo(epoch + 1, augmentation_, picture, id, epoch);
    ++pictures_;
  }

  void AddTo(size_t column, const Augmentation& augmentation, const Image& picture, uint32_t id, uint32_t epoch = 0) {
    Column& pixels = columns_[column];
    pixels.resize(pixels.size() + values_);
    Rng rng(options_.seed, Domain::kAugment, epoch, id);
    const AugmentationPlan plan = augmentation.Plan(picture.width(), picture.height(), rng);
    augmentation.ApplyPixels(picture, plan, pixels.data() + pixels.size() - values_);
  }

  void Mix() {
    for (uint32_t epoch = 0; epoch < kAugmentationSheetEpochs; ++epoch) {
      Batch batch;
      batch.size = batch.valid = static_cast<int>(pictures_);
      batch.height = batch.width = size();
      batch.channels = channels();
      batch.data = columns_[epoch + 1].data();
      batch.labels.assign(pictures_, 0);
      batch.epoch = epoch;
      mixer_.Mix(options_.seed, 1, &batch);
    }
  }

  const AugmentationSheetOptions& options_;
  const Augmentation augmentation_;
  const BatchMixer mixer_;
  const Augmentation originals_;
  const size_t values_;  // number of values of a picture
  std::array<Column, 1 + kAugmentationSheetEpochs> columns_;
  uint32_t pictures_ = 0;
};

}  // namespace

uint32_t WriteAugmentationSheet(const AugmentationSheetOptions& options, Progress& progress) {
  if (options.pictures < 1 || options.pictures > 100) throw Error::Usage("`pictures` must be 1 to 100");
  RefuseOthersSheet(options.output);
  AugmentationSheet sheet(options);
  sheet.Read(progress);
  if (sheet.pictures() == 0) throw Error(options.path, "holds no picture");
  std::string jpeg;
  EncodeJpeg(sheet.Draw(), kQuality, &jpeg);
  PublishSheet(options.output, std::move(jpeg), options.sync);
  return sheet.pictures();
}

}  // namespace dataset
