#include "train/features/npy_file.h"

#include <fcntl.h>

#include <utility>

namespace train {

namespace {

// Enough for eight sides of any length, and a multiple of 64, as numpy asks.
constexpr size_t kHeaderBytes = 256;

std::string Header(const std::string& type, const std::vector<int64_t>& shape) {
  constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
  constexpr size_t kTextBytes = kHeaderBytes - kMagic.size() - 2;
  std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
  for (const int64_t side : shape) text += std::to_string(side) + ", ";
  text.resize(text.size() - (shape.size() == 1 ? 1 : 2));  // Python's tuple of one number ends with a comma
  text += "), }";
  text.resize(kTextBytes - 1, ' ');
  text += '\n';
  return std::string(kMagic) + static_cast<char>(kTextBytes & 0xff) + static_cast<char>(kTextBytes >> 8) + text;
}

}  // namespace

NpyFile::NpyFile(const std::filesystem::path& path, std::string type, std::vector<int64_t> row)
    : path_(path),
      type_(std::move(type)),
      row_(std::move(row)),
      fd_(dataset::OpenDescriptor(path, O_WRONLY | O_CREAT | O_TRUNC, "cannot create")) {
  dataset::WriteAll(fd_.get(), path_, std::string(kHeaderBytes, '\0'));
}

void NpyFile::Append(std::string_view rows) { dataset::WriteAll(fd_.get(), path_, rows); }

void NpyFile::Close(int64_t rows, dataset::Sync sync) {
  std::vector<int64_t> shape = row_;
  shape.insert(shape.begin(), rows);
  lseek(fd_.get(), 0, SEEK_SET);
  dataset::WriteAll(fd_.get(), path_, Header(type_, shape));
  if (sync == dataset::Sync::kYes) dataset::SyncDescriptor(fd_.get(), path_);
  fd_.Close();
}

}  // namespace train
