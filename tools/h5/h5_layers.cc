#include "tools/h5/h5_layers.h"

#include <H5PLextern.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "train/weights/h5_index.h"

namespace {

// Nothing here is closed: the process ends soon, and libhdf5 may keep open what it has opened until then.
using Id = hid_t;

std::string Quoted(std::string_view name) {
  constexpr size_t kMaxLength = 80;
  return "'" + std::string(name.substr(0, kMaxLength)) + (name.size() > kMaxLength ? "...'" : "'");
}

herr_t TakeDescription(unsigned, const H5E_error2_t* error, void* text) {
  // The first error is the innermost one, and says most.
  if (static_cast<std::string*>(text)->empty() && error->desc != nullptr)
    *static_cast<std::string*>(text) = error->desc;
  return 0;
}

// Returns the result of a libhdf5 function. Throws Refusal if the function failed.
template <typename T>
T Must(T result) {
  if (result >= 0) return result;
  std::string detail;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, TakeDescription, &detail);
  throw Refusal("cannot be read by libhdf5" + (detail.empty() ? "" : " (" + detail + ")") +
                "; the file is truncated or damaged");
}

// A Refusal is the predicate of a sentence about the file. About makes those of `action` sentences about `subject`.
template <typename Action>
auto About(const std::string& subject, const Action& action) {
  try {
    return action();
  } catch (const Refusal& refusal) {
    throw Refusal(subject + " " + refusal.what());
  }
}

// The file image, which is lent to libhdf5 instead of copied. A process has only one.
std::string_view lent;

void* Lend(size_t, H5FD_file_image_op_t, void*) { return const_cast<char*>(lent.data()); }
void* LeaveAsIs(void* destination, const void*, size_t, H5FD_file_image_op_t, void*) { return destination; }
void* Refuse(void*, size_t, H5FD_file_image_op_t, void*) { return nullptr; }
herr_t Keep(void*, H5FD_file_image_op_t, void*) { return 0; }

Id OpenImage(std::string_view file) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
  lent = file;
  const Id access = Must(H5Pcreate(H5P_FILE_ACCESS));
  H5FD_file_image_callbacks_t callbacks = {Lend, LeaveAsIs, Refuse, Keep, nullptr, nullptr, nullptr};
  Must(H5Pset_fapl_core(access, 1 << 16, 0));
  Must(H5Pset_file_image_callbacks(access, &callbacks));
  Must(H5Pset_file_image(access, const_cast<char*>(file.data()), file.size()));
  // libhdf5 also looks for a file of this name, so it must be one that cannot exist.
  return Must(H5Fopen("/dev/null/weights.h5", H5F_ACC_RDONLY, access));
}

bool HasLink(Id group, const std::string& name) { return Must(H5Lexists(group, name.c_str(), H5P_DEFAULT)) > 0; }

// Opens the object at a path below `group`. Refuses all but hard links, the only ones that Keras makes; other links may
// lead to other files.
Id Open(Id group, const std::string& path, H5I_type_t kind) {
  Id object = group;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    begin = end + 1;
    if (name.empty() || name == "." || name == "..") throw Refusal("has a name that is no path within its group");
    const H5I_type_t parent = H5Iget_type(object);
    if ((parent != H5I_GROUP && parent != H5I_FILE) || !HasLink(object, name)) {
      throw Refusal("is named but absent; the file is damaged");
    }
    H5L_info_t link;
    Must(H5Lget_info(object, name.c_str(), &link, H5P_DEFAULT));
    if (link.type != H5L_TYPE_HARD) {
      throw Refusal("is a link to another place or file, which Keras does not write");
    }
    object = Must(H5Oopen(object, name.c_str(), H5P_DEFAULT));
  }
  if (H5Iget_type(object) != kind) {
    throw Refusal(std::string("is not a ") + (kind == H5I_GROUP ? "group" : "dataset"));
  }
  return object;
}

bool HasAttribute(Id object, const std::string& name) { return Must(H5Aexists(object, name.c_str())) > 0; }

void CheckNames(uint64_t count, uint64_t bytes_each) {
  if (count > train::kMaxH5Tensors || bytes_each > train::kMaxH5Name) {
    throw Refusal("holds " + std::to_string(count) + " names of up to " + std::to_string(bytes_each) +
                  " bytes; the file is damaged or hostile");
  }
}

