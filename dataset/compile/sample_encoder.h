#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "dataset/catalog/dataset_info.h"
#include "dataset/catalog/manifest.h"
#include "dataset/codec/image_header.h"
#include "dataset/codec/jpeg_resizer.h"
#include "dataset/compile/compile_options.h"
#include "dataset/image/box_fit.h"
#include "dataset/image/image.h"
#include "dataset/image/pixel_sums.h"
#include "dataset/io/folder_reader.h"
#include "dataset/record/record_writer.h"
#include "dataset/sample/sample.h"

namespace dataset {

// A record's payload, or why the source is left out.
struct EncodedSample {
  ExampleShell shell;
  std::string content;  // fills the shell's hole
  uint32_t crc32c = 0;  // of the payload
  std::string reject;   // empty: accepted
  PixelSums pixels;     // of the stored picture; store raw and normalized with 1 or 3 channels

  // Lives as long as this.
  Payload payload() const;
};

// Turns source files into records of one store (proto/FORMAT.md, section 4). Pure in the file's bytes and the options;
// keeps its buffers between calls, so one a thread.
class SampleEncoder {
 public:
  // All must live as long as the encoder. `info` has the scale and the keys.
  SampleEncoder(const CompileOptions& options, const std::filesystem::path& root, const DatasetInfo& info);

  // Throws Error for a file that cannot be read or is not the one whose sha256 the manifest has. `buffer` is memory to
  // use again, such as the content of an EncodedSample that is written.
  EncodedSample Encode(const ManifestEntry& entry, uint32_t label, std::string buffer = {});

  // Only the reject and the pixels of what Encode would give for store raw.
  EncodedSample SumPixels(const ManifestEntry& entry);

  // Roughly the bytes of the entry's payload; 0 for a file without a readable header.
  uint64_t EstimateBytes(const ManifestEntry& entry);

 private:
  void ReadSource(const ManifestEntry& entry);
  uint32_t ChannelsOf(const ImageHeader& header) const;
  // Throws Error (cause only) for what is no readable picture.
  void EncodePicture(Sample* sample, PixelSums* pixels);
  bool ResizePlanes(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels);
  bool PassesThrough(const ImageHeader& header, const BoxPlacement& placement) const;
  // Decodes file_ to picture_, at its stored size and channels.
  void Decode(const ImageHeader& header, const BoxPlacement& placement, uint32_t channels);
  // Store compressed.
  void Compress(const ImageHeader& header, const BoxPlacement& placement, Sample* sample);

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
