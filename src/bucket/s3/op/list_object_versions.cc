// ListObjectVersions.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/list_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

S3Result<VersionQuery> parse_markers(const http::Query& query, const ListRequest& list) {
  const auto key = query.find("key-marker");
  const auto version_id = query.find("version-id-marker");
  if (version_id && version_id->empty())
    return refuse(S3Error::invalid_argument, "A version-id marker cannot be empty.");
  if (version_id && (!key || key->empty()))
    return refuse(S3Error::invalid_argument,
                  "A version-id marker cannot be specified without a key marker.");
  return VersionQuery{.prefix = list.query.prefix,
                      .delimiter = list.query.delimiter,
                      .after_key = std::string(key.value_or("")),
                      .after_version_id = std::string(version_id.value_or("")),
                      .count_max = list.query.count_max};
}

void write_version(xml::Writer& writer, const ListRequest& list, const VersionInfo& version) {
  const ObjectInfo& object = version.info;
  writer.open(version.is_marker ? "DeleteMarker" : "Version")
      .text("Key", list.text(object.key.str()))
      .text("VersionId", object.version_id)
      .boolean("IsLatest", version.is_latest)
      .text("LastModified", to_rfc3339(object.modified_at));
  if (!version.is_marker)
    writer.text("ETag", '"' + object.etag + '"')
        .number("Size", object.size)
        .text("StorageClass", "STANDARD");
  if (list.owner) write_owner(writer, "Owner", *list.owner);
  writer.close();
}

std::string write_page(const BucketName& bucket, const ListRequest& list, const VersionQuery& query,
                       const VersionPage& page) {
  xml::Writer writer;
  writer.open("ListVersionsResult", kXmlNamespace);
  write_list_head(writer, bucket, list, page.truncated);
  writer.text("KeyMarker", list.text(query.after_key))
      .text("VersionIdMarker", query.after_version_id);
  if (page.truncated) writer.text("NextKeyMarker", list.text(page.next_after_key));
  if (!page.next_after_version_id.empty())
    writer.text("NextVersionIdMarker", page.next_after_version_id);
  for (const VersionInfo& version : page.versions) write_version(writer, list, version);
  write_common_prefixes(writer, list, page.common_prefixes);
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_object_versions(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(ListRequest list, parse_list(call.request.query));
  CO_TRY_LET(const VersionQuery query, parse_markers(call.request.query, list));
  CO_TRY_LET(list.owner, co_await owner_of(service, call.bucket()));
  const auto page = co_await service.pool.run(
      [&] { return service.store.versions().list(call.bucket(), query); });
  if (!page) co_return std::unexpected(co_await refine_not_found(service, call, page.error()));
  co_return xml_response(200, write_page(call.bucket(), list, query, *page));
}

}  // namespace tintype::bucket
