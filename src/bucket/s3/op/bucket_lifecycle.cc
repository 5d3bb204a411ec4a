// GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration and DeleteBucketLifecycle.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/rule/lifecycle_rules.h"

namespace tintype::bucket {

S3Answer get_bucket_lifecycle(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(std::string document, co_await get_setting(service, call, Setting::lifecycle,
                                                        S3Error::no_such_lifecycle_configuration));
  co_return xml_response(200, std::move(document));
}

S3Answer put_bucket_lifecycle(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kSettingSizeMax));
  CO_TRY_LET(const LifecycleRules rules, parse_lifecycle_rules(body));
  // As it was understood, and with the ids that were given: what is done is what is told.
  CO_TRY(co_await put_setting(service, call, Setting::lifecycle, write_lifecycle_rules(rules)));
  co_return make_response(200);
}

S3Answer delete_bucket_lifecycle(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await remove_setting(service, call, Setting::lifecycle));
  co_return make_response(204);
}

}  // namespace tintype::bucket
