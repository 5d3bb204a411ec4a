// GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy and GetBucketPolicyStatus.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/rule/bucket_rules.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {
constexpr std::size_t kPolicySizeMax = std::size_t{20} << 10;  // S3's own.
}  // namespace

S3Answer get_bucket_policy(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(std::string document,
             co_await get_setting(service, call, Setting::policy, S3Error::no_such_bucket_policy));
  http::Response response = make_response(200, {{"Content-Type", "application/json"}});
  response.body = std::move(document);
  co_return response;
}

S3Answer get_bucket_policy_status(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string document,
             co_await get_setting(service, call, Setting::policy, S3Error::no_such_bucket_policy));
  CO_TRY_LET(const Policy policy, parse_policy(document, call.bucket()));
  xml::Writer writer;
  writer.open("PolicyStatus", kXmlNamespace).boolean("IsPublic", is_public(policy));
  co_return xml_response(200, std::move(writer).finish());
}

S3Answer put_bucket_policy(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kPolicySizeMax));
  CO_TRY_LET(const Policy policy, parse_policy(body, call.bucket()));
  CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(call.bucket())));
  if (rules->public_access.block_policy && is_public(policy))
    co_return refuse(S3Error::access_denied,
                     "The bucket's public access block does not allow a public policy.");
  CO_TRY(co_await put_setting(service, call, Setting::policy, body));
  co_return make_response(204);
}

S3Answer delete_bucket_policy(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await remove_setting(service, call, Setting::policy));
  co_return make_response(204);
}

}  // namespace tintype::bucket
