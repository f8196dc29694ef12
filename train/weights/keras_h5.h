#pragma once

#include <memory>

#include "dataset/io/mapped_file.h"
#include "train/weights/tensor_file.h"

namespace train {

// Opens a file of Keras' legacy HDF5 format: from model.save('x.h5'), from save_weights('x.h5') of Keras 2, or one that
// keras.applications downloads. Tensors are named LAYER/ROLE (keras_names.h) and keep Keras' layout (HWIO, [in, out]);
// those that are contiguous in the file are views of it.
//
// Throws dataset::Error for a damaged file, for the .weights.h5 of Keras 3, which does not name its layers, for files
// that Keras wrote on Theano, whose kernels are rotated, and if the program dstools-h5, which reads the file
// (h5_helper.h), is missing.
std::unique_ptr<TensorFile> OpenKerasH5(dataset::MappedFile file);

}  // namespace train
