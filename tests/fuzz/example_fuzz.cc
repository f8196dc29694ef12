// Payloads of records, against protobuf's own parser and printer.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <string>

#include "dataset/read/foreign_sample.h"
#include "dataset/read/sample_parser.h"
#include "dataset/record/example.h"
#include "dataset/record/example_text.h"
#include "proto/example.pb.h"
#include "tests/fuzz/fuzz.h"

using namespace dataset;

namespace {

std::string Canonical(const dstools::Example& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

void CompareWithProtobuf(std::string_view bytes, const Example& example) {
  dstools::Example message;
  fuzz::Check(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  message.DiscardUnknownFields();
  message.mutable_features();  // ours is there also when nothing is in it
  fuzz::Check(Canonical(message) == SerializeExample(example));
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::Bytes(data, size);
  Example example;
  if (fuzz::Accepts([&] { example = ParseExample(bytes, {}); })) {
    CompareWithProtobuf(bytes, example);
    const std::string canonical = SerializeExample(example);
    const ExampleView view = ParseExampleView(canonical, {});
    fuzz::Check(SerializeExample(view) == canonical);
    fuzz::Check(!FormatExampleText(view, TextLength::kFull).empty());
    fuzz::Check(!FormatExampleText(view, TextLength::kShort).empty());
  }
  fuzz::Accepts([&] { ParseSample(bytes, 3, {}); });
  static const SampleParser parser("/nonexistent/file", {});
  fuzz::Accepts([&] { parser.Parse({bytes, {}, 0, {}}); });
  static const SampleKeys keys({{"image", "image"}, {"label", "label"}, {"shape", "shape"}});
  for (const auto content : {ForeignContent::kEncoded, ForeignContent::kUint8, ForeignContent::kFloat32}) {
    fuzz::Accepts([&] {
      Sample sample;
      ParseForeignSample(bytes, keys, {content, {}, 1}, {3, {{"a", 0}}}, {}, &sample);
      const size_t values = size_t{sample.height} * sample.width * sample.channels;
      fuzz::Check(sample.label < 3);
      fuzz::Check(content == ForeignContent::kEncoded ||
                  sample.content.size() == values * (content == ForeignContent::kUint8 ? 1 : sizeof(float)));
    });
  }
  fuzz::Accepts([&] { ForeignContentOf(bytes, keys, {}, {}); });
  fuzz::Accepts([&] { FindForeignLabel(SampleFields(bytes, keys, {}), {}, {3, {{"a", 0}}}); });
  return 0;
}
