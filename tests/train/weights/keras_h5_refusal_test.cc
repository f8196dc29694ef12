// Tests files that must not be read: foreign and hostile ones, and those that refer to other files.
#include <zlib.h>

#include <functional>

#include "dataset/base/error.h"
#include "tests/testing/testing.h"
#include "tests/train/weights/fixtures.h"
#include "tests/train/weights/h5_writer.h"
#include "tests/train/weights/written_h5.h"
#include "train/weights/keras_h5.h"

namespace train {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;
using dataset::testing::WriteFile;
using testing::Chunked;
using testing::ErrorOf;
using testing::H5Golden;
using testing::H5Writer;
using testing::kNumbers;
using testing::WriteKernel;
using testing::WrittenH5Test;

TEST_F(WrittenH5Test, RefusesFilesThatAreNoneOfKeras) {
  const struct {
    const char* message;
    std::function<void(H5Writer*)> fill;
  } kCases[] = {
      {"is HDF5, but has no layer_names", [](H5Writer*) {}},
      {"is HDF5, but has no layer_names", [](H5Writer* writer) { writer->Group(writer->file(), "model_weights"); }},
      {"is a .weights.h5 of Keras 3", [](H5Writer* writer) { writer->Group(writer->file(), "layers"); }},
      {"is not a group",
       [](H5Writer* writer) {
         WriteKernel(writer, writer->file());
         H5Olink(H5Dopen2(writer->file(), "conv/kernel:0", H5P_DEFAULT), writer->file(), "model_weights", H5P_DEFAULT,
                 H5P_DEFAULT);
       }},
      {"has an attribute layer_names that does not hold strings",
       [](H5Writer* writer) {
         const hsize_t one = 1;
         H5Acreate2(writer->file(), "layer_names", H5T_STD_I32LE, H5Screate_simple(1, &one, nullptr), H5P_DEFAULT,
                    H5P_DEFAULT);
       }},
      {"layer 'conv' is named but absent",
       [](H5Writer* writer) { writer->Names(writer->file(), "layer_names", {"conv"}); }},
      {"layer 'conv' is not a group",
       [](H5Writer* writer) {
         writer->Names(writer->file(), "layer_names", {"conv"});
         writer->Dataset(writer->file(), "conv", H5T_IEEE_F32LE, {4}, kNumbers);
       }},
      {"layer 'conv' has no weight_names",
       [](H5Writer* writer) {
         writer->Names(writer->file(), "layer_names", {"conv"});
         writer->Group(writer->file(), "conv");
       }},
      {"layer '' has a name that is no path",
       [](H5Writer* writer) { writer->Names(writer->file(), "layer_names", {""}); }},
      {"layer '/' has a name that is no path",
       [](H5Writer* writer) { writer->Names(writer->file(), "layer_names", {"/"}); }},
      {"layer '.' has a name that is no path",
       [](H5Writer* writer) { writer->Names(writer->file(), "layer_names", {"."}); }},
      {"layer 'conv' is a link to another place",
       [](H5Writer* writer) {
         writer->Names(writer->file(), "layer_names", {"conv"});
         H5Lcreate_soft("/conv", writer->file(), "conv", H5P_DEFAULT, H5P_DEFAULT);  // to itself
       }},
      {"two tensors are named 'conv/kernel'",
       [](H5Writer* writer) {
         writer->Names(writer->file(), "layer_names", {"conv", "conv"});
         WriteKernel(writer, writer->Layer(writer->file(), "conv", {"conv/kernel:0"}));
       }},
      {"two tensors are named 'conv/kernel'",
       [](H5Writer* writer) {
         writer->Names(writer->file(), "layer_names", {"a", "b"});
         for (const char* name : {"a", "b"})
           WriteKernel(writer, writer->Layer(writer->file(), name, {"conv/kernel:0"}));
       }},
      {"names of up to 5000 bytes",
       [](H5Writer* writer) { writer->Names(writer->file(), "layer_names", {std::string(5000, 'x')}); }},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] { OpenAll(test.fill); });
    EXPECT_TRUE(error.starts_with(path_.string() + ": ")) << error;
    EXPECT_NE(error.find(test.message), std::string::npos) << test.message << "\n" << error;
  }
}

