// GetBucketCors, PutBucketCors and DeleteBucketCors.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/rule/cors_rules.h"

namespace tintype::bucket {

S3Answer get_bucket_cors(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string document, co_await get_setting(service, call, Setting::cors,
                                                              S3Error::no_such_cors_configuration));
  CO_TRY_LET(const CorsRules rules, parse_cors_rules(document));
  co_return xml_response(200, write_cors_rules(rules));
}

S3Answer put_bucket_cors(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kSettingSizeMax));
  CO_TRY(parse_cors_rules(body));
  CO_TRY(co_await put_setting(service, call, Setting::cors, body));
  co_return make_response(200);
}

S3Answer delete_bucket_cors(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await remove_setting(service, call, Setting::cors));
  co_return make_response(204);
}

}  // namespace tintype::bucket
