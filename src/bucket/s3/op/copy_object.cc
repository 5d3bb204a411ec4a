// CopyObject: a PUT whose content is another object's.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/copy_source.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/receive_body.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

/// COPY, the default, or REPLACE.
S3Result<bool> is_replaced(const http::Headers& headers, std::string_view directive) {
  const auto text = headers.find(directive);
  if (!text || *text == "COPY") return false;
  if (*text == "REPLACE") return true;
  return refuse(S3Error::invalid_argument,
                "The value of '" + std::string(directive) + "' must be COPY or REPLACE.");
}

struct CopyRequest {
  ObjectName source;
  PutOptions options;
  bool with_fields = true;  ///< The source's type, headers and metadata.
  bool with_tags = true;
  std::optional<ChecksumKind> checksum;
};

S3Result<CopyRequest> parse_copy(const S3Call& call) {
  const http::Headers& headers = call.request.headers;
  TRY_LET(ObjectName source, parse_copy_source(headers));
  TRY_LET(PutOptions options, parse_put_options(headers, writer_of(call.request, call.caller)));
  TRY_LET(const bool new_fields, is_replaced(headers, "x-amz-metadata-directive"));
  TRY_LET(const bool new_tags, is_replaced(headers, "x-amz-tagging-directive"));
  options.writer.by = WrittenBy::copy;
  std::optional<ChecksumKind> kind;
  if (const auto text = headers.find("x-amz-checksum-algorithm")) {
    kind = parse_checksum_kind(*text);
    if (!kind) return refuse(S3Error::invalid_request, "Checksum algorithm is not supported.");
  }
  // An older version onto its own key is how it becomes the latest again.
  const bool is_itself =
      source.bucket == call.bucket() && source.key == call.key() && !source.version_id;
  if (is_itself && !new_fields && !new_tags)
    return refuse(S3Error::invalid_request,
                  "This copy request is illegal because it is trying to copy an object to itself "
                  "without changing the object's metadata, storage class, website redirect "
                  "location or encryption attributes.");
  return CopyRequest{.source = std::move(source),
                     .options = std::move(options),
                     .with_fields = !new_fields,
                     .with_tags = !new_tags,
                     .checksum = kind};
}

void take_over(const ObjectInfo& source, CopyRequest& copy) {
  PutOptions& options = copy.options;
  options.size = source.size;
  if (copy.with_fields) {
    options.content_type = source.content_type;
    options.cache_control = source.cache_control;
    options.metadata = source.metadata;
    options.headers = source.headers;
  }
  if (copy.with_tags) options.tags = source.tags;
  if (!copy.checksum && source.checksum) copy.checksum = source.checksum->kind;
}

/// The content, and its checksum; blocks.
Status fill(const Object& source, const std::optional<ChecksumKind>& kind, Upload& upload) {
  // A composite checksum is of parts, which the copy has not: then it is made anew, like another
  // kind.
  const auto& known = source.info.checksum;
  const bool is_same = known && known->kind == kind && known->type() == ChecksumType::full_object;
  const http::Range whole{.offset = 0, .size = source.info.size};
  if (!kind || is_same) {
    if (is_same) upload.set_checksum(*known);
    return copy_content(source, whole, upload);
  }
  return copy_content_with_checksum(source, whole, *kind, upload);
}

}  // namespace

S3Answer copy_object(const S3Service& service, const S3Call& call) {
  const Instant begun_at = service.clock.now();
  CO_TRY_LET(CopyRequest copy, parse_copy(call));
  CO_TRY_LET(const Object source, co_await open_copy_source(service, call, copy.source));
  take_over(source.info, copy);
  auto begun = co_await service.pool.run(
      [&] { return service.store.begin(call.bucket(), call.key(), copy.options); });
  if (!begun) co_return std::unexpected(co_await refusal_of(service, call, begun.error()));
  std::unique_ptr<Upload> upload = *std::move(begun);

  const auto object = co_await service.pool.run([&]() -> Result<ObjectInfo> {
    TRY(fill(source, copy.checksum, *upload));
    return upload->commit();
  });
  if (!object) {
    discard(service.pool, std::move(upload));
    co_return std::unexpected(co_await refine_not_found(service, call, object.error()));
  }
  log(LogLevel::info, "object copied",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", call.key().str()},
       {"size", object->size},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  xml::Writer writer;
  writer.open("CopyObjectResult", kXmlNamespace)
      .text("LastModified", to_rfc3339(object->modified_at))
      .text("ETag", '"' + object->etag + '"');
  write_checksum_elements(writer, object->checksum);
  http::Response response = xml_response(200, std::move(writer).finish());
  add_version_id(response.headers, *object);
  add_source_version_id(response.headers, source.info);
  co_return response;
}

}  // namespace tintype::bucket
