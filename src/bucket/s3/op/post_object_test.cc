#include "bucket/s3/test_s3.h"
#include "sigv4/policy.h"

namespace tintype::bucket {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// What a form has beside its fields and its file, to be spoiled.
struct Form {
  Fields fields = {{"key", "a/b"}};
  std::string conditions = R"({"bucket":"photos"},["starts-with","$key",""])";
  std::string file = "the bytes";
  std::string file_name = "x.jpg";
  std::string after = "";                               // Parts behind the file.
  std::string expiration = "2027-01-15T08:10:00.000Z";  // Ten minutes from now.
  std::string bucket = "photos";
  bool with_policy = true;
  std::string signature = "";  // Instead of the right one.
};

class S3Post : public test::S3Test {
 protected:
  static std::string part(const std::string& name, const std::string& value) {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }
  std::string body_of(const Form& form) const {
    const sigv4::Place place{.region = "us-east-1", .service = "s3"};
    Fields signers = sigv4::policy_fields(credentials_, place, test::kNow);
    std::string conditions = form.conditions;
    for (const auto& [name, value] : signers) conditions += ",{\"" + name + "\":\"" + value + "\"}";
    const std::string policy = to_base64(as_bytes(R"({"expiration":")" + form.expiration +
                                                  R"(","conditions":[)" + conditions + "]}"));
    std::string body;
    for (const auto& [name, value] : form.fields) body += part(name, value);
    for (const auto& [name, value] : signers) body += part(name, value);
    if (form.with_policy) body += part("Policy", policy);
    const std::string signature = sigv4::sign_policy(policy, credentials_, place, test::kNow);
    body += part("X-Amz-Signature", form.signature.empty() ? signature : form.signature);
    body += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + form.file_name +
            "\"\r\n\r\n" + form.file + "\r\n";
    return body + form.after + "--b--\r\n";
  }
  http::ClientResponse post(const Form& form) {
    return send_plain("POST", "/" + form.bucket, body_of(form),
                      {{"Content-Type", "multipart/form-data; boundary=b"}});
  }
};

TEST_F(S3Post, StoresTheFileOfAForm) {
  const auto response =
      post({.fields = {{"key", "a/b"}, {"Content-Type", "image/png"}, {"x-amz-meta-who", "me"}},
            .conditions = R"({"key":"a/b"},{"content-type":"image/png"},)"
                          R"(["starts-with","$x-amz-meta-who",""])"});
  EXPECT_EQ(response.status, 204) << response.body;
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header_in(response, "ETag"), "\"ab48e870377e5d9fbe11663949e229b0\"");
  const auto got = send("GET", "/photos/a/b");
  EXPECT_EQ(got.body, "the bytes");
  EXPECT_EQ(header_in(got, "Content-Type"), "image/png");
  EXPECT_EQ(header_in(got, "x-amz-meta-who"), "me");
}

TEST_F(S3Post, AnswersAsTheFormWants) {
  const auto answer = [&](const std::string& name, const std::string& value) {
    return post({.fields = {{"key", "k"}, {name, value}},
                 .conditions = R"({"key":"k"},["starts-with","$)" + name + R"(",""])"});
  };
  EXPECT_EQ(answer("success_action_status", "200").status, 200);
  EXPECT_EQ(answer("success_action_status", "204").status, 204);
  EXPECT_EQ(answer("success_action_status", "302").status, 204) << "as S3 does";
  const auto created = answer("success_action_status", "201");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(text_in(created, "Key"), "k");
  EXPECT_EQ(text_in(created, "Bucket"), "photos");
  EXPECT_EQ(text_in(created, "ETag"), header_in(created, "ETag"));
  const auto redirected = answer("success_action_redirect", "https://app.example/done?a=1");
  EXPECT_EQ(redirected.status, 303);
  EXPECT_TRUE(header_in(redirected, "Location")
                  .starts_with("https://app.example/done?a=1&bucket=photos&key=k&etag=%22"));
  EXPECT_EQ(answer("success_action_redirect", "javascript:alert(1)").status, 204);
}

TEST_F(S3Post, PutsTheFileNameIntoTheKeyWithoutItsFolders) {
  EXPECT_EQ(post({.fields = {{"key", "u/${filename}"}},
                  .conditions = R"(["starts-with","$key","u/"])",
                  .file_name = "../../etc/x y.jpg"})
                .status,
            204);
  EXPECT_EQ(stored("u/x y.jpg"), "the bytes");
}

