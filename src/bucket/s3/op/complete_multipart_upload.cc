// CompleteMultipartUpload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
#include "base/log.h"
#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/version_id.h"
#include "crypto/digest.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

/// A condition of the request, or a part that was replaced since it was chosen.
Task<S3Fault> fault_of_complete(const S3Service& service, const S3Call& call,
                                const PutOptions& options, Error error) {
  if (error.code == ErrorCode::damaged_input)
    co_return S3Fault{.error = S3Error::bad_digest, .cause = std::move(error.message)};
  if (error.code == ErrorCode::conflict && !options.precondition.any())
    co_return S3Fault{.error = S3Error::invalid_part, .cause = std::move(error.message)};
  const bool must_match = options.precondition.etag || options.precondition.present;
  if (error.code != ErrorCode::not_found || !must_match)
    co_return co_await multipart_fault_of(service, call, std::move(error));
  co_return co_await refine_not_found(service, call, std::move(error));  // No object to match.
}

/// Of the object, not of this request's body.
std::optional<ContentChecksum> claimed_checksum(const http::Headers& headers) {
  for (const ChecksumKind kind : kChecksumKinds)
    if (const auto value = headers.find(header_of(kind)))
      return ContentChecksum{.kind = kind, .base64 = std::string(*value)};
  return std::nullopt;
}

/// The key's object, if it is what these parts make.
Task<std::optional<ObjectInfo>> find_completed(const S3Service& service, const S3Call& call,
                                               const std::vector<NamedPart>& named) {
  std::vector<PartInfo> parts;
  for (const NamedPart& part : named) parts.push_back({.number = part.number, .etag = part.etag});
  const auto etag = composite_etag(parts);
  if (!etag) co_return std::nullopt;
  auto object =
      co_await service.pool.run([&] { return service.store.head(call.bucket(), call.key()); });
  if (!object || object->etag != *etag) co_return std::nullopt;
  co_return *std::move(object);
}

http::Response write_answer(const ObjectInfo& object) {
  xml::Writer writer;
  writer.open("CompleteMultipartUploadResult", kXmlNamespace)
      .text("Location", location_of(object))
      .text("Bucket", object.bucket.str())
      .text("Key", object.key.str())
      .text("ETag", '"' + object.etag + '"');
  write_checksum_elements(writer, object.checksum);
  http::Response response = xml_response(200, std::move(writer).finish());
  add_version_id(response.headers, object);
  return response;
}

}  // namespace

S3Answer complete_multipart_upload(const S3Service& service, const S3Call& call) {
  const Instant begun_at = service.clock.now();
  CO_TRY_LET(const std::string body,
             to_s3(co_await http::read_all(*call.request.body, kCompleteBodySizeMax)));
  if (!payload_matches(call.caller.payload_hash, crypto::sha256_hex(as_bytes(body))))
    co_return refuse(S3Error::content_sha256_mismatch);
  CO_TRY_LET(const auto named, parse_complete(body));
  CO_TRY_LET(PutOptions options,
             parse_put_options(call.request.headers, writer_of(call.request, call.caller)));
  options.writer.by = WrittenBy::multipart;
  options.checksum = claimed_checksum(call.request.headers);

  const MultipartName name = multipart_name_of(call);
  Multiparts& multiparts = service.store.multiparts();
  const auto present =
      co_await service.pool.run([&] { return multiparts.parts(name, 0, kPartNumberMax); });
  if (!present) {
    const S3Fault fault = co_await multipart_fault_of(service, call, present.error());
    if (fault.error != S3Error::no_such_upload) co_return std::unexpected(fault);
    // A client that never got the answer asks again.
    const auto done = co_await find_completed(service, call, named);
    if (!done) co_return std::unexpected(fault);
    co_return write_answer(*done);
  }
  CO_TRY_LET(const auto chosen, choose_parts(named, *present));
  const auto object =
      co_await service.pool.run([&] { return multiparts.complete(name, chosen, options); });
  if (!object)
    co_return std::unexpected(co_await fault_of_complete(service, call, options, object.error()));

  log(LogLevel::info, "object stored",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"key", call.key().str()},
       {"size", object->size},
       {"parts", chosen.size()},
       {"duration_ms", (service.clock.now() - begun_at).count()}});
  co_return write_answer(*object);
}

}  // namespace tintype::bucket
