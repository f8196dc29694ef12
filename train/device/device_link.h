#pragma once

#include <torch/types.h>

#include <memory>
#include <vector>

namespace train {

// A point in the work of a device.
class DeviceEvent {
 public:
  virtual ~DeviceEvent() = default;
  virtual bool Reached() const = 0;  // does not wait
  virtual void Wait() const = 0;     // until it is reached
};

// Tensors that are copied; undefined ones stay so.
struct Transfer {
  std::vector<torch::Tensor> tensors;
  std::shared_ptr<const DeviceEvent> done;  // the copies' end; nullptr: nothing had to be copied
};

// What goes between the host and a device beside the computing. A device computes in the order of calls, and nothing
// here but DeviceEvent::Wait waits for it. Not thread-safe.
class DeviceLink {
 public:
  virtual ~DeviceLink() = default;
  // Whether the tensors that ToDevice returns lie in the memory of those that it got.
  virtual bool SharesMemory() const = 0;
  // Queues copies to the device beside its computing. The host's tensors must stay as they are until they are done.
  virtual Transfer ToDevice(const std::vector<torch::Tensor>& host) = 0;
  // Makes what the device computes from now on wait until the tensors are there. Must be called before their first use.
  virtual void Use(const Transfer& transfer) = 0;
  // Queues a copy to the host behind what is queued so far.
  virtual Transfer ToHost(const torch::Tensor& tensor) = 0;
};

// For a processor it copies nothing.
std::unique_ptr<DeviceLink> MakeDeviceLink(const torch::Device& device);

}  // namespace train
