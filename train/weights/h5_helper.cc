#include "train/weights/h5_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "dataset/base/error.h"
#include "dataset/io/descriptor.h"

extern char** environ;

namespace train {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr char kHelper[] = "dstools-h5";
constexpr size_t kMaxComplaint = 600;

// Makes a text of the helper fit for a terminal; a hostile file may have taken the helper over.
std::string Printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = c == '\n' ? ' ' : '?';
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

pid_t Spawn(const fs::path& helper, int input, int output, int complaints, const std::string& name) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, complaints, STDERR_FILENO);
  // The helper gets a process group of its own, so that Ctrl-C reaches only this program, which may have to save data.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::string program = helper.string();
  char* arguments[] = {program.data(), nullptr};
  pid_t process = -1;
  const int error = posix_spawn(&process, program.c_str(), &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw dataset::Error::System(name, "cannot start " + program, error);
  return process;
}

// Returns what is written to `pipe` until its last writer closes it; nullopt if it is still open at `deadline`.
std::optional<std::string> ReadToEnd(int pipe, Clock::time_point deadline) {
  std::string text;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd readable = {.fd = pipe, .events = POLLIN, .revents = 0};
    const int ready = poll(&readable, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
    if (ready <= 0) continue;
    char buffer[512];
    const ssize_t size = read(pipe, buffer, sizeof(buffer));
    if (size == 0) return text;
    if (size > 0) text.append(buffer, std::min(static_cast<size_t>(size), kMaxComplaint - text.size()));
  }
}

}  // namespace

fs::path FindH5Helper(const std::string& file) {
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  // Without /proc this program cannot know where it lies, and the current directory may be anyone's.
  if (!folder.is_absolute()) throw dataset::Error(file, "is HDF5, which is not read without /proc");
  fs::path candidate = (folder.filename() == "tests" ? folder.parent_path() / "bin" : folder) / kHelper;
  if (fs::exists(candidate, ignored)) return candidate;
  throw dataset::Error(file, std::string("is HDF5, which is read by the program ") + kHelper + "; install it in " +
                                 folder.string() + ", beside this one");
}

std::unique_ptr<dataset::MappedFile> RunH5Helper(const fs::path& helper, const dataset::MappedFile& file,
                                                 const std::string& name, std::chrono::milliseconds patience) {
  const auto fail = [&name](const std::string& cause) { throw dataset::Error(name, cause); };
  const Clock::time_point deadline = Clock::now() + patience;
  dataset::ScopedFd output(memfd_create(kHelper, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  int pipe[2] = {-1, -1};
  if (output.get() < 0 || pipe2(pipe, O_CLOEXEC) != 0) {
    throw dataset::Error::System(name, std::string("cannot start ") + kHelper, errno);
  }
  const dataset::ScopedFd complaints(pipe[0]);
  dataset::ScopedFd writer(pipe[1]);
  const pid_t process = Spawn(helper, file.descriptor(), output.get(), writer.get(), name);
  writer.Close();
  const std::optional<std::string> complaint = ReadToEnd(complaints.get(), deadline);
  // If the helper has ended, this changes nothing, not even its exit code. If it only closed the pipe, this ends it.
  kill(process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) throw dataset::Error::System(name, std::string("cannot wait for ") + kHelper, errno);
  }

  if (!complaint || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)) {
    fail("libhdf5 did not finish reading it in time; the file is damaged or hostile");
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    fail(std::string(kHelper) + " was killed while it read it; memory may be short");
  }
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS) {
    fail("cannot be read to its end, or was changed meanwhile");
  }
  if (WIFSIGNALED(status)) {
    fail("libhdf5 crashed while reading it (signal " + std::to_string(WTERMSIG(status)) +
         "); the file is damaged or hostile");
  }
  if (WEXITSTATUS(status) == kH5Refused) fail(Printable(*complaint));
  if (WEXITSTATUS(status) != 0) {
    fail(std::string(kHelper) + " ended with exit code " + std::to_string(WEXITSTATUS(status)) + ": " +
         Printable(*complaint));
  }
  // Sealing fails as long as another process could still change the answer.
  if (fcntl(output.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    throw dataset::Error::System(name, std::string("cannot seal the answer of ") + kHelper, errno);
  }
  return std::make_unique<dataset::MappedFile>(output.Release(), name);
}

}  // namespace train
