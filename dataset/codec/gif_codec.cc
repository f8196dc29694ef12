#include "dataset/codec/gif_codec.h"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/base/error.h"
#include "dataset/base/little_endian.h"
#include "dataset/codec/image_header.h"

namespace dataset {
namespace {

using Rgb = std::array<uint8_t, 3>;

[[noreturn]] void Fail(const std::string& cause) { throw Error("GIF: " + cause); }
[[noreturn]] void FailCutOff() { Fail("the file is cut off"); }

// What lies before the pixels of the first frame.
struct Layout {
  Size screen;
  Rect frame;
  bool interlaced = false;
  bool animated = false;
  std::string_view palette;            // three bytes a colour; empty: there is none
  std::optional<uint8_t> transparent;  // a number of a colour
};

class LayoutReader {
 public:
  explicit LayoutReader(std::string_view bytes) : rest_(bytes) {}

  Layout Read() {
    constexpr size_t kSignature = 6, kScreen = 7;
    Take(kSignature);
    const std::string_view screen = Take(kScreen);
    Layout layout;
    layout.screen = {Load16(screen, 0), Load16(screen, 2)};
    layout.palette = Palette(screen[4]);
    for (char type = TakeByte(); type != kImage; type = TakeByte()) {
      if (type == kTrailer) Fail("no frame");
      if (type != kExtension) Fail("damaged data before the first frame");
      SkipExtension(&layout.transparent);
    }
    ReadFrame(&layout);
    layout.animated = HasAnotherFrame();
    return layout;
  }

 private:
  static constexpr char kImage = 0x2c, kExtension = 0x21, kTrailer = 0x3b;

  static int Load16(std::string_view bytes, size_t offset) { return LoadLittleEndian<uint16_t>(bytes.data() + offset); }

  std::string_view Take(size_t size) {
    if (rest_.size() < size) FailCutOff();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  char TakeByte() { return Take(1)[0]; }

  std::string_view Palette(char flags) {
    constexpr uint8_t kHasPalette = 0x80, kSize = 7;
    const uint8_t byte = static_cast<uint8_t>(flags);
    return (byte & kHasPalette) == 0 ? "" : Take(size_t{3} << ((byte & kSize) + 1));
  }

  std::string_view TakeBlock() { return Take(static_cast<uint8_t>(TakeByte())); }

  void SkipBlocks() {
    while (!TakeBlock().empty()) {
    }
  }

  void SkipExtension(std::optional<uint8_t>* transparent) {
    constexpr char kGraphicControl = '\xf9';
    const bool control = TakeByte() == kGraphicControl;
    const std::string_view block = TakeBlock();
    if (control && block.size() >= 4) {
      transparent->reset();
      if ((block[0] & 1) != 0) *transparent = static_cast<uint8_t>(block[3]);
    }
    if (!block.empty()) SkipBlocks();
  }

  void ReadFrame(Layout* layout) {
    constexpr uint8_t kInterlaced = 0x40;
    const std::string_view frame = Take(9);
    layout->frame = {Load16(frame, 0), Load16(frame, 2), Load16(frame, 4), Load16(frame, 6)};
    layout->interlaced = (static_cast<uint8_t>(frame[8]) & kInterlaced) != 0;
    if (const std::string_view own = Palette(frame[8]); !own.empty()) layout->palette = own;
    TakeByte();  // bits of the first codes
    SkipBlocks();
  }

  // What is behind the first frame may be damaged or cut off.
  bool HasAnotherFrame() {
    try {
      std::optional<uint8_t> unused;
      char type = TakeByte();
      for (; type == kExtension; type = TakeByte()) SkipExtension(&unused);
      return type == kImage;
    } catch (const Error&) {
      return false;
    }
  }

  std::string_view rest_;
};

Layout ReadLayout(std::string_view bytes) {
  Layout layout = LayoutReader(bytes).Read();
  const Rect& frame = layout.frame;
  CheckPictureSize(frame.width, frame.height);
  layout.screen.width = std::max(layout.screen.width, frame.x + frame.width);
  layout.screen.height = std::max(layout.screen.height, frame.y + frame.height);
  CheckPictureSize(layout.screen.width, layout.screen.height);
  return layout;
}

std::array<Rgb, 256> Colours(std::string_view palette) {
  std::array<Rgb, 256> colours{};
  for (size_t i = 0; i < colours.size(); ++i) {
    if (palette.empty()) colours[i].fill(static_cast<uint8_t>(i));
    if (3 * i < palette.size()) std::memcpy(colours[i].data(), palette.data() + 3 * i, 3);
  }
  return colours;
}

struct Closer {
  void operator()(GifFileType* file) const {
    int error = 0;
    DGifCloseFile(file, &error);
  }
};

int OnRead(GifFileType* file, GifByteType* out, int size) {
  auto* rest = static_cast<std::string_view*>(file->UserData);
  const size_t taken = std::min(rest->size(), static_cast<size_t>(size));
  std::memcpy(out, rest->data(), taken);
  rest->remove_prefix(taken);
  return static_cast<int>(taken);
}

// Reads the frame's numbers of colours, row by row in the order of the file.
class FrameReader {
 public:
  explicit FrameReader(std::string_view bytes) : rest_(bytes) {
    int error = 0;
    file_.reset(DGifOpen(&rest_, OnRead, &error));
    if (file_ == nullptr) Fail(GifErrorString(error));
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    for (Check(DGifGetRecordType(file_.get(), &type)); type != IMAGE_DESC_RECORD_TYPE;
         Check(DGifGetRecordType(file_.get(), &type))) {
      int code = 0;
      GifByteType* block = nullptr;
      Check(DGifGetExtension(file_.get(), &code, &block));
      while (block != nullptr) Check(DGifGetExtensionNext(file_.get(), &block));
    }
    Check(DGifGetImageDesc(file_.get()));
  }

