#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace train::testing {

// Counts how often a file is opened, by this process or another. The kernel makes one event of equal ones in a row, so
// a thread takes each as it comes, and closing counts as an event too.
class OpenCounter {
 public:
  explicit OpenCounter(const std::filesystem::path& file)
      : events_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), end_(eventfd(0, EFD_CLOEXEC)) {
    if (inotify_add_watch(events_, file.c_str(), IN_OPEN | IN_CLOSE) < 0) {
      throw std::runtime_error("cannot watch " + file.string());
    }
    thread_ = std::thread([this] { Watch(); });
  }
  ~OpenCounter() {
    if (thread_.joinable()) Finish();
    close(events_);
    close(end_);
  }
  OpenCounter(const OpenCounter&) = delete;
  OpenCounter& operator=(const OpenCounter&) = delete;

  // Ends the watch. How often the file was opened meanwhile.
  int Finish() {
    const uint64_t one = 1;
    if (write(end_, &one, sizeof(one)) != sizeof(one)) throw std::runtime_error("cannot end the watch");
    thread_.join();
    return opened_;
  }

 private:
  void Watch() {
    std::array<pollfd, 2> ready = {{{events_, POLLIN, 0}, {end_, POLLIN, 0}}};
    while (poll(ready.data(), ready.size(), -1) >= 0) {
      Take();
      if (ready[1].revents != 0) return;
    }
  }

  void Take() {
    alignas(inotify_event) std::array<char, 4096> buffer;
    for (ssize_t size; (size = read(events_, buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        opened_ += (event->mask & IN_OPEN) != 0;
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
  }

  int events_, end_;
  int opened_ = 0;
  std::thread thread_;
};

}  // namespace train::testing