TEST_F(WrittenH5Test, RefusesTheRotatedKernelsOfTheano) {
  const std::string message =
      path_.string() +
      ": was written by Keras on Theano, whose kernels are rotated; load it in Keras on TensorFlow and "
      "save it again";
  // Files that Keras wrote, with the name of the backend changed.
  for (const char* name : {"keras2.h5", "keras2_weights.h5", "keras3.h5"}) {
    std::string content = H5Golden(name);
    for (size_t at = 0; (at = content.find("tensorflow", at)) != std::string::npos;)
      content.replace(at, 10, "theano\0\0\0\0"s);
    WriteFile(path_, content);
    EXPECT_EQ(ErrorOf([&] { OpenKerasH5(dataset::MappedFile(path_)); }), message) << name;
  }
  using Strings = H5Writer::Strings;
  const auto open = [&](const std::vector<std::string>& at_root, const std::vector<std::string>& at_layers,
                        Strings strings) {
    return OpenAll([&](H5Writer* writer) {
      const hid_t layers = writer->Group(writer->file(), "model_weights");
      writer->Names(layers, "layer_names", {"conv"});
      WriteKernel(writer, writer->Layer(layers, "conv", {"conv/kernel:0"}));
      if (!at_root.empty()) writer->Names(writer->file(), "backend", at_root, strings);
      if (!at_layers.empty()) writer->Names(layers, "backend", at_layers, strings);
    });
  };
  for (const Strings strings : {Strings::kFixed, Strings::kPadded, Strings::kVariable}) {
    EXPECT_EQ(ErrorOf([&] { open({"theano"}, {}, strings); }), message);
    EXPECT_EQ(ErrorOf([&] { open({}, {"theano"}, strings); }), message);
    EXPECT_EQ(ErrorOf([&] { open({"theano"}, {"tensorflow"}, strings); }), message);
    EXPECT_EQ(ErrorOf([&] { open({std::string(5000, 'x')}, {}, strings); }),
              path_.string() + ": holds 1 names of up to " + (strings == Strings::kVariable ? "4097" : "5000") +
                  " bytes; the file is damaged or hostile");
    for (const char* backend : {"tensorflow", "cntk", "jax", "theanos"}) {
      EXPECT_EQ(open({backend}, {backend}, strings)->tensors().size(), 1u) << backend;
    }
  }
  EXPECT_EQ(open({}, {}, Strings::kFixed)->tensors().size(), 1u);
}

// An attribute of HDF5's newest format can hold more than 64 kB of names.
TEST_F(WrittenH5Test, RefusesTooManyNames) {
  const auto fill = [](H5Writer* writer) {
    const hsize_t many = 70000;
    const hid_t space = H5Screate_simple(1, &many, nullptr);
    H5Acreate2(writer->file(), "layer_names", H5T_C_S1, space, H5P_DEFAULT, H5P_DEFAULT);
  };
  const std::string error = ErrorOf([&] { OpenAll(fill, H5Writer::Format::kNewest); });
  EXPECT_NE(error.find("holds 70000 names"), std::string::npos) << error;
}

