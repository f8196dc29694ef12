#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "dataset/compile_options.h"
#include "dataset/dataset_info.h"
#include "dataset/decoder.h"
#include "dataset/image.h"
#include "dataset/manifest.h"
#include "dataset/resize.h"

namespace dataset {

// A record's payload, or why the source is left out.
struct EncodedSample {
  std::string payload;
  std::string reject;  // empty: accepted
};

// Turns source files into records of one store (proto/FORMAT.md, section 4). Pure in the file's bytes and the options;
// keeps its buffers between calls, so one a thread.
class SampleEncoder {
 public:
  // All must live as long as the encoder. `scale` is used by the normalized store only.
  SampleEncoder(const CompileOptions& options, const std::filesystem::path& root, const Scale& scale);

  // Throws Error for a file that cannot be read or is not the one whose sha256 the manifest has.
  EncodedSample Encode(const ManifestEntry& entry, uint32_t label);

  // Roughly the bytes of the entry's payload; 0 for a file that will be refused.
  uint64_t EstimateBytes(const ManifestEntry& entry);

 private:
  Size StoredSize(int width, int height) const;
  bool PassesThrough(const ImageHeader& header, const Size& size) const;
  // Decodes file_ to picture_, at its stored size and channels.
  void Decode(const Size& size, uint32_t channels);

  const CompileOptions& options_;
  const std::filesystem::path& root_;
  const Scale& scale_;
  std::string file_;
  Image decoded_;
  Image picture_;
  std::string content_;
};

}  // namespace dataset
