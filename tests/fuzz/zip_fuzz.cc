// Zip archives, and whole .pth files of both kinds.
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/tensors.h"
#include "train/weights/pth.h"
#include "train/weights/zip_archive.h"

using namespace dataset;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  fuzz::Accepts([&] {
    const train::ZipArchive zip(bytes, "");
    for (const std::string_view name : zip.names()) {
      fuzz::Check(zip.Contains(name));
      fuzz::Accepts([&] {
        const std::string_view content = zip.Read(name);
        fuzz::Check(content.data() >= bytes.data() && content.size() <= bytes.size());
      });
    }
  });
  const fuzz::MemoryFile file(bytes);
  fuzz::Accepts([&] { fuzz::TouchTensors(*train::OpenPth(dataset::MappedFile(file.path()))); });
  return 0;
}