TEST_F(S3Post, RefusesWhatItsPolicyDoesNotAllow) {
  const std::string second =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"y\"\r\n\r\nother\r\n";
  const struct {
    const char* name;
    Form form;
    int status;
    const char* code;
  } cases[] = {
      {"another key", {.conditions = R"({"key":"other"})"}, 403, "AccessDenied"},
      {"a field that nobody spoke of",
       {.fields = {{"key", "a/b"}, {"acl", "private"}}},
       403,
       "AccessDenied"},
      {"expired", {.expiration = "2027-01-15T08:00:00.123Z"}, 403, "AccessDenied"},
      {"one byte too many",
       {.conditions = R"(["starts-with","$key",""],["content-length-range",1,8])"},
       400,
       "EntityTooLarge"},
      {"one byte too few",
       {.conditions = R"(["starts-with","$key",""],["content-length-range",10,99])"},
       400,
       "EntityTooSmall"},
      {"no policy", {.with_policy = false}, 400, "InvalidArgument"},
      {"another signature", {.signature = std::string(64, 'a')}, 403, "SignatureDoesNotMatch"},
      {"a policy that is no JSON", {.conditions = "oops"}, 400, "InvalidPolicyDocument"},
      {"a condition's name twice",
       {.conditions = R"({"key":"a/b","key":"a/b"})"},
       400,
       "InvalidPolicyDocument"},
      {"no key", {.fields = {}, .conditions = R"({"bucket":"photos"})"}, 400, "InvalidArgument"},
      {"a key twice", {.fields = {{"key", "a/b"}, {"Key", "c"}}}, 400, "InvalidArgument"},
      {"two files", {.after = second}, 400, "IncorrectNumberOfFilesInPostRequest"},
      {"the name of another bucket",
       {.fields = {{"key", "a/b"}, {"bucket", "other"}}},
       403,
       "AccessDenied"},
      {"a bucket that is not there",
       {.conditions = R"(["starts-with","$key",""])", .bucket = "nobucket"},
       404,
       "NoSuchBucket"},
      {"a header in a header",
       {.fields = {{"key", "a/b"}, {"Content-Type", "a/b\r\nX-Evil: 1"}},
        .conditions = R"(["starts-with","$key",""],["starts-with","$Content-Type",""])"},
       400,
       "InvalidArgument"},
      {"encryption",
       {.fields = {{"key", "a/b"}, {"x-amz-server-side-encryption", "AES256"}},
        .conditions = R"(["starts-with","$key",""],{"x-amz-server-side-encryption":"AES256"})"},
       501,
       "NotImplemented"},
      {"huge fields",
       {.fields = {{"key", "a/b"}, {"x-ignore-me", std::string(30'000, 'x')}}},
       400,
       "MaxPostPreDataLengthExceededError"},
      {"a key that is too long",
       {.fields = {{"key", std::string(Key::kSizeMax + 1, 'k')}}},
       400,
       "KeyTooLongError"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto response = post(c.form);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(code_in(response), c.code) << response.body;
    EXPECT_EQ(stored("a/b"), "none");
  }
}

TEST_F(S3Post, IgnoresFieldsBehindTheFile) {
  const Form form{.conditions = R"(["starts-with","$key",""])", .after = part("key", "other")};
  EXPECT_EQ(post(form).status, 204);
  EXPECT_EQ(stored("a/b"), "the bytes");
  EXPECT_EQ(stored("other"), "none");
}

TEST_F(S3Post, FillsASlotOnce) {
  const Form form{.fields = {{"key", "slot"}, {"Content-Type", "image/jpeg"}},
                  .conditions = R"({"key":"slot"},{"content-type":"image/jpeg"})",
                  .file = "jpeg"};
  EXPECT_EQ(post(form).status, 204);
  const auto replayed = post(form);
  EXPECT_EQ(replayed.status, 403);
  EXPECT_EQ(text_in(replayed, "Message"), "this upload URL was already used");
  EXPECT_EQ(stored("slot"), "jpeg");
}

TEST_F(S3Post, TakesWhatIsNoFormForWhatItIs) {
  EXPECT_EQ(code_in(send_plain("POST", "/photos", "x", {})), "MalformedPOSTRequest");
  EXPECT_EQ(code_in(send_plain("POST", "/photos", "x",
                               {{"Content-Type", "multipart/form-data; boundary=b"}})),
            "MalformedPOSTRequest");
  const std::string whole = body_of({});
  EXPECT_EQ(code_in(send_plain("POST", "/photos", whole.substr(0, whole.size() - 8),
                               {{"Content-Type", "multipart/form-data; boundary=b"}})),
            "MalformedPOSTRequest")
      << "cut in the middle";
  EXPECT_EQ(stored("a/b"), "none");
}

TEST_F(S3Post, CarriesCorsOnErrorsToo) {
  const auto refused =
      send_plain("POST", "/photos", "x",
                 {{"Content-Type", "multipart/form-data; boundary=b"}, {"Origin", test::kOrigin}});
  EXPECT_EQ(header_in(refused, "Access-Control-Allow-Origin"), test::kOrigin);
}

}  // namespace
}  // namespace tintype::bucket