// Each file names a weight conv/kernel:0 in the layer conv.
TEST_F(WrittenH5Test, RefusesWeightsThatAreNotInTheFile) {
  WriteFile(dir_ / "secret", "the content of another file");
  {
    H5Writer other(dir_ / "other.h5");
    WriteKernel(&other, other.file());
  }
  const fs::path other = dir_ / "other.h5", secret = dir_ / "secret";
  const struct {
    const char* message;
    WrittenH5Test::Fill fill;
  } kCases[] = {
      {"is named but absent", [](H5Writer*, hid_t) {}},
      {"is named but absent", [](H5Writer* writer, hid_t layer) { writer->Group(layer, "conv"); }},
      {"is named but absent",
       [](H5Writer* writer, hid_t layer) { writer->Dataset(layer, "conv", H5T_IEEE_F32LE, {4}, kNumbers); }},
      {"is not a dataset", [](H5Writer* writer, hid_t layer) { writer->Group(layer, "conv/kernel:0"); }},
      {"is a link to another place or file",
       [](H5Writer* writer, hid_t layer) {
         WriteKernel(writer, writer->file());
         H5Lcreate_soft("/conv/kernel:0", writer->Group(layer, "conv"), "kernel:0", H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"is a link to another place or file",
       [](H5Writer* writer, hid_t layer) {
         H5Lcreate_soft("kernel:0", writer->Group(layer, "conv"), "kernel:0", H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"is a link to another place or file",
       [&](H5Writer*, hid_t layer) {
         H5Lcreate_external(other.c_str(), "/conv", layer, "conv", H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"is a link to another place or file",
       [&](H5Writer* writer, hid_t layer) {
         H5Lcreate_external(other.c_str(), "/conv/kernel:0", writer->Group(layer, "conv"), "kernel:0", H5P_DEFAULT,
                            H5P_DEFAULT);
       }},
      {"lies in another file",
       [&](H5Writer* writer, hid_t layer) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_external(properties, secret.c_str(), 0, 16);
         writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {2, 2}, nullptr, properties);
       }},
      {"is a virtual dataset",
       [&](H5Writer* writer, hid_t layer) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         const hsize_t sizes[] = {2, 2};
         const hid_t space = H5Screate_simple(2, sizes, nullptr);
         H5Pset_virtual(properties, space, other.c_str(), "/conv/kernel:0", space);
         writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {2, 2}, nullptr, properties);
       }},
      {"was never written",
       [](H5Writer* writer, hid_t layer) {
         writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {1 << 20, 1 << 20}, nullptr);
       }},
      {"was never written",
       [](H5Writer* writer, hid_t layer) {
         writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {1 << 20, 1 << 20}, nullptr, Chunked({2, 2}, 1));
       }},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] { Open({"conv/kernel:0"}, test.fill); });
    EXPECT_TRUE(error.starts_with(path_.string() + ": layer 'conv' has a weight 'conv/kernel:0' that ")) << error;
    EXPECT_NE(error.find(test.message), std::string::npos) << test.message << "\n" << error;
  }
}

TEST_F(WrittenH5Test, RefusesNamesThatPointOutside) {
  for (const char* name : {"/conv/conv/kernel:0", "../conv/kernel:0", "conv//kernel:0", "conv/./kernel:0", "conv/", "",
                           ".", "/", "conv/../conv/kernel:0"}) {
    const std::string error = ErrorOf([&] { Open({name}, WriteKernel); });
    EXPECT_NE(error.find("has a name that is no path within its group"), std::string::npos) << error;
  }
}

TEST_F(WrittenH5Test, RefusesTypesThatAreNoNumbers) {
  struct Pair {
    float a, b;
  };
  const hid_t compound = H5Tcreate(H5T_COMPOUND, sizeof(Pair));
  H5Tinsert(compound, "a", 0, H5T_IEEE_F32LE);
  H5Tinsert(compound, "b", 4, H5T_IEEE_F32LE);
  const hid_t text = H5Tcopy(H5T_C_S1), texts = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, 4);
  H5Tset_size(texts, H5T_VARIABLE);
  const hsize_t two = 2;
  const hid_t truth = H5Tenum_create(H5T_STD_I8LE);  // as h5py stores bools
  const char no = 0;
  H5Tenum_insert(truth, "FALSE", &no);
  const hid_t odd = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_ebias(odd, 63);
  const struct {
    hid_t type;
    const char* message;
  } kCases[] = {
      {compound, "has a type that is not read: compound"},
      {text, "has a type that is not read: string"},
      {texts, "has a type that is not read: string"},
      {H5Tcreate(H5T_OPAQUE, 4), "has a type that is not read: opaque"},
      {truth, "has a type that is not read: enumeration"},
      {H5Tvlen_create(H5T_IEEE_F32LE), "has a type that is not read: variable length"},
      {H5Tarray_create2(H5T_IEEE_F32LE, 1, &two), "has a type that is not read: array"},
      {H5T_STD_REF_OBJ, "has a type that is not read: reference"},
      {H5T_STD_U32LE, "has a type that is not read: integer of 4 bytes"},
      {odd, "has a type that is not read: float of 4 bytes"},
      {H5T_IEEE_F32BE, "is big-endian; only little-endian is read"},
      {H5T_STD_I64BE, "is big-endian; only little-endian is read"},
  };
  const std::string zeros(256, '\0');
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] {
      Open({"conv/kernel:0"}, [&](H5Writer* writer, hid_t layer) {
        writer->Dataset(layer, "conv/kernel:0", test.type, {2}, zeros.data());
      });
    });
    EXPECT_NE(error.find(test.message), std::string::npos) << test.message << "\n" << error;
  }
}

