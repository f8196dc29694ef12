#pragma once

#include <memory>

#include "dataset/io/mapped_file.h"
#include "train/weights/tensor_file.h"

namespace train {

// Keras' legacy HDF5: model.save('x.h5'), save_weights('x.h5') of Keras 2, and the files that keras.applications
// downloads. Tensors are named LAYER/ROLE as keras_names.h tells and keep Keras' layout (HWIO, [in, out]); those that
// are contiguous in the file are views of it. The .weights.h5 of Keras 3 is refused: it names no layers; and so is
// what Keras wrote on Theano, which rotates its kernels.
//
// libhdf5 runs in another process (h5_helper.h); without that program this throws dataset::Error, as for every damage.
std::unique_ptr<TensorFile> OpenKerasH5(dataset::MappedFile file);

}  // namespace train
