// dstools-h5 < WEIGHTS.h5 > INDEX reads a Keras file through libhdf5. Only the programs that read weights run it.
// train/weights/h5_index.h specifies its output; train/weights/h5_helper.h says why it is a program of its own.
#include <hdf5.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>

#include "tools/h5/h5_confinement.h"
#include "tools/h5/h5_layers.h"
#include "train/weights/h5_helper.h"
#include "train/weights/h5_index.h"

namespace {

// The limit of processor time, which stops a libhdf5 that runs in circles. Large real files take seconds if compressed.
uint64_t CpuSeconds(uint64_t file_size) { return 5 + (file_size >> 23); }

void Write(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw Refusal(std::string("cannot be unpacked: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<size_t>(size));
  }
}

template <typename T>
void Append(T number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void AppendString(std::string_view text, std::string* out) {
  Append(static_cast<uint32_t>(text.size()), out);
  *out += text;
}

std::string Index(const H5Layers& layers) {
  std::string index(train::kH5IndexMagic);
  Append(static_cast<uint32_t>(layers.weights().size()), &index);
  for (const H5Weight& weight : layers.weights()) {
    AppendString(weight.layer, &index);
    AppendString(weight.weight, &index);
    AppendString(weight.dtype, &index);
    Append(static_cast<uint8_t>(weight.shape.size()), &index);
    for (const uint64_t size : weight.shape) Append(size, &index);
    Append(weight.copied ? train::H5Place::kCopied : train::H5Place::kFile, &index);
    if (!weight.copied) Append(weight.offset, &index);
  }
  return index;
}

std::string_view MapInput() {
  struct stat status;
  if (fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0) {
    throw Refusal("is no file; usage: dstools-h5 < WEIGHTS.h5 > INDEX");
  }
  const size_t size = static_cast<size_t>(status.st_size);
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
  if (address == MAP_FAILED) throw Refusal(std::string("cannot be mapped: ") + std::strerror(errno));
  return {static_cast<const char*>(address), size};
}

void Run() {
  clearenv();                                        // libhdf5 would read names of drivers and plug-ins from it
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) {  // Linux before 5.9 does not have it
    for (long descriptor = sysconf(_SC_OPEN_MAX); descriptor > STDERR_FILENO; --descriptor) {
      close(static_cast<int>(descriptor));
    }
  }
  const std::string_view file = MapInput();
  if (H5open() < 0) throw Refusal("cannot be read: libhdf5 does not start");
  const uint64_t copied = train::MaxH5CopiedBytes(file.size());
  // The memory must hold the file, an unpacked tensor, the chunk that it is unpacked from, and libhdf5 itself.
  if (!Confine(file.size() + 2 * copied + (uint64_t{256} << 20), copied + (uint64_t{1} << 30),
               CpuSeconds(file.size()))) {
    throw Refusal("cannot be read here: this system does not confine processes (seccomp)");
  }
  const H5Layers layers(file);
  Write(STDOUT_FILENO, Index(layers));
  for (const H5Weight& weight : layers.weights()) {
    if (weight.copied) Write(STDOUT_FILENO, layers.Read(weight));
  }
}

}  // namespace

int main() {
  int code = 0;
  try {
    Run();
  } catch (const std::exception& error) {
    try {
      const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
      Write(STDERR_FILENO, memory ? "asks for more memory than a file of its size would; it is damaged" : error.what());
    } catch (const Refusal&) {
    }
    code = train::kH5Refused;
  }
  // Skips libhdf5's destructors, which would walk through a damaged file once more.
  _exit(code);
}
