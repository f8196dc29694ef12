#include "dataset/image_folder.h"

#include <sys/stat.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string_view>
#include <utility>

#include "dataset/decoder.h"
#include "dataset/error.h"
#include "dataset/file.h"
#include "dataset/utf8.h"

namespace dataset {
namespace {

namespace fs = std::filesystem;

constexpr size_t kSniffBytes = 16;

struct stat Stat(const fs::path& path) {
  struct stat status;
  if (stat(path.c_str(), &status) == 0) return status;
  if (errno == ELOOP) throw Error(Place{path.string(), {}, {}}, "a loop of links");
  throw Error::System(path.string(), "cannot read", errno);
}

// Bytewise, so that the order of readdir is forgotten.
std::vector<std::string> SortedNames(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
    names.push_back(i->path().filename().string());
  }
  if (error) throw Error::System(folder.string(), "cannot read the folder", error.value());
  std::sort(names.begin(), names.end());
  return names;
}

class Walker {
 public:
  explicit Walker(const fs::path& root) : root_(root) {}

  // Collects every visible regular file, image or not, in `images`.
  ImageFolder Walk() {
    Visit("", Stat(root_));
    std::sort(found_.folders.begin(), found_.folders.end());
    std::sort(found_.not_images.begin(), found_.not_images.end());
    std::sort(found_.images.begin(), found_.images.end(),
              [](const ImageFile& a, const ImageFile& b) { return a.path < b.path; });
    return std::move(found_);
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;

  // `folder` is "" or ends in a slash.
  void Visit(const std::string& folder, const struct stat& status) {
    const Identity identity(status.st_dev, status.st_ino);
    if (std::find(parents_.begin(), parents_.end(), identity) != parents_.end()) {
      throw Error(Place{(root_ / folder).parent_path().string(), {}, {}},
                  "a link to a folder that it lies in; remove the link");
    }
    parents_.push_back(identity);
    for (const std::string& name : SortedNames(root_ / folder)) {
      if (name.front() == '.') {
        ++found_.hidden;
      } else {
        Add(folder + name);
      }
    }
    parents_.pop_back();
  }

  void Add(const std::string& path) {
    if (!IsUtf8(path)) {
      throw Error(Place{Printable((root_ / path).string()), {}, {}}, "the name is not UTF-8; rename it");
    }
    const struct stat status = Stat(root_ / path);
    if (S_ISDIR(status.st_mode)) {
      found_.folders.push_back(path);
      Visit(path + "/", status);
    } else if (S_ISREG(status.st_mode)) {
      found_.images.push_back({path, static_cast<uint64_t>(status.st_size)});
    } else {
      found_.not_images.push_back(path);
    }
  }

  const fs::path root_;
  ImageFolder found_;
  std::vector<Identity> parents_;
};

bool IsImage(const fs::path& path) {
  std::array<char, kSniffBytes> bytes;
  const size_t size = ReadableFile(path).ReadAt(0, bytes.size(), bytes.data());
  return SniffImageFormat(std::string_view(bytes.data(), size)).has_value();
}

}  // namespace

ImageFolder ScanImageFolder(const fs::path& root, Progress& progress) {
  ImageFolder found = Walker(root).Walk();

  std::vector<char> is_image(found.images.size());
  std::vector<std::exception_ptr> failures(found.images.size());
  progress.Start("reading the files' first bytes", found.images.size());
  tbb::parallel_for(tbb::blocked_range<size_t>(0, found.images.size(), 64), [&](const auto& range) {
    for (size_t i = range.begin(); i != range.end(); ++i) {
      try {
        is_image[i] = IsImage(root / found.images[i].path);
      } catch (const Error&) {
        failures[i] = std::current_exception();
      }
    }
    progress.Advance(range.size());
  });
  progress.Finish();

  std::vector<ImageFile> images;
  for (size_t i = 0; i < found.images.size(); ++i) {
    if (failures[i]) std::rethrow_exception(failures[i]);
    if (is_image[i]) {
      images.push_back(std::move(found.images[i]));
    } else {
      found.not_images.push_back(std::move(found.images[i].path));
    }
  }
  found.images = std::move(images);
  std::sort(found.not_images.begin(), found.not_images.end());
  return found;
}

}  // namespace dataset
