#include "dataset/inspect/contact_sheet.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/base/jobs.h"
#include "dataset/base/utf8.h"
#include "dataset/codec/encoder.h"
#include "dataset/codec/image_header.h"
#include "dataset/image/color.h"
#include "dataset/image/image.h"
#include "dataset/image/resize.h"
#include "dataset/inspect/sheet_file.h"
#include "dataset/read/record_stream.h"
#include "dataset/read/sample_parser.h"

namespace dataset {
namespace {

constexpr int kQuality = 90;
constexpr int kGap = 4;
constexpr int kMaxHeight = 16384;  // in pixels, of a column of classes
constexpr int kLineHeight = 16;
constexpr int kMaxTextWidth = 240;
constexpr size_t kMaxTextBytes = 1000;
constexpr double kFontScale = 0.4;
constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kPaper(255, 255, 255);

struct Picture {
  Image image;         // empty if unreadable
  std::string reason;  // why it is unreadable
};

struct Row {
  std::string name;
  uint64_t records = 0;
  std::deque<Picture> pictures;  // a deque, since jobs keep pointers to their own
};

int TextWidth(const std::string& text) { return cv::getTextSize(text, kFont, kFontScale, 1, nullptr).width; }

// Makes a text drawable: OpenCV's font has only ASCII, so each other character becomes one '?'. Cuts the text to
// kMaxTextWidth.
std::string Drawable(const std::string& text) {
  std::string drawable;
  for (const char c : Printable(std::string_view(text).substr(0, kMaxTextBytes))) {
    const bool ascii = (c & 0x80) == 0, continues = (c & 0xc0) == 0x80;
    if (!continues) drawable += ascii ? c : '?';
  }
  if (TextWidth(drawable) <= kMaxTextWidth) return drawable;
  do drawable.pop_back();
  while (TextWidth(drawable + "...") > kMaxTextWidth);
  return drawable + "...";
}

cv::Mat Wrap(const Image& image) {
  return {image.height(), image.width(), CV_8UC(image.channels()), const_cast<uint8_t*>(image.data()), image.stride()};
}

// Returns the picture in RGB, with a longer side of `size` pixels.
Image Thumbnail(const Image& picture, int size) {
  const int longer = std::max(picture.width(), picture.height());
  const auto scaled = [&](int side) { return std::max(1, static_cast<int>(int64_t{side} * size / longer)); };
  Image resized;
  ResizeImage(picture, Rect{0, 0, picture.width(), picture.height()}, scaled(picture.width()), scaled(picture.height()),
              Interpolation::kAuto, &resized);
  Image thumbnail(resized.height(), resized.width(), 3);
  ConvertChannels(resized.data(), resized.channels(), static_cast<size_t>(resized.height()) * resized.width(), 3,
                  thumbnail.data());
  return thumbnail;
}

class ContactSheet {
 public:
  explicit ContactSheet(const ContactSheetOptions& options)
      : options_(options),
        size_(static_cast<int>(options.size)),
        stream_(options.path, options.split, options.foreign),
        parser_(options.path, stream_.info()) {
    if (stream_.info()) AddClasses(*stream_.info());
  }

  void Read(Progress& progress) {
    progress.Start("drawing", wanted_);
    RunJobs([&] { return NextJob(progress); });
    progress.Finish();
  }

  Image Draw() const {
    int text_width = 0;
    for (const auto& [label, row] : rows_) {
      text_width = std::max({text_width, TextWidth(Drawable(row.name)), TextWidth(Facts(label, row))});
    }
    const int64_t rows = std::max<int64_t>(1, static_cast<int64_t>(rows_.size()));
    const int64_t row_height = std::max(size_, 2 * kLineHeight) + kGap;
    const int64_t block_width = 2 * kGap + text_width + int64_t{options_.per_class} * (size_ + kGap);
    const int64_t blocks = (rows * row_height + kMaxHeight - 1) / kMaxHeight;
    const int64_t rows_of_block = (rows + blocks - 1) / blocks;
    Image sheet = Canvas(rows_of_block * row_height + kGap, blocks * block_width + kGap);

    int64_t number = 0;
    for (const auto& [label, row] : rows_) {
      const int x = kGap + static_cast<int>(number / rows_of_block * block_width);
      const int y = kGap + static_cast<int>(number % rows_of_block * row_height);
      DrawText(Drawable(row.name), x, y, &sheet);
      DrawText(Facts(label, row), x, y + kLineHeight, &sheet);
      for (size_t i = 0; i < row.pictures.size(); ++i) {
        DrawPicture(row.pictures[i], x + text_width + kGap + static_cast<int>(i) * (size_ + kGap), y, &sheet);
      }
      ++number;
    }
    return sheet;
  }

