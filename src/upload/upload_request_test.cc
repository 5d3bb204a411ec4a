#include "upload/upload_request.h"

#include <gtest/gtest.h>

namespace tintype::upload {
namespace {

/// The one file of a body.
Result<UploadRequest> parse_upload_request(std::string_view body) {
  TRY_LET(const UploadRequests requests, parse_upload_requests(body));
  EXPECT_FALSE(requests.many);
  EXPECT_EQ(requests.files.size(), 1U);
  return requests.files.front();
}

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
  EXPECT_FALSE(both->method);
  EXPECT_EQ(parse_upload_request(R"({"extension":"png","method":"POST"})")->method, Method::post);
  EXPECT_EQ(parse_upload_request(R"({"extension":"png","method":"Put"})")->method, Method::put);
}

TEST(ParseUploadRequests, ReadsManyFilesEachByItself) {
  const auto requests = parse_upload_requests(
      R"({"files":[{"extension":"jpg"},{"extension":"exe"},7,{"content_type":"image/png","size":3}]})");
  ASSERT_TRUE(requests) << requests.error().message;
  EXPECT_TRUE(requests->many);
  ASSERT_EQ(requests->files.size(), 4U);
  EXPECT_EQ(requests->files[0]->content_type, "image/jpeg");
  EXPECT_EQ(requests->files[1].error().code, ErrorCode::unsupported);
  EXPECT_EQ(requests->files[2].error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(requests->files[3]->size, 3);
}

TEST(ParseUploadRequests, HasALimit) {
  const auto files = [](std::size_t count) {
    std::string body = R"({"files":[)";
    for (std::size_t i = 0; i < count; ++i)
      body += std::string(i > 0 ? "," : "") + R"({"extension":"jpg"})";
    return parse_upload_requests(body + "]}");
  };
  EXPECT_TRUE(files(1));
  EXPECT_TRUE(files(UploadRequests::kFilesMax));
  for (const std::size_t count : {std::size_t{0}, UploadRequests::kFilesMax + 1})
    EXPECT_EQ(files(count).error().code, ErrorCode::invalid_argument) << count;
  for (const char* body :
       {R"({"files":{}})", R"({"files":null})", R"({"files":[{}],"extension":"jpg"})"})
    EXPECT_EQ(parse_upload_requests(body).error().code, ErrorCode::invalid_argument) << body;
}

TEST(ParseIdempotencyKey, TakesOneText) {
  const std::string longest(IdempotencyKey::kSizeMax, 'k');
  const auto parse = [](http::Headers headers) { return parse_idempotency_key(headers, "body"); };
  EXPECT_FALSE(*parse({}));
  EXPECT_EQ((*parse({{"idempotency-key", "\"a-b\""}}))->key, "a-b");
  EXPECT_EQ((*parse({{"Idempotency-Key", " a-b "}}))->key, "a-b");
  EXPECT_EQ((*parse({{"Idempotency-Key", longest}}))->key, longest);
  EXPECT_NE((*parse({{"Idempotency-Key", "a"}}))->fingerprint,
            (*parse_idempotency_key({{"Idempotency-Key", "a"}}, "other"))->fingerprint);
  for (const http::Headers& bad :
       {http::Headers{{"Idempotency-Key", ""}}, http::Headers{{"Idempotency-Key", "\"\""}},
        http::Headers{{"Idempotency-Key", longest + "k"}},
        http::Headers{{"Idempotency-Key", "a b"}}, http::Headers{{"Idempotency-Key", "\xc3\xa9"}},
        http::Headers{{"Idempotency-Key", "a"}, {"Idempotency-Key", "a"}}}) {
    const auto parsed = parse(bad);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ParsePartNumbers, TakesNumbersFromOne) {
  EXPECT_EQ(*parse_part_numbers(R"({"numbers":[3,1]})"), (std::vector<std::int64_t>{3, 1}));
  std::string many = "1";
  for (std::size_t i = 0; i < kNumbersMax; ++i) many += ",1";
  for (const std::string& bad :
       {std::string(""), std::string("[1]"), std::string("{}"), std::string(R"({"numbers":[]})"),
        std::string(R"({"numbers":[0]})"), std::string(R"({"numbers":["1"]})"),
        std::string(R"({"numbers":[1.5]})"), std::string(R"({"numbers":1})"),
        R"({"numbers":[)" + many + "]}"})
    EXPECT_EQ(parse_part_numbers(bad).error().code, ErrorCode::invalid_argument) << bad;
}

TEST(ParsePartEtags, TakesWhatS3sClientsSend) {
  EXPECT_FALSE(*parse_part_etags(""));
  EXPECT_FALSE(*parse_part_etags("{}"));
  const auto etags = parse_part_etags(
      R"({"parts":[{"PartNumber":1,"ETag":"\"a\""},{"PartNumber":2,"ETag":"b"}]})");
  ASSERT_TRUE(etags) << etags.error().message;
  EXPECT_EQ(**etags, (std::vector<std::string>{"a", "b"}));
  for (const char* bad :
       {"[", R"({"parts":{}})", R"({"parts":[1]})", R"({"parts":[{"PartNumber":1}]})",
        R"({"parts":[{"PartNumber":2,"ETag":"a"}]})",
        R"({"parts":[{"PartNumber":"1","ETag":"a"}]})",
        R"({"parts":[{"PartNumber":1,"ETag":"a"},{"PartNumber":1,"ETag":"a"}]})"})
    EXPECT_EQ(parse_part_etags(bad).error().code, ErrorCode::invalid_argument) << bad;
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
      {"an unknown method", R"({"extension":"jpg","method":"PATCH"})", ErrorCode::invalid_argument},
      {"a method as a number", R"({"extension":"jpg","method":1})", ErrorCode::invalid_argument},
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
