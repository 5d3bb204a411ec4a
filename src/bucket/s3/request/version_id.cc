#include "bucket/s3/request/version_id.h"

#include <utility>

namespace tintype::bucket {

S3Result<std::optional<std::string>> parse_version_id(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  if (text->empty())
    return refuse(S3Error::invalid_argument, "Version id cannot be the empty string");
  return std::string(*text);
}

S3Result<ObjectName> object_name_of(const S3Call& call) {
  TRY_LET(auto version_id, parse_version_id(call.request.query.find("versionId")));
  return ObjectName{
      .bucket = call.bucket(), .key = call.key(), .version_id = std::move(version_id)};
}

namespace {

S3Fault fault_of_marker(S3Error error, const ObjectInfo& marker) {
  return {.error = error,
          .headers = {{"x-amz-delete-marker", "true"},
                      {"x-amz-version-id", marker.version_id},
                      {"Last-Modified", to_http_date(marker.modified_at)}}};
}

/// Blocks.
S3Fault refine(MultipartStore& store, const ObjectName& name, Error error) {
  if (error.code != ErrorCode::not_found && error.code != ErrorCode::invalid_argument)
    return fault_of(std::move(error));
  const auto found = name.version_id
                         ? store.versions().head(name.bucket, name.key, *name.version_id)
                         : store.versions().latest(name.bucket, name.key);
  if (found && found->is_marker)
    return fault_of_marker(name.version_id ? S3Error::method_not_allowed : S3Error::no_such_key,
                           found->info);
  if (error.code != ErrorCode::not_found) return fault_of(std::move(error));
  const auto exists = store.bucket_exists(name.bucket);
  if (!exists) return fault_of(exists.error());
  if (!*exists) return {.error = S3Error::no_such_bucket};
  return {.error = name.version_id ? S3Error::no_such_version : S3Error::no_such_key};
}

}  // namespace

Task<S3Fault> fault_of_named(const S3Service& service, const ObjectName& name, Error error) {
  auto fault = co_await service.pool.run(
      [&]() -> Result<S3Fault> { return refine(service.store, name, std::move(error)); });
  if (!fault) co_return fault_of(std::move(fault).error());
  co_return *std::move(fault);
}

SmallObjectPtr recall_named(const S3Service& service, const ObjectName& name) {
  return name.version_id ? nullptr : service.store.recall(name.bucket, name.key);
}

Task<S3Result<Object>> open_named(const S3Service& service, const ObjectName& name) {
  auto object = co_await service.pool.run([&] {
    return name.version_id ? service.store.versions().open(name.bucket, name.key, *name.version_id)
                           : service.store.open(name.bucket, name.key);
  });
  if (!object) co_return std::unexpected(co_await fault_of_named(service, name, object.error()));
  co_return *std::move(object);
}

Task<S3Result<ObjectInfo>> head_named(const S3Service& service, const ObjectName& name) {
  if (const SmallObjectPtr small = recall_named(service, name)) co_return small->info;
  auto object = co_await service.pool.run([&]() -> Result<ObjectInfo> {
    if (!name.version_id) return service.store.head(name.bucket, name.key);
    TRY_LET(VersionInfo version,
            service.store.versions().head(name.bucket, name.key, *name.version_id));
    if (version.is_marker) return fail(ErrorCode::invalid_argument, "a delete marker");
    return std::move(version.info);
  });
  if (!object) co_return std::unexpected(co_await fault_of_named(service, name, object.error()));
  co_return *std::move(object);
}

Result<Removal> remove_named(MultipartStore& store, const ObjectName& name,
                             const RemoveCondition& condition, const Writer& writer) {
  if (!name.version_id) return store.remove(name.bucket, name.key, condition, writer);
  return store.versions().remove(name.bucket, name.key, *name.version_id, condition, writer);
}

void add_version_id(http::Headers& headers, const ObjectInfo& object) {
  if (object.version_id != kNullVersion) headers.set("x-amz-version-id", object.version_id);
}

}  // namespace tintype::bucket
