#include "train/device/device_link.h"

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/version.h>

#include <thread>

namespace train {

using torch::Tensor;

namespace {

class HostLink : public DeviceLink {
 public:
  bool SharesMemory() const override { return true; }
  Transfer ToDevice(const std::vector<Tensor>& host) override { return {host, nullptr}; }
  void Use(const Transfer&) override {}
  Transfer ToHost(const Tensor& tensor) override { return {{tensor}, nullptr}; }
};

class StreamEvent : public DeviceEvent {
 public:
  explicit StreamEvent(const c10::Stream& stream) : event_(stream.device_type()) { event_.record(stream); }
  bool Reached() const override { return event_.query(); }
  void Wait() const override {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    event_.synchronize();
#else
    while (!event_.query()) std::this_thread::yield();
#endif
  }
  void Block(const c10::Stream& stream) const { event_.block(stream); }

 private:
  c10::Event event_;
};

// A device with streams of work. Copies to it have one of their own.
class StreamLink : public DeviceLink {
 public:
  explicit StreamLink(const torch::Device& device)
      : device_(device), streams_(device.type()), copying_(streams_.getStreamFromGlobalPool(device)) {}

  bool SharesMemory() const override { return false; }

  Transfer ToDevice(const std::vector<Tensor>& host) override {
    const Scope scope(streams_, copying_);
    Transfer transfer;
    for (const Tensor& tensor : host) {
      // Only from page-locked memory a copy runs beside the host.
      transfer.tensors.push_back(
          !tensor.defined() ? tensor
                            : (tensor.is_pinned() ? tensor : tensor.pin_memory()).to(device_, /*non_blocking=*/true));
    }
    transfer.done = std::make_shared<StreamEvent>(copying_);
    return transfer;
  }

  void Use(const Transfer& transfer) override {
    const c10::Stream computing = streams_.getStream(device_);
    static_cast<const StreamEvent&>(*transfer.done).Block(computing);
    // Their memory belongs to the stream of copies, which would use it again while it is computed with.
    for (const Tensor& tensor : transfer.tensors) {
      if (tensor.defined()) tensor.record_stream(computing);
    }
  }

  Transfer ToHost(const Tensor& tensor) override {
    Tensor host = torch::empty(tensor.sizes(), tensor.options().device(torch::kCPU).pinned_memory(true));
    host.copy_(tensor, /*non_blocking=*/true);
    return {{host}, std::make_shared<StreamEvent>(streams_.getStream(device_))};
  }

 private:
  // While it lives, what is queued goes into `stream`.
  class Scope {
   public:
    Scope(const c10::impl::VirtualGuardImpl& streams, const c10::Stream& stream)
        : streams_(streams), before_(streams.exchangeStream(stream)) {}
    ~Scope() { streams_.exchangeStream(before_); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    const c10::impl::VirtualGuardImpl& streams_;
    c10::Stream before_;
  };

  torch::Device device_;
  c10::impl::VirtualGuardImpl streams_;
  c10::Stream copying_;
};

}  // namespace

std::unique_ptr<DeviceLink> MakeDeviceLink(const torch::Device& device) {
  if (device.is_cpu()) return std::make_unique<HostLink>();
  return std::make_unique<StreamLink>(device);
}

}  // namespace train
