#include "tools/h5_confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

namespace {

constexpr int kUnfiltered = 77;

// The wait status of a process that confines itself, then ends with what `action` returns; kUnfiltered where the
// sanitizers or the kernel leave the system calls alone.
int Confined(const std::function<int()>& action) {
  const pid_t process = fork();
  if (process == 0) {
    Confine(uint64_t{1} << 30, 1 << 20, 1);
    if (prctl(PR_GET_SECCOMP) == 0) _exit(kUnfiltered);
    _exit(action());
  }
  int status = -1;
  EXPECT_EQ(waitpid(process, &status, 0), process);
  return status;
}

bool Refused(int64_t result) { return result == -1 && errno == EPERM; }

TEST(H5ConfinementTest, NothingNewCanBeOpenedOrStarted) {
  const int status = Confined([] {
    if (!Refused(open("/dev/null", O_RDONLY))) return 1;
    if (!Refused(socket(AF_INET, SOCK_STREAM, 0))) return 2;
    if (!Refused(fork())) return 3;
    char* const arguments[] = {const_cast<char*>("true"), nullptr};
    if (!Refused(execv("/bin/true", arguments))) return 4;
    if (!Refused(kill(getppid(), 0))) return 5;
    if (!Refused(unlink("/nonexistent"))) return 6;
    if (!Refused(read(0, nullptr, 0))) return 7;
    return 0;
  });
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kUnfiltered) GTEST_SKIP() << "no filter of system calls here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(H5ConfinementTest, MemoryIsLimited) {
  const int status = Confined([] {
    const auto map = [](size_t size) {
      return mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    };
    return map(1 << 20) && !map(size_t{2} << 30) ? 0 : 1;
  });
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kUnfiltered) GTEST_SKIP() << "no limit of memory here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(H5ConfinementTest, TimeIsLimited) {
  const int status = Confined([] {
    while (true) {
      [[maybe_unused]] volatile int busy = 0;
    }
    return 0;
  });
  if (WIFEXITED(status) && WEXITSTATUS(status) == kUnfiltered) GTEST_SKIP() << "not tried";
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGXCPU);
}

}  // namespace