// Appends the strings of an attribute, which is one string or a list of them, of fixed or variable length.
void AddNames(Id object, const std::string& attribute, std::vector<std::string>* names) {
  const Id id = Must(H5Aopen(object, attribute.c_str(), H5P_DEFAULT));
  const Id space = Must(H5Aget_space(id));
  const hssize_t count = Must(H5Sget_simple_extent_npoints(space));
  if (count == 0) return;  // comes before the check of the type: Keras writes no names as an empty list of numbers
  const Id type = Must(H5Aget_type(id));
  if (H5Tget_class(type) != H5T_STRING) throw Refusal("has an attribute " + attribute + " that does not hold strings");
  CheckNames(static_cast<uint64_t>(count), 0);
  if (Must(H5Tis_variable_str(type)) > 0) {
    std::vector<char*> texts(static_cast<size_t>(count), nullptr);
    Must(H5Aread(id, type, texts.data()));
    for (const char* text : texts) {
      if (text == nullptr) throw Refusal("holds a name without text; the file is damaged");
      CheckNames(1, strnlen(text, train::kMaxH5Name + 1));
      names->push_back(text);
    }
    return;
  }
  const size_t width = H5Tget_size(type);
  CheckNames(static_cast<uint64_t>(count), width);
  std::string texts(static_cast<size_t>(count) * width, '\0');
  Must(H5Aread(id, type, texts.data()));
  for (size_t i = 0; i < texts.size(); i += width) {
    std::string name = texts.substr(i, std::min(width, strnlen(texts.data() + i, width)));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) name.erase(name.find_last_not_of(' ') + 1);
    names->push_back(std::move(name));
  }
}

bool HasNames(Id object, const std::string& attribute) {
  return HasAttribute(object, attribute) || HasAttribute(object, attribute + "0");
}

// Reads a list of names. An attribute cannot hold more than 64 kB, so Keras splits longer lists into NAME0, NAME1, ...
std::vector<std::string> ReadNames(Id object, const std::string& attribute) {
  std::vector<std::string> names;
  if (HasAttribute(object, attribute)) {
    AddNames(object, attribute, &names);
    return names;
  }
  for (size_t part = 0; HasAttribute(object, attribute + std::to_string(part)); ++part) {
    AddNames(object, attribute + std::to_string(part), &names);
    CheckNames(names.size(), 0);
  }
  return names;
}

Id Float16() {
  const Id type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

std::string DTypeNameOf(Id type) {
  const std::pair<Id, const char*> types[] = {
      {H5T_IEEE_F32LE, "F32"}, {H5T_IEEE_F64LE, "F64"}, {Float16(), "F16"},   {H5T_STD_I64LE, "I64"},
      {H5T_STD_I32LE, "I32"},  {H5T_STD_I16LE, "I16"},  {H5T_STD_I8LE, "I8"}, {H5T_STD_U8LE, "U8"},
      {H5T_STD_I8BE, "I8"},    {H5T_STD_U8BE, "U8"},
  };
  for (const auto& [known, name] : types) {
    if (H5Tequal(type, known) > 0) return name;
  }
  const H5T_class_t kind = H5Tget_class(type);
  const bool number = kind == H5T_INTEGER || kind == H5T_FLOAT;
  if (number && H5Tget_order(type) == H5T_ORDER_BE) throw Refusal("is big-endian; only little-endian is read");
  const char* const kNames[] = {"integer",  "float",     "time",        "string",          "bit field", "opaque",
                                "compound", "reference", "enumeration", "variable length", "array"};
  const bool named = kind >= 0 && static_cast<size_t>(kind) < std::size(kNames);
  throw Refusal("has a type that is not read: " + std::string(named ? kNames[kind] : "unknown") +
                (number ? " of " + std::to_string(H5Tget_size(type)) + " bytes" : ""));
}

// Refuses all filters but those that libhdf5 itself has, since others are plug-ins.
void CheckFilters(Id properties) {
  for (int i = 0; i < Must(H5Pget_nfilters(properties)); ++i) {
    unsigned flags = 0, config = 0;
    size_t parameters = 0;
    const H5Z_filter_t filter =
        Must(H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &parameters, nullptr, 0, nullptr, &config));
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) {
      throw Refusal("is packed by a filter that is not read (number " + std::to_string(filter) +
                    "); `h5repack -f NONE` undoes it");
    }
  }
}

uint64_t Product(const std::vector<uint64_t>& sizes, uint64_t product) {
  for (const uint64_t size : sizes) {
    if (__builtin_mul_overflow(product, size, &product) || product > INT64_MAX)
      throw Refusal("has an impossible shape");
  }
  return product;
}

void CheckChunks(Id properties, size_t width, uint64_t max_bytes) {
  hsize_t sizes[H5S_MAX_RANK] = {};
  const int rank = Must(H5Pget_chunk(properties, H5S_MAX_RANK, sizes));
  if (Product({sizes, sizes + rank}, width) > max_bytes) {
    throw Refusal("is made of larger chunks than a file of this size would have; it is damaged or hostile");
  }
}

