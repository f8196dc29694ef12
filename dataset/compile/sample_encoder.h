#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/manifest.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_resizer.h"
#include "dataset/compile/compile_options.h"
#include "dataset/compile/shard_state.h"
#include "dataset/image/box_fit.h"
#include "dataset/image/image.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/io/folder_reader.h"
#include "dataset/record/record_writer.h"
#include "dataset/sample/sample.h"

namespace dataset {

// The payload of a record, or the reason why the source is left out.
struct EncodedSample {
  ExampleShell shell;
  std::string content;  // fills the hole of the shell
  uint32_t crc32c = 0;  // CRC-32C of the payload
  std::string reject;   // why the file is no readable picture; empty: it is one
  PixelSums pixels;     // sums of the stored picture, for stores raw and normalized with 1 or 3 channels
  SourceNotes notes;    // each 0 or 1

  // The result refers to this object and must not outlive it.
  Payload payload() const;
};

// Turns source files into records of one store (proto/FORMAT.md, section 4). Results depend only on the bytes of the
// file and the options. Keeps its buffers from call to call; not thread-safe, so each thread needs its own.
class SampleEncoder {
 public:
  // `options` and `info` must outlive the encoder. `info` must have the scale, the depth and the keys.
  SampleEncoder(const CompileOptions& options, const std::filesystem::path& root, const DatasetInfo& info);

  // Encodes the file of `entry`. A file that is no readable picture is a reject. Throws Error for a file that cannot be
  // read, or whose sha256 is not that of the manifest. `buffer` is memory for reuse, such as the content of an
  // EncodedSample that has been written.
  EncodedSample Encode(const ManifestEntry& entry, uint32_t label, std::string buffer = {});

  // Returns only the reject and the pixels that Encode would return for store raw; the same errors.
  EncodedSample SumPixels(const ManifestEntry& entry);

  // Estimates the payload of the entry in bytes; 0 for a file without a readable header.
  uint64_t EstimateBytes(const ManifestEntry& entry);

 private:
  void ReadSource(const ManifestEntry& entry);
  uint32_t ChannelsOf(const ImageHeader& header) const;
  // Throws Error (cause only) if file_ is no readable picture.
  void EncodePicture(Sample* sample, EncodedSample* encoded);
  // Resizes a JPEG to a JPEG in content_. Returns false if the picture must be decoded to RGB instead.
  bool ResizePlanes(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels);
  // Whether store compressed needs no change of the picture.
  bool PassesThrough(const ImageHeader& header, const BoxPlacement& placement) const;
  // Decodes file_ to picture_, with the size and channels that are stored.
  void Decode(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels, SourceNotes* notes);
  // Fills *sample for store compressed.
  void Compress(const ImageHeader& header, const BoxPlacement& placement, Sample* sample, SourceNotes* notes);

  const CompileOptions& options_;
  FolderReader root_;
  const DatasetInfo& info_;
  std::string file_;
  std::string source_id_;
  JpegResizer resizer_;
  Image decoded_;
  Image picture_;
  std::string content_;
};

}  // namespace dataset
