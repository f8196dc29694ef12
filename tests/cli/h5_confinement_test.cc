#include "tools/h5/h5_confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <string>

namespace {

constexpr int kUnfiltered = 77, kUnconfined = 78;
constexpr uint64_t kMemory = uint64_t{1} << 30, kWritten = 1 << 20;

// Returns the wait status of a process that does `before`, confines itself, then ends with what `action` returns. The
// status is kUnfiltered if sanitizers prevent the filter of system calls, kUnconfined if it cannot confine itself.
int Confined(
    const std::function<int()>& action, const std::function<void()>& before = [] {}) {
  const pid_t process = fork();
  if (process == 0) {
    before();
    if (!Confine(kMemory, kWritten, 1)) _exit(kUnconfined);
    if (prctl(PR_GET_SECCOMP) == 0) _exit(kUnfiltered);
    _exit(action());
  }
  int status = -1;
  EXPECT_EQ(waitpid(process, &status, 0), process);
  return status;
}

// Makes system call `number` fail if its first argument is `argument`.
void Deny(uint32_t number, uint32_t argument) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter = {std::size(program), program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) _exit(1);
}

bool Refused(int64_t result) { return result == -1 && errno == EPERM; }

TEST(H5ConfinementTest, SaysThatItIsConfined) {
  const int status = Confined([] { return 0; });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_NE(WEXITSTATUS(status), kUnconfined);
}

TEST(H5ConfinementTest, SaysThatTheSystemDeniesIt) {
  if (WEXITSTATUS(Confined([] { return 0; })) == kUnfiltered) GTEST_SKIP() << "no filter of system calls here";
  const struct {
    const char* name;
    uint32_t call, argument;
  } kCases[] = {
      {"end with the parent", SYS_prctl, PR_SET_PDEATHSIG},
      {"no privileges", SYS_prctl, PR_SET_NO_NEW_PRIVS},
      {"no core dumps", SYS_prctl, PR_SET_DUMPABLE},
      {"filter", SYS_prctl, PR_SET_SECCOMP},
      {"limits", SYS_prlimit64, 0},
  };
  for (const auto& test : kCases) {
    const int status = Confined([] { return 0; }, [&] { Deny(test.call, test.argument); });
    ASSERT_TRUE(WIFEXITED(status)) << test.name;
    EXPECT_EQ(WEXITSTATUS(status), kUnconfined) << test.name;
  }
}

TEST(H5ConfinementTest, ALowerLimitOfTheLauncherStays) {
  int file = -1;
  const int status = Confined(
      [&file] {
        const std::string bytes(8192, 'x');
        return write(file, bytes.data(), bytes.size()) == 4096 ? 0 : 1;
      },
      [&file] {
        file = memfd_create("written", 0);
        const rlimit limit = {4096, 4096};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(1);
      });
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kUnfiltered) GTEST_SKIP() << "not tried";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

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