  ContactSheetReport Report() const {
    ContactSheetReport report;
    report.classes = static_cast<uint32_t>(rows_.size());
    for (const auto& [label, row] : rows_) {
      report.pictures += row.pictures.size();
      for (const Picture& picture : row.pictures) {
        if (!picture.reason.empty()) report.unreadable.push_back(picture.reason);
      }
    }
    return report;
  }

 private:
  void AddClasses(const DatasetInfo& info) {
    for (uint32_t label = 0; label < info.classes.size(); ++label) {
      Row row;
      row.name = info.classes[label];
      for (const DatasetSplit& split : info.splits) {
        if (!options_.split || split.split == *options_.split) row.records += split.records_per_class[label];
      }
      if (info.foreign && row.records == 0) continue;  // labels of others may be any numbers
      wanted_ += std::min<uint64_t>(row.records, options_.per_class);
      rows_.emplace(label, std::move(row));
    }
  }

  // Returns the job of the next picture that is wanted. A file is read to its end, because nothing else tells how many
  // records it has.
  std::optional<Job> NextJob(Progress& progress) {
    while (!stream_.info() || taken_ < wanted_) {
      auto record = stream_.Next();
      if (!record) return std::nullopt;
      auto payload = std::make_shared<const std::string>(record->payload);
      record->payload = *payload;
      const Sample sample = parser_.Parse(*record);
      Row& row = rows_[sample.label];
      if (!stream_.info()) {
        if (++row.records == 1) row.name = sample.class_name;
      }
      if (row.pictures.size() == options_.per_class) continue;
      RefuseAbove(++taken_ * options_.size * options_.size);
      Picture* picture = &row.pictures.emplace_back();
      return [this, payload, place = record->place, sample, picture, &progress] {
        Decode(sample, place, picture);
        progress.Advance(1);
      };
    }
    return std::nullopt;
  }

  void Decode(const Sample& sample, const Place& place, Picture* picture) const {
    thread_local Image decoded;
    try {
      parser_.Picture(sample, size_, &decoded);
      picture->image = Thumbnail(decoded, size_);
    } catch (const Error& error) {
      picture->reason = Error(place, error.what()).what();
    }
  }

  static void RefuseAbove(uint64_t pixels) {
    if (pixels > static_cast<uint64_t>(kMaxPixels)) {
      throw Error("the sheet would have more than " + std::to_string(kMaxPixels) +
                  " pixels; lower `per_class` or `size`");
    }
  }

  static Image Canvas(int64_t height, int64_t width) {
    RefuseAbove(static_cast<uint64_t>(height * width));
    CheckPictureSize(width, height);
    Image sheet(static_cast<int>(height), static_cast<int>(width), 3);
    Wrap(sheet).setTo(kPaper);
    return sheet;
  }

  static std::string Facts(uint32_t label, const Row& row) {
    return std::to_string(label) + ": " + std::to_string(row.records) + (row.records == 1 ? " record" : " records");
  }

  static void DrawText(const std::string& text, int x, int y, Image* sheet) {
    cv::Mat canvas = Wrap(*sheet);
    cv::putText(canvas, text, {x, y + kLineHeight - 5}, kFont, kFontScale, kInk, 1, cv::LINE_AA);
  }

  void DrawPicture(const Picture& picture, int x, int y, Image* sheet) const {
    cv::Mat canvas = Wrap(*sheet);
    if (picture.reason.empty()) {
      const cv::Rect place(x, y, picture.image.width(), picture.image.height());
      Wrap(picture.image).copyTo(canvas(place));
      return;
    }
    const int end = size_ - 1;
    cv::rectangle(canvas, {x, y}, {x + end, y + end}, kInk);
    cv::line(canvas, {x, y}, {x + end, y + end}, kInk);
    cv::line(canvas, {x + end, y}, {x, y + end}, kInk);
  }

  const ContactSheetOptions& options_;
  const int size_;
  RecordStream stream_;
  const SampleParser parser_;
  std::map<uint32_t, Row> rows_;  // by label
  uint64_t wanted_ = 0;           // pictures; 0 for a file, where it is not known
  uint64_t taken_ = 0;
};

}  // namespace

ContactSheetReport WriteContactSheet(const ContactSheetOptions& options, Progress& progress) {
  if (options.per_class < 1 || options.per_class > 1000) throw Error::Usage("`per_class` must be 1 to 1000");
  if (options.size < 16 || options.size > 1024) throw Error::Usage("`size` must be 16 to 1024");
  RefuseOthersSheet(options.output);
  ContactSheet sheet(options);
  sheet.Read(progress);
  std::string jpeg;
  EncodeJpeg(sheet.Draw(), kQuality, &jpeg);
  PublishSheet(options.output, std::move(jpeg), options.sync);
  return sheet.Report();
}

}  // namespace dataset
