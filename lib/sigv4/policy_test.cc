#include "sigv4/policy.h"

#include <gtest/gtest.h>

#include "sigv4/signed_request.h"

namespace tintype::sigv4 {
namespace {

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
constexpr std::string_view kPolicy =
    "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7"
    "ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91"
    "c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3Qi"
    "OiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwi"
    "fSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRh"
    "LXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVT"
    "MjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNy"
    "ZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9"
    "LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAi"
    "MjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
constexpr std::string_view kSignature =
    "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
const Instant kSigned = *parse_amz_date("20151229T000000Z");
const Place kUsEast1{.region = "us-east-1", .service = "s3"};

Credentials example() {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
          .secret = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
          .session_token = {}};
}

PolicyFields fields() {
  return {.algorithm = kAlgorithm,
          .credential = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
          .date = "20151229T000000Z",
          .signature = kSignature};
}

/// The fault that stops the form, or nothing.
std::optional<Fault> fault_of(const PolicyFields& form, std::string_view policy = kPolicy,
                              Instant now = kSigned) {
  const auto authorization = parse_policy(form);
  if (!authorization) return authorization.error().fault;
  const auto secret = authorization->access_key_id == example().access_key_id
                          ? std::optional<Secret>(example().secret)
                          : std::nullopt;
  const auto verified =
      verify_policy(*authorization, policy, secret, now, {.regions = {"us-east-1"}});
  return verified ? std::nullopt : std::optional(verified.error().fault);
}

TEST(Policy, SignsAndVerifiesThePublishedExample) {
  EXPECT_EQ(sign_policy(kPolicy, example(), kUsEast1, kSigned), kSignature);
  EXPECT_EQ(fault_of(fields()), std::nullopt);
}

TEST(Policy, NamesItsKeyAndTimeInFields) {
  const auto made = policy_fields(example(), kUsEast1, kSigned);
  ASSERT_EQ(made.size(), 3);
  EXPECT_EQ(made[0], std::pair(std::string("x-amz-algorithm"), std::string(kAlgorithm)));
  EXPECT_EQ(made[1].second, fields().credential);
  EXPECT_EQ(made[2].second, fields().date);
}

TEST(Policy, RefusesWhatItsHolderDidNotSign) {
  const std::string other = std::string(kPolicy.substr(0, kPolicy.size() - 1)) + "A";
  const auto with = [](auto change) {
    PolicyFields changed = fields();
    change(changed);
    return changed;
  };
  const std::string short_signature(kSignature.substr(1));
  const struct {
    const char* name;
    PolicyFields form;
    Fault fault;
  } cases[] = {
      {"no algorithm", with([](auto& f) { f.algorithm = ""; }), Fault::malformed_query},
      {"another algorithm", with([](auto& f) { f.algorithm = "AWS4-HMAC-SHA1"; }),
       Fault::malformed_query},
      {"no credential", with([](auto& f) { f.credential = ""; }), Fault::malformed_query},
      {"a short credential", with([](auto& f) { f.credential = "A/20151229/us-east-1/s3"; }),
       Fault::malformed_query},
      {"no date", with([](auto& f) { f.date = ""; }), Fault::malformed_query},
      {"the date of another day", with([](auto& f) { f.date = "20151230T000000Z"; }),
       Fault::malformed_query},
      {"another region",
       with([](auto& f) { f.credential = "AKIAIOSFODNN7EXAMPLE/20151229/mars/s3/aws4_request"; }),
       Fault::wrong_region},
      {"another service", with([](auto& f) {
         f.credential = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/sqs/aws4_request";
       }),
       Fault::wrong_service},
      {"an unknown key",
       with([](auto& f) { f.credential = "NOBODY/20151229/us-east-1/s3/aws4_request"; }),
       Fault::unknown_access_key},
      {"no signature", with([](auto& f) { f.signature = ""; }), Fault::signature_mismatch},
      {"a short signature", with([&](auto& f) { f.signature = short_signature; }),
       Fault::signature_mismatch},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(fault_of(c.form), c.fault);
  }
  EXPECT_EQ(fault_of(fields(), other), Fault::signature_mismatch);
}

TEST(Policy, LivesNoLongerThanASignature) {
  const auto at = [](std::chrono::milliseconds later) {
    return fault_of(fields(), kPolicy, kSigned + later);
  };
  EXPECT_EQ(at(kExpiresMax), std::nullopt);
  EXPECT_EQ(at(kExpiresMax + std::chrono::milliseconds(1)), Fault::expired);
  EXPECT_EQ(at(-std::chrono::minutes(15)), std::nullopt);
  EXPECT_EQ(at(-std::chrono::minutes(15) - std::chrono::milliseconds(1)), Fault::not_yet_valid);
}

}  // namespace
}  // namespace tintype::sigv4
