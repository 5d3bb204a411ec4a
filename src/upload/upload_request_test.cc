#include "upload/upload_request.h"

#include <gtest/gtest.h>

namespace tintype::upload {
namespace {

TEST(ParseUploadRequest, ReadsBothForms) {
  const auto exact = parse_upload_request(R"({"content_type":"Image/JPEG","size":1581031})");
  ASSERT_TRUE(exact) << exact.error().message;
  EXPECT_EQ(exact->content_type, "image/jpeg");
  EXPECT_EQ(exact->size, 1581031);

  const auto original = parse_upload_request(R"({"extension":"JPG"})");
  ASSERT_TRUE(original) << original.error().message;
  EXPECT_EQ(original->content_type, "image/jpeg");
  EXPECT_FALSE(original->size);

  const auto both = parse_upload_request(R"({"extension":"png","size":7,"file_name":"x.png"})");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->content_type, "image/png");
  EXPECT_EQ(both->size, 7);
}

TEST(ParseUploadRequest, RefusesAllElse) {
  const struct {
    const char* name;
    const char* body;
    ErrorCode code;
  } cases[] = {
      {"nothing", "", ErrorCode::invalid_argument},
      {"no JSON", "jpg", ErrorCode::invalid_argument},
      {"a list", R"(["jpg"])", ErrorCode::invalid_argument},
      {"empty", "{}", ErrorCode::invalid_argument},
      {"only a size", R"({"size":1})", ErrorCode::invalid_argument},
      {"no size", R"({"content_type":"image/jpeg"})", ErrorCode::invalid_argument},
      {"both", R"({"content_type":"image/jpeg","size":1,"extension":"jpg"})",
       ErrorCode::invalid_argument},
      {"twice", R"({"content_type":"image/png","content_type":"image/jpeg","size":1})",
       ErrorCode::invalid_argument},
      {"two sizes", R"({"content_type":"image/png","size":1,"size":2})",
       ErrorCode::invalid_argument},
      {"type as a number", R"({"content_type":1,"size":1})", ErrorCode::invalid_argument},
      {"type as null", R"({"content_type":null,"extension":"jpg"})", ErrorCode::invalid_argument},
      {"extension as a list", R"({"extension":["jpg"]})", ErrorCode::invalid_argument},
      {"no bytes", R"({"content_type":"image/jpeg","size":0})", ErrorCode::invalid_argument},
      {"fewer than none", R"({"content_type":"image/jpeg","size":-1})",
       ErrorCode::invalid_argument},
      {"half a byte", R"({"content_type":"image/jpeg","size":1.5})", ErrorCode::invalid_argument},
      {"size as a text", R"({"content_type":"image/jpeg","size":"1"})",
       ErrorCode::invalid_argument},
      {"size as null", R"({"extension":"jpg","size":null})", ErrorCode::invalid_argument},
      {"over 2^63", R"({"content_type":"image/jpeg","size":9223372036854775808})",
       ErrorCode::too_large},
      {"another's key", R"({"extension":"a/VICTIM.jpg"})", ErrorCode::unsupported},
      {"a way up", R"({"extension":"../../x"})", ErrorCode::unsupported},
      {"with a dot", R"({"extension":".jpg"})", ErrorCode::unsupported},
      {"with a NUL", R"({"extension":"jpg\u0000"})", ErrorCode::unsupported},
      {"empty extension", R"({"extension":""})", ErrorCode::unsupported},
      {"a program", R"({"extension":"exe"})", ErrorCode::unsupported},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto request = parse_upload_request(c.body);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, c.code);
  }
}

}  // namespace
}  // namespace tintype::upload
