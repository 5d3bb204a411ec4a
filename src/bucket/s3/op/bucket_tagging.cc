// GetBucketTagging, PutBucketTagging and DeleteBucketTagging.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/tags.h"

namespace tintype::bucket {

namespace {
constexpr std::size_t kBucketTagsMax = 50;  // S3's own.
}  // namespace

S3Answer get_bucket_tagging(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string document,
             co_await get_setting(service, call, Setting::tagging, S3Error::no_such_tag_set));
  CO_TRY_LET(const Tags tags, parse_tagging_document(document, kBucketTagsMax));
  co_return xml_response(200, write_tagging_document(tags));
}

S3Answer put_bucket_tagging(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kSettingSizeMax));
  CO_TRY(parse_tagging_document(body, kBucketTagsMax));
  CO_TRY(co_await put_setting(service, call, Setting::tagging, body));
  co_return make_response(204);
}

S3Answer delete_bucket_tagging(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await remove_setting(service, call, Setting::tagging));
  co_return make_response(204);
}

}  // namespace tintype::bucket
