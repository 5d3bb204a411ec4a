// GetObjectTagging, PutObjectTagging and DeleteObjectTagging.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/tags.h"
#include "bucket/s3/request/version_id.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{64} << 10;

S3Answer replace_tags(const S3Service& service, const S3Call& call, Tags tags, int status) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  const Status tagged = co_await service.pool.run([&] {
    return name.version_id
               ? service.store.versions().set_tags(name.bucket, name.key, *name.version_id, tags)
               : service.store.set_tags(name.bucket, name.key, tags);
  });
  if (!tagged) co_return std::unexpected(co_await fault_of_named(service, name, tagged.error()));
  http::Response response = make_response(status);
  if (name.version_id) response.headers.set("x-amz-version-id", *name.version_id);
  co_return response;
}

}  // namespace

S3Answer get_object_tagging(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY_LET(const ObjectInfo object, co_await head_named(service, name));
  http::Response response = xml_response(200, write_tagging_document(object.tags));
  add_version_id(response.headers, object);
  co_return response;
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
