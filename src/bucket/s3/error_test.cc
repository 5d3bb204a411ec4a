#include "bucket/s3/error.h"

#include <gtest/gtest.h>

#include <set>

#include "xml/reader.h"

namespace tintype::bucket {
namespace {

constexpr int kErrorCount = static_cast<int>(S3Error::slow_down) + 1;  // The last one.

http::Request request_of(std::string method) {
  http::Request request;
  request.method = std::move(method);
  request.path = "/photos/a%20b";
  request.id = "request-1";
  return request;
}

TEST(S3ErrorTables, HaveACodeAStatusAndASentenceForEach) {
  std::set<std::string_view> codes;
  for (int i = 0; i < kErrorCount; ++i) {
    const auto error = static_cast<S3Error>(i);
    SCOPED_TRACE(code_of(error));
    EXPECT_TRUE(codes.insert(code_of(error)).second);
    EXPECT_GE(status_of(error), 400);
    EXPECT_LT(status_of(error), 600);
    EXPECT_TRUE(message_of(error).ends_with('.') || error == S3Error::access_denied);
  }
}

TEST(S3ErrorTables, AgreeWithAws) {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  const struct {
    S3Error error;
    const char* code;
    int status;
  } cases[] = {
      {S3Error::access_denied, "AccessDenied", 403},
      {S3Error::bad_digest, "BadDigest", 400},
      {S3Error::entity_too_large, "EntityTooLarge", 400},
      {S3Error::invalid_range, "InvalidRange", 416},
      {S3Error::missing_content_length, "MissingContentLength", 411},
      {S3Error::no_such_bucket, "NoSuchBucket", 404},
      {S3Error::no_such_key, "NoSuchKey", 404},
      {S3Error::not_implemented, "NotImplemented", 501},
      {S3Error::precondition_failed, "PreconditionFailed", 412},
      {S3Error::request_time_too_skewed, "RequestTimeTooSkewed", 403},
      {S3Error::signature_does_not_match, "SignatureDoesNotMatch", 403},
      {S3Error::slow_down, "SlowDown", 503},
      {S3Error::content_sha256_mismatch, "XAmzContentSHA256Mismatch", 400},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(code_of(c.error), c.code);
    EXPECT_EQ(status_of(c.error), c.status);
  }
}

TEST(S3Fault, KeepsTheCauseOfAnErrorForTheLog) {
  const struct {
    ErrorCode code;
    S3Error error;
  } cases[] = {
      {ErrorCode::not_found, S3Error::no_such_key},
      {ErrorCode::conflict, S3Error::precondition_failed},
      {ErrorCode::unavailable, S3Error::slow_down},
      {ErrorCode::damaged_input, S3Error::incomplete_body},
      {ErrorCode::corrupt, S3Error::internal_error},
      {ErrorCode::internal, S3Error::internal_error},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(to_string(c.code));
    const S3Fault fault = fault_of(Error{c.code, "write '/var/x': no"});
    EXPECT_EQ(fault.error, c.error);
    EXPECT_EQ(fault.cause, "write '/var/x': no");
    const auto response = error_response(fault, request_of("GET"));
    EXPECT_EQ(std::get<std::string>(response.body).find("/var/x"), std::string::npos);
  }
}

TEST(S3Fault, SpeaksOfASignatureAsAwsDoes) {
  using sigv4::Fault;
  using sigv4::Form;
  const struct {
    Fault fault;
    Form form;
    const char* code;
  } cases[] = {
      {Fault::two_mechanisms, Form::header, "InvalidArgument"},
      {Fault::unsupported_mechanism, Form::header, "InvalidRequest"},
      {Fault::malformed_authorization, Form::header, "AuthorizationHeaderMalformed"},
      {Fault::malformed_query, Form::query, "AuthorizationQueryParametersError"},
      {Fault::malformed_path, Form::header, "InvalidURI"},
      {Fault::missing_date, Form::header, "AccessDenied"},
      {Fault::missing_payload_hash, Form::header, "InvalidRequest"},
      {Fault::malformed_payload_hash, Form::header, "InvalidArgument"},
      {Fault::headers_not_signed, Form::header, "AccessDenied"},
      {Fault::wrong_region, Form::header, "AuthorizationHeaderMalformed"},
      {Fault::wrong_region, Form::query, "AuthorizationQueryParametersError"},
      {Fault::wrong_service, Form::query, "AuthorizationQueryParametersError"},
      {Fault::unknown_access_key, Form::header, "InvalidAccessKeyId"},
      {Fault::signature_mismatch, Form::header, "SignatureDoesNotMatch"},
      {Fault::request_time_skewed, Form::header, "RequestTimeTooSkewed"},
      {Fault::not_yet_valid, Form::query, "AccessDenied"},
      {Fault::expired, Form::query, "AccessDenied"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(sigv4::to_string(c.fault));
    const sigv4::Failure failure{
        .fault = c.fault, .message = "why", .canonical_request = {}, .string_to_sign = {}};
    const S3Fault fault = fault_of(failure, c.form);
    EXPECT_EQ(code_of(fault.error), c.code);
    EXPECT_EQ(fault.cause, "why");
  }
}

TEST(ErrorResponse, IsTheXmlOfS3) {
  const auto response =
      error_response({.error = S3Error::no_such_key, .message = "<none>"}, request_of("GET"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/xml");
  const auto document = xml::Document::parse(std::get<std::string>(response.body), {});
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().name(), "Error");
  EXPECT_EQ(document->root().child("Code")->text(), "NoSuchKey");
  EXPECT_EQ(document->root().child("Message")->text(), "<none>");
  EXPECT_EQ(document->root().child("Resource")->text(), "/photos/a%20b");
  EXPECT_EQ(document->root().child("RequestId")->text(), "request-1");
}

TEST(ErrorResponse, HasNoBodyForHead) {
  const auto response = error_response({.error = S3Error::no_such_key}, request_of("HEAD"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(std::get<std::string>(response.body), "");
}

TEST(ErrorResponse, SaysWhenToTryAgain) {
  EXPECT_EQ(
      error_response({.error = S3Error::slow_down}, request_of("PUT")).headers.find("Retry-After"),
      "1");
}

}  // namespace
}  // namespace tintype::bucket
