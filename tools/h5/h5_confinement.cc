#include "tools/h5/h5_confinement.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iterator>
#include <vector>

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;  // unknown
#endif

// Sanitizers reserve terabytes of addresses and make system calls of their own.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitizers = true;
#elif defined(__has_feature)
constexpr bool kSanitizers = __has_feature(address_sanitizer);
#else
constexpr bool kSanitizers = false;
#endif

// The system calls that memory, time, output and the end of the process need.
constexpr uint32_t kAllowed[] = {
    SYS_write, SYS_brk,   SYS_mmap,          SYS_munmap,       SYS_mremap,    SYS_mprotect, SYS_madvise,
    SYS_futex, SYS_fstat, SYS_clock_gettime, SYS_rt_sigreturn, SYS_getrandom, SYS_exit,     SYS_exit_group,
};

// Sets a limit. A lower limit that the launcher set stays, since only a privileged process could raise it.
bool Limit(__rlimit_resource resource, uint64_t most, uint64_t grace = 0) {
  rlimit limit;
  if (getrlimit(resource, &limit) != 0) return false;
  limit.rlim_max = std::min<rlim_t>(limit.rlim_max, most + grace);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, most);
  return setrlimit(resource, &limit) == 0;
}

// Makes all other system calls fail with EPERM. None of them is needed, and libraries cope with the error.
bool FilterSystemCalls() {
  if (kArchitecture == 0) return false;
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const uint32_t call : kAllowed) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

}  // namespace

bool Confine(uint64_t memory, uint64_t written, uint64_t cpu_seconds) {
  // PR_SET_DUMPABLE is needed too, since RLIMIT_CORE does not hold where core dumps go to a pipe. The first limit of
  // processor time sends SIGXCPU, the second SIGKILL.
  const bool always = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                      prctl(PR_SET_DUMPABLE, 0) == 0 && Limit(RLIMIT_CORE, 0) && Limit(RLIMIT_FSIZE, written) &&
                      Limit(RLIMIT_CPU, cpu_seconds, 1);
  return always && (kSanitizers || (Limit(RLIMIT_AS, memory) && FilterSystemCalls()));
}