// A file of a hundred kilobytes holds a hundred megabytes of zeros; the bound is 64 MiB and eight times the file.
TEST_F(WrittenH5Test, RefusesBombs) {
  const hsize_t mebi = 1 << 20;
  const std::string zeros(100 << 20, '\0');
  const struct {
    const char* message;
    std::vector<std::string> names;
    hsize_t size, chunk;
  } kCases[] = {
      {"unpacks to too much for a file of this size", {"a"}, 100 * mebi, mebi},
      {"unpacks to too much for a file of this size", {"a", "b"}, 50 * mebi, mebi},
      {"is made of larger chunks than a file of this size would have", {"a"}, 100 * mebi, 100 * mebi},
  };
  for (const auto& test : kCases) {
    const std::string error = ErrorOf([&] {
      Open(test.names, [&](H5Writer* writer, hid_t layer) {
        for (const std::string& name : test.names) {
          writer->Dataset(layer, name, H5T_STD_U8LE, {test.size}, zeros.data(), Chunked({test.chunk}, 1));
        }
      });
    });
    EXPECT_NE(error.find(test.message), std::string::npos) << test.message << "\n" << error;
  }
}

// The stream of a chunk may unpack to more than the chunk, although the shape is small.
TEST_F(WrittenH5Test, RefusesAChunkThatIsABomb) {
  // The stream repeats a middle part that unpacks to sixteen megabytes of zeros.
  std::string zeros(16 << 20, '\0'), part(1 << 20, '\0');
  z_stream stream{};
  ASSERT_EQ(deflateInit(&stream, 9), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(part.data());
  stream.avail_out = static_cast<uInt>(part.size());
  ASSERT_EQ(deflate(&stream, Z_FULL_FLUSH), Z_OK);
  part.resize(stream.total_out);
  deflateEnd(&stream);
  std::string packed = part;
  for (int i = 0; i < 63; ++i) packed += part.substr(2);  // but for the head
  const std::string error = ErrorOf([&] {
    Open({"a"}, [&](H5Writer* writer, hid_t layer) {
      const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
      const hsize_t chunk = 1024, origin = 0;
      H5Pset_chunk(properties, 1, &chunk);
      H5Pset_deflate(properties, 1);
      const hid_t dataset = writer->Dataset(layer, "a", H5T_STD_U8LE, {1024}, nullptr, properties);
      H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &origin, packed.size(), packed.data());
    });
  });
  // The limit of memory stops it. With sanitizers, which lift that limit, its end or the limit of time does.
  EXPECT_TRUE(error.find("layer 'conv' has a weight 'a' that cannot be read by libhdf5") != error.npos ||
              error.find("found no end of reading it") != error.npos)
      << error;
}

TEST_F(WrittenH5Test, RefusesFiltersThatArePlugIns) {
  const hid_t scaled = Chunked({2, 2});
  H5Pset_scaleoffset(scaled, H5Z_SO_FLOAT_DSCALE, 2);
  const std::string error = ErrorOf([&] {
    Open({"conv/kernel:0"}, [&](H5Writer* writer, hid_t layer) {
      writer->Dataset(layer, "conv/kernel:0", H5T_IEEE_F32LE, {2, 2}, kNumbers, scaled);
    });
  });
  EXPECT_NE(error.find("is packed by a filter that is not read (number 6); `h5repack -f NONE` undoes it"),
            std::string::npos)
      << error;
}

}  // namespace
}  // namespace train
