#include "dataset/inspect/sheet_file.h"

#include <gtest/gtest.h>

#include "dataset/base/error.h"
#include "dataset/codec/decoder.h"
#include "dataset/codec/encoder.h"
#include "dataset/image/image.h"
#include "dataset/io/file.h"
#include "tests/testing/pictures.h"
#include "tests/testing/testing.h"

namespace dataset {
namespace {

TEST(SheetFileTest, ReplacesASheetAndNothingElse) {
  const testing::TempDir dir;
  std::string photo;
  EncodeJpeg(testing::MakePicture(20, 30, 3, 1), 90, &photo);
  EXPECT_NO_THROW(RefuseOthersSheet(dir / "sheet.jpg"));
  PublishSheet(dir / "sheet.jpg", photo, Sync::kNo);
  EXPECT_NO_THROW(RefuseOthersSheet(dir / "sheet.jpg"));
  // The comment is none of the picture.
  Image plain, commented;
  DecodeImage(photo, {}, &plain);
  DecodeImage(ReadFile(dir / "sheet.jpg"), {}, &commented);
  EXPECT_EQ(std::string(commented.data(), commented.data() + commented.bytes()),
            std::string(plain.data(), plain.data() + plain.bytes()));
  for (const std::string& content : {photo, std::string(), std::string("\xff\xd8\xff\xfe"), std::string("text")}) {
    testing::WriteFile(dir / "other", content);
    EXPECT_THROW(RefuseOthersSheet(dir / "other"), Error);
  }
  EXPECT_THROW(RefuseOthersSheet(dir.path()), Error);
}

}  // namespace
}  // namespace dataset
