// GetObjectTagging, PutObjectTagging and DeleteObjectTagging.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/tags.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{64} << 10;

S3Answer replace_tags(const S3Service& service, const S3Call& call, Tags tags, int status) {
  const Status tagged = co_await service.pool.run(
      [&] { return service.store.set_tags(call.bucket(), call.key(), tags); });
  if (!tagged) co_return std::unexpected(co_await refine_not_found(service, call, tagged.error()));
  co_return make_response(status);
}

}  // namespace

S3Answer get_object_tagging(const S3Service& service, const S3Call& call) {
  const auto object =
      co_await service.pool.run([&] { return service.store.head(call.bucket(), call.key()); });
  if (!object) co_return std::unexpected(co_await refine_not_found(service, call, object.error()));
  co_return xml_response(200, write_tagging_document(object->tags));
}

S3Answer put_object_tagging(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  CO_TRY_LET(Tags tags, parse_tagging_document(body));
  co_return co_await replace_tags(service, call, std::move(tags), 200);
}

S3Answer delete_object_tagging(const S3Service& service, const S3Call& call) {
  co_return co_await replace_tags(service, call, {}, 204);
}

}  // namespace tintype::bucket
