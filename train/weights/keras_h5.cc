#include "train/weights/keras_h5.h"

#include <chrono>
#include <utility>

#include "dataset/base/error.h"
#include "train/weights/h5_helper.h"
#include "train/weights/h5_index.h"
#include "train/weights/keras_names.h"

namespace train {
namespace {

// Long, since a file on a network may be slow; the helper limits its own processor time.
constexpr std::chrono::minutes kPatience{30};

class KerasH5File : public TensorFile {
 public:
  explicit KerasH5File(dataset::MappedFile file) : TensorFile(std::move(file)) {
    answer_ = RunH5Helper(FindH5Helper(path_), file_, path_, kPatience);
    std::vector<H5Tensor> found = ReadH5Index(answer_->bytes(), file_.bytes(), path_);
    std::vector<KerasWeight> weights;
    for (const H5Tensor& tensor : found) weights.push_back({tensor.layer, tensor.weight});
    std::vector<std::string> names = KerasTensorNames(weights);
    for (size_t i = 0; i < found.size(); ++i) {
      tensors_.push_back({std::move(names[i]), found[i].dtype, std::move(found[i].shape), found[i].bytes});
    }
    SortByName();
  }

 private:
  std::unique_ptr<dataset::MappedFile> answer_;
};

}  // namespace

std::unique_ptr<TensorFile> OpenKerasH5(dataset::MappedFile file) {
  return std::make_unique<KerasH5File>(std::move(file));
}

}  // namespace train
