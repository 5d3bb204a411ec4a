// UploadPartCopy: a part whose content is another object's, or a range of it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
#include <memory>
#include <utility>

#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/copy_source.h"
#include "bucket/s3/request/multipart_request.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/receive_body.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

/// x-amz-copy-source-range: "bytes=first-last", both given and within the object.
S3Result<http::Range> parse_part_range(const http::Headers& headers, std::uint64_t size) {
  const auto text = headers.find("x-amz-copy-source-range");
  if (!text) return http::Range{.offset = 0, .size = size};
  constexpr std::string_view kUnit = "bytes=";
  const auto malformed = [] {
    return refuse(S3Error::invalid_argument,
                  "The x-amz-copy-source-range value must be of the form bytes=first-last where "
                  "first and last are the zero-based offsets of the first and last bytes to copy");
  };
  if (!text->starts_with(kUnit)) return malformed();
  const std::string_view bounds = text->substr(kUnit.size());
  const std::size_t dash = bounds.find('-');
  if (dash == std::string_view::npos) return malformed();
  const auto first = parse_integer<std::uint64_t>(bounds.substr(0, dash));
  const auto last = parse_integer<std::uint64_t>(bounds.substr(dash + 1));
  if (!first || !last || *first > *last) return malformed();
  if (*last >= size)
    return refuse(S3Error::invalid_range,
                  "Range specified is not valid for source object of "
                  "size: " +
                      std::to_string(size));
  return http::Range{.offset = *first, .size = *last - *first + 1};
}

}  // namespace

S3Answer upload_part_copy(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::int64_t number, parse_part_number(call.request.query));
  CO_TRY_LET(const ObjectName from, parse_copy_source(call.request.headers));
  CO_TRY_LET(const Object source, co_await open_copy_source(service, call, from));
  CO_TRY_LET(const http::Range range, parse_part_range(call.request.headers, source.info.size));
  Writer writer = writer_of(call.request, call.caller);
  writer.by = WrittenBy::multipart;
  auto begun = co_await service.pool.run([&] {
    return service.store.multiparts().begin_part(
        multipart_name_of(call), {.number = number, .size = range.size, .writer = writer});
  });
  if (!begun) co_return std::unexpected(co_await multipart_fault_of(service, call, begun.error()));
  std::unique_ptr<PartUpload> part = *std::move(begun);

  const auto stored = co_await service.pool.run([&]() -> Result<PartInfo> {
    const auto kind = part->wanted_checksum();
    TRY(kind ? copy_content_with_checksum(source, range, *kind, *part)
             : copy_content(source, range, *part));
    return part->commit();
  });
  if (!stored) {
    discard(service.pool, std::move(part));
    co_return std::unexpected(co_await multipart_fault_of(service, call, stored.error()));
  }
  xml::Writer document;
  document.open("CopyPartResult", kXmlNamespace)
      .text("LastModified", to_rfc3339(stored->modified_at))
      .text("ETag", '"' + stored->etag + '"');
  if (stored->checksum) document.text(element_of(stored->checksum->kind), stored->checksum->base64);
  http::Response response = xml_response(200, std::move(document).finish());
  add_source_version_id(response.headers, source.info);
  co_return response;
}

}  // namespace tintype::bucket