  void ReadRow(std::vector<uint8_t>* row) {
    Check(DGifGetLine(file_.get(), row->data(), static_cast<int>(row->size())));
  }

 private:
  void Check(int result) const {
    if (result == GIF_OK) return;
    const char* const cause = GifErrorString(file_->Error);
    Fail(cause == nullptr ? "damaged data" : cause);
  }

  std::string_view rest_;
  std::unique_ptr<GifFileType, Closer> file_;
};

// The places of a frame's rows, in the order of the file.
std::vector<int> RowOrder(int height, bool interlaced) {
  struct Pass {
    int first, step;
  };
  static constexpr Pass kPasses[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  std::vector<int> order;
  if (!interlaced) {
    for (int y = 0; y < height; ++y) order.push_back(y);
    return order;
  }
  for (const Pass& pass : kPasses) {
    for (int y = pass.first; y < height; y += pass.step) order.push_back(y);
  }
  return order;
}

}  // namespace

ImageHeader ReadGifHeader(std::string_view bytes) {
  const Layout layout = ReadLayout(bytes);
  ImageHeader header;
  header.format = ImageFormat::kGif;
  header.width = layout.screen.width;
  header.height = layout.screen.height;
  header.channels = 3;
  header.animated = layout.animated;
  return header;
}

void DecodeGif(std::string_view bytes, const ImageHeader& header, Image* out) {
  const Layout layout = ReadLayout(bytes);
  const std::array<Rgb, 256> colours = Colours(layout.palette);
  out->Reset(header.height, header.width, 3);
  const Rgb background = colours[layout.transparent.value_or(0)];
  for (uint8_t* pixel = out->data(); pixel != out->data() + out->bytes(); pixel += 3) {
    std::memcpy(pixel, background.data(), 3);
  }
  FrameReader reader(bytes);
  std::vector<uint8_t> row(static_cast<size_t>(layout.frame.width));
  for (const int y : RowOrder(layout.frame.height, layout.interlaced)) {
    reader.ReadRow(&row);
    uint8_t* pixel = out->row(layout.frame.y + y) + ptrdiff_t{3} * layout.frame.x;
    for (const uint8_t colour : row) {
      std::memcpy(pixel, colours[colour].data(), 3);
      pixel += 3;
    }
  }
}

}  // namespace dataset
