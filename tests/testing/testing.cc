#include "tests/testing/testing.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "dataset/encoder.h"
#include "dataset/file.h"
#include "dataset/random.h"

namespace dataset::testing {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string pattern = (fs::temp_directory_path() / "dstools-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = pattern;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::optional<fs::path> TestData() {
  const char* named = std::getenv("DATASET_TESTDATA");
  fs::path folder = named != nullptr ? fs::path(named) : fs::path(DSTOOLS_SOURCE_DIR) / "../shared/data";
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return std::nullopt;
  return fs::canonical(folder);
}

fs::path SourceDir() { return DSTOOLS_SOURCE_DIR; }
fs::path BinDir() { return DSTOOLS_BIN_DIR; }

void WriteFile(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string FromHex(std::string_view hex) {
  std::string digits, bytes;
  for (char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += c;
  }
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

Image MakePicture(int height, int width, int channels, uint32_t seed) {
  Rng rng(seed, Domain::kAugment, 0, 0);
  const int cx = static_cast<int>(rng.Below(width)), cy = static_cast<int>(rng.Below(height));
  const int radius = 1 + static_cast<int>(rng.Below(static_cast<uint32_t>(std::max(1, std::min(height, width) / 2))));
  const uint32_t tint[3] = {rng.Below(256), rng.Below(256), rng.Below(256)};
  Image image(height, width, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool inside = (x - cx) * (x - cx) + (y - cy) * (y - cy) < radius * radius;
      for (int c = 0; c < channels; ++c) {
        const int gradient = c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 255 * (x + y) / (width + height);
        image.row(y)[x * channels + c] = static_cast<uint8_t>(inside ? tint[c] : gradient);
      }
    }
  }
  return image;
}

std::string TinyPng(std::string_view comment) {
  Image pixel(1, 1, 3);
  for (int c = 0; c < 3; ++c) pixel.row(0)[c] = 127;
  std::string bytes;
  EncodePng(pixel, &bytes);
  return bytes.append(comment);  // readers stop before it
}

void MakeImageFolder(const fs::path& root, int classes, int per_class, int size, std::string_view extension) {
  for (int c = 0; c < classes; ++c) {
    for (int i = 0; i < per_class; ++i) {
      const uint32_t seed = static_cast<uint32_t>(c * 100003 + i);
      Image image = MakePicture(size + i % 5, size + i % 7, 3, seed);
      // A band whose colour tells the class, so that a small model can learn it.
      for (int y = 0; y < size / 3; ++y) {
        for (int x = 0; x < image.width(); ++x) {
          for (int k = 0; k < 3; ++k)
            image.row(y)[x * 3 + k] = static_cast<uint8_t>(k == c % 3 ? 230 - 40 * (c / 3) : 20);
        }
      }
      std::string bytes;
      if (extension == ".png") {
        EncodePng(image, &bytes);
      } else {
        EncodeJpeg(image, 90, &bytes);
      }
      char name[64];
      std::snprintf(name, sizeof(name), "class_%c/img_%04d", static_cast<char>('a' + c), i);
      WriteFile(root / (std::string(name) + std::string(extension)), bytes);
    }
  }
}

CommandResult RunCommand(const std::string& command) {
  TempDir dir;
  const std::string line =
      "{ " + command + "\n} >'" + (dir / "out").string() + "' 2>'" + (dir / "err").string() + "' </dev/null";
  const int status = std::system(line.c_str());
  CommandResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = ReadFile(dir / "out");
  result.err = ReadFile(dir / "err");
  return result;
}

}  // namespace dataset::testing