H5Weight Describe(Id dataset, uint64_t max_bytes) {
  H5Weight weight;
  weight.dataset = dataset;
  // The layout is checked first: asking a virtual dataset for its extent would open the files that it is made of.
  const Id properties = Must(H5Dget_create_plist(dataset));
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED && layout != H5D_COMPACT) {
    throw Refusal("is a virtual dataset, which refers to other files");
  }
  if (Must(H5Pget_external_count(properties)) > 0) throw Refusal("lies in another file");
  CheckFilters(properties);
  const Id type = Must(H5Dget_type(dataset));
  weight.dtype = DTypeNameOf(type);
  const Id space = Must(H5Dget_space(dataset));
  if (H5Sget_simple_extent_type(space) == H5S_NULL) throw Refusal("holds nothing, not even a shape");
  hsize_t sizes[H5S_MAX_RANK] = {};
  const int rank = Must(H5Sget_simple_extent_dims(space, sizes, nullptr));
  weight.shape.assign(sizes, sizes + rank);
  weight.bytes = Product(weight.shape, H5Tget_size(type));
  if (weight.bytes == 0) return weight;
  H5D_space_status_t status;
  Must(H5Dget_space_status(dataset, &status));
  if (status == H5D_SPACE_STATUS_NOT_ALLOCATED) throw Refusal("was never written");
  weight.copied = layout != H5D_CONTIGUOUS;
  if (layout == H5D_CHUNKED) CheckChunks(properties, H5Tget_size(type), max_bytes);
  if (!weight.copied) {
    const haddr_t offset = H5Dget_offset(dataset);
    if (offset == HADDR_UNDEF) throw Refusal("has no place in the file");
    weight.offset = offset;
  }
  return weight;
}

// Returns the group that has the attribute layer_names.
Id FindLayers(Id file) {
  if (HasNames(file, "layer_names")) return file;
  if (HasLink(file, "model_weights")) {
    const Id group = Open(file, "model_weights", H5I_GROUP);
    if (HasNames(group, "layer_names")) return group;
  }
  if (HasLink(file, "layers") || HasLink(file, "_layer_checkpoint_dependencies")) {
    throw Refusal("is a .weights.h5 of Keras 3, which names no layers; load it in Keras and model.save('x.h5')");
  }
  throw Refusal("is HDF5, but has no layer_names; write it by Keras' model.save('x.h5')");
}

// Refuses files that Keras wrote on Theano: its convolutions rotate their kernels by 180 degrees, so its weights are
// rotated too.
void CheckBackend(Id object) {
  if (!HasAttribute(object, "backend")) return;
  std::vector<std::string> names;
  AddNames(object, "backend", &names);
  if (std::find(names.begin(), names.end(), "theano") == names.end()) return;
  throw Refusal(
      "was written by Keras on Theano, whose kernels are rotated; load it in Keras on TensorFlow and save it again");
}

}  // namespace

H5Layers::H5Layers(std::string_view file) : max_copied_bytes_(train::MaxH5CopiedBytes(file.size())) {
  const Id root = OpenImage(file), layers = FindLayers(root);
  CheckBackend(root);
  CheckBackend(layers);
  for (const std::string& layer : ReadNames(layers, "layer_names")) {
    About("layer " + Quoted(layer), [&] { AddLayer(Open(layers, layer, H5I_GROUP), layer); });
  }
}

void H5Layers::AddLayer(int64_t group, const std::string& layer) {
  if (!HasNames(group, "weight_names")) throw Refusal("has no weight_names; the file is damaged");
  for (const std::string& name : ReadNames(group, "weight_names")) {
    H5Weight weight = About("has a weight " + Quoted(name) + " that", [&] {
      const Id dataset = Open(group, name, H5I_DATASET);
      return Describe(dataset, max_copied_bytes_);
    });
    weight.layer = layer;
    weight.weight = name;
    if (weights_.size() == train::kMaxH5Tensors) throw Refusal("has one weight too many");
    if (weight.copied && weight.bytes > max_copied_bytes_ - copied_bytes_) {
      throw Refusal("unpacks to too much for a file of this size; it is hostile");
    }
    if (weight.copied) copied_bytes_ += weight.bytes;
    weights_.push_back(std::move(weight));
  }
}

std::string H5Layers::Read(const H5Weight& weight) const {
  return About("layer " + Quoted(weight.layer) + " has a weight " + Quoted(weight.weight) + " that", [&] {
    std::string bytes(weight.bytes, '\0');
    const Id type = Must(H5Dget_type(weight.dataset));
    Must(H5Dread(weight.dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()));
    return bytes;
  });
}
