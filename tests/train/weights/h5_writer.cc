#include "tests/train/weights/h5_writer.h"

#include <algorithm>

namespace train::testing {
namespace {

hid_t Intermediate() {
  const hid_t properties = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(properties, 1);
  return properties;
}

}  // namespace

H5Writer::H5Writer(const std::filesystem::path& path, Format format) {
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  if (format == Format::kNewest) H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  file_ = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
}

H5Writer::~H5Writer() { H5Fclose(file_); }

void H5Writer::Names(hid_t object, const std::string& attribute, const std::vector<std::string>& names,
                     Strings strings) {
  const hsize_t count = names.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr), type = H5Tcopy(H5T_C_S1);
  std::string fixed;
  std::vector<const char*> variable;
  size_t width = 1;
  for (const std::string& name : names) {
    width = std::max(width, name.size());
    variable.push_back(name.c_str());
  }
  const char padding = strings == Strings::kPadded ? ' ' : '\0';
  for (const std::string& name : names) fixed += name + std::string(width - name.size(), padding);
  H5Tset_size(type, strings == Strings::kVariable ? H5T_VARIABLE : width);
  if (strings == Strings::kFixed) H5Tset_strpad(type, H5T_STR_NULLPAD);
  if (strings == Strings::kPadded) H5Tset_strpad(type, H5T_STR_SPACEPAD);
  if (strings == Strings::kVariable) H5Tset_cset(type, H5T_CSET_UTF8);
  const hid_t id = H5Acreate2(object, attribute.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  const void* data = strings == Strings::kVariable ? static_cast<const void*>(variable.data()) : fixed.data();
  H5Awrite(id, type, data);
}

hid_t H5Writer::Group(hid_t above, const std::string& path) {
  return H5Gcreate2(above, path.c_str(), Intermediate(), H5P_DEFAULT, H5P_DEFAULT);
}

hid_t H5Writer::Dataset(hid_t group, const std::string& path, hid_t type, const std::vector<hsize_t>& sizes,
                        const void* data, hid_t properties) {
  const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
  const hid_t id = H5Dcreate2(group, path.c_str(), type, space, Intermediate(), properties, H5P_DEFAULT);
  if (data != nullptr) H5Dwrite(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  return id;
}

hid_t H5Writer::Layer(hid_t above, const std::string& name, const std::vector<std::string>& weights) {
  const hid_t layer = Group(above, name);
  Names(layer, "weight_names", weights);
  return layer;
}

hid_t Chunked(const std::vector<hsize_t>& sizes, unsigned deflate) {
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(properties, static_cast<int>(sizes.size()), sizes.data());
  if (deflate > 0) {
    H5Pset_shuffle(properties);
    H5Pset_deflate(properties, deflate);
    H5Pset_fletcher32(properties);
  }
  return properties;
}

}  // namespace train::testing
