// Turns the four IDX files of Fashion-MNIST (Debian: dataset-fashion-mnist) into OUTPUT/{train,test}/<class>/NNNNN.png.
#include <zlib.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "dataset/base/error.h"
#include "dataset/codec/encoder.h"
#include "dataset/io/sync.h"
#include "dataset/io/writable_file.h"
#include "tools/cli/cli.h"

namespace {

namespace fs = std::filesystem;
using dataset::Error;

constexpr std::array<const char*, 10> kClasses = {"t-shirt_top", "trouser", "pullover", "dress", "coat",
                                                  "sandal",      "shirt",   "sneaker",  "bag",   "ankle_boot"};
constexpr uint32_t kImagesMagic = 0x803;  // unsigned bytes, three dimensions
constexpr uint32_t kLabelsMagic = 0x801;  // unsigned bytes, one dimension
constexpr uint64_t kMaxBytes = uint64_t{1} << 30;

std::string ReadGzip(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw Error("cannot open " + path.string());
  std::string content, chunk(size_t{1} << 20, '\0');
  while (content.size() <= kMaxBytes) {
    const int count = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
    if (count < 0) throw Error(dataset::Place{path.string(), {}, content.size()}, "damaged gzip data");
    // A file that is cut off ends in the same way; ReadIdx notices it by the sizes in the header.
    if (count == 0) return content;
    content.append(chunk, 0, static_cast<size_t>(count));
  }
  throw Error(path, "inflates to more than 1 GiB");
}

uint32_t BigEndian(const std::string& bytes, size_t offset) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[offset + i]);
  return value;
}

// The content of an IDX file, which is the magic number, the length of each dimension, then the bytes.
struct Idx {
  std::array<uint32_t, 3> sizes = {1, 1, 1};
  std::string data;
};

Idx ReadIdx(const fs::path& path, uint32_t magic) {
  Idx idx;
  idx.data = ReadGzip(path);
  const size_t dimensions = magic & 0xff;
  const size_t header = 4 + 4 * dimensions;
  if (idx.data.size() < header || BigEndian(idx.data, 0) != magic) {
    throw Error(dataset::Place{path.string(), {}, 0}, "not the IDX file that its name says");
  }
  uint64_t bytes = 1;
  for (size_t i = 0; i < dimensions; ++i) {
    idx.sizes[i] = BigEndian(idx.data, 4 + 4 * i);
    if (idx.sizes[i] > kMaxBytes || (bytes *= idx.sizes[i]) > kMaxBytes) {
      throw Error(dataset::Place{path.string(), {}, 4 + 4 * i}, "impossible size");
    }
  }
  idx.data.erase(0, header);
  if (idx.data.size() != bytes) {
    throw Error(path,
                std::to_string(idx.data.size()) + " bytes of data where the header says " + std::to_string(bytes));
  }
  return idx;
}

void Convert(const fs::path& source, const std::string& prefix, const fs::path& output, dataset::Progress& progress) {
  const Idx images = ReadIdx(source / (prefix + "-images-idx3-ubyte.gz"), kImagesMagic);
  const Idx labels = ReadIdx(source / (prefix + "-labels-idx1-ubyte.gz"), kLabelsMagic);
  const auto [count, height, width] = images.sizes;
  if (labels.sizes[0] != count) throw Error(source.string() + ": as many " + prefix + " labels as images are needed");
  for (const char* name : kClasses) fs::create_directories(output / name);

  dataset::Image image(static_cast<int>(height), static_cast<int>(width), 1);
  std::string png;
  progress.Start(output.filename().string(), count);
  for (size_t i = 0; i < count; ++i) {
    const uint8_t label = static_cast<uint8_t>(labels.data[i]);
    if (label >= kClasses.size()) throw Error("label " + std::to_string(label) + " of " + prefix + " is no class");
    std::memcpy(image.data(), images.data.data() + i * image.bytes(), image.bytes());
    dataset::EncodePng(image, &png);
    char name[32];
    std::snprintf(name, sizeof(name), "%05zu.png", i);
    dataset::WritableFile file(output / kClasses[label] / name);
    file.Append(png);
    file.Close(dataset::Sync::kNo);
    progress.Advance(1);
  }
  progress.Finish();
}

int Run(const fs::path& source, const fs::path& output) {
  if (fs::exists(output)) {
    cli::Say(output.string() + " is there already");
    return cli::kDone;
  }
  const fs::path incomplete = output.string() + ".incomplete";
  fs::remove_all(incomplete);
  const auto progress = cli::MakeProgress();
  Convert(source, "train", incomplete / "train", *progress);
  Convert(source, "t10k", incomplete / "test", *progress);
  fs::rename(incomplete, output);
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  const cli::Tool tool = {.name = "fashion_mnist_to_png",
                          .what = "Turns Fashion-MNIST's IDX files into a folder of PNGs",
                          .examples = {{"Write fashion/{train,test}/CLASS/NNNNN.png",
                                        "fashion_mnist_to_png /usr/share/datasets/fashion-mnist -o fashion"}},
                          .groups = {}};
  return cli::RunTool(argc, argv, tool, [](CLI::App& app) -> cli::Body {
    auto source = std::make_shared<std::string>();
    auto output = std::make_shared<std::string>();
    app.add_option("source", *source, "Folder of the four .gz files")->required();
    app.add_option("-o,--output", *output, "Folder to write")->type_name("FOLDER")->required();
    return [source, output] { return Run(*source, *output); };
  });
}
