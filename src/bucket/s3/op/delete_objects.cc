// DeleteObjects: up to 1000 of them, each with its own outcome.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/remove_condition.h"
#include "bucket/s3/request/require_bucket.h"
#include "bucket/s3/request/version_id.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kObjectsMax = 1000;
constexpr std::size_t kBodySizeMax = std::size_t{2} << 20;  // 1000 keys of 1024 bytes, escaped.

struct Doomed {
  std::string key;
  std::optional<std::string> version_id;
  RemoveCondition condition;
};

struct DeleteRequest {
  std::vector<Doomed> objects;
  bool quiet = false;  ///< Only errors are told.
};

S3Result<DeleteRequest> parse_delete(const std::string& body) {
  const auto document = xml::Document::parse(body, {.size_max = kBodySizeMax});
  if (!document || document->root().name() != "Delete") return refuse(S3Error::malformed_xml);
  DeleteRequest request;
  for (const xml::Element& element : document->root().children()) {
    if (element.name() == "Quiet") request.quiet = element.text() == "true";
    if (element.name() != "Object") continue;
    const auto key = element.child("Key");
    if (!key) return refuse(S3Error::malformed_xml);
    Doomed object{.key = key->text(), .version_id = {}, .condition = {}};
    if (const auto version = element.child("VersionId")) object.version_id = version->text();
    TRY_LET(object.condition, parse_remove_condition(element));
    request.objects.push_back(std::move(object));
  }
  if (request.objects.empty() || request.objects.size() > kObjectsMax)
    return refuse(S3Error::malformed_xml);
  return request;
}

/// One of them. A key that cannot be is one that is not there.
Task<S3Result<Removal>> remove_one(const S3Service& service, const S3Call& call,
                                   const Doomed& object) {
  auto key = Key::parse(object.key);
  if (!key) {
    CO_TRY(co_await authorize(service, call.request, call.caller, "s3:DeleteObject", call.bucket(),
                              nullptr));
    co_return Removal();
  }
  const ObjectName name{
      .bucket = call.bucket(), .key = *std::move(key), .version_id = object.version_id};
  CO_TRY(co_await authorize(service, call.request, call.caller,
                            name.version_id ? "s3:DeleteObjectVersion" : "s3:DeleteObject",
                            name.bucket, &name.key));
  const Writer writer = writer_of(call.request, call.caller);
  co_return to_s3(co_await service.pool.run(
      [&] { return remove_named(service.store, name, object.condition, writer); }));
}

void write_deleted(xml::Writer& writer, const Doomed& object, const Removal& removal) {
  writer.open("Deleted").text("Key", object.key);
  if (object.version_id) writer.text("VersionId", *object.version_id);
  if (removal.is_marker)
    writer.boolean("DeleteMarker", true).text("DeleteMarkerVersionId", removal.version_id);
  writer.close();
}

void write_failed(xml::Writer& writer, const Doomed& object, const S3Fault& fault) {
  writer.open("Error").text("Key", object.key);
  if (object.version_id) writer.text("VersionId", *object.version_id);
  writer.text("Code", code_of(fault.error)).text("Message", message_of(fault.error)).close();
}

}  // namespace

S3Answer delete_objects(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  CO_TRY_LET(const DeleteRequest request, parse_delete(body));
  CO_TRY(co_await require_bucket(service, call));

  xml::Writer writer;
  writer.open("DeleteResult", kXmlNamespace);
  std::size_t deleted_count = 0;
  for (const Doomed& object : request.objects) {
    const auto removed = co_await remove_one(service, call, object);
    deleted_count += removed ? 1 : 0;
    if (removed && !request.quiet) write_deleted(writer, object, *removed);
    if (!removed) write_failed(writer, object, removed.error());
  }
  log(LogLevel::info, "objects deleted",
      {{"request", call.request.id}, {"bucket", call.bucket().str()}, {"count", deleted_count}});
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
