// UploadPart. https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
#include <memory>
#include <utility>

#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"
#include "bucket/s3/request/put_request.h"
#include "bucket/s3/request/receive_body.h"

namespace tintype::bucket {

S3Answer upload_part(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::int64_t number, parse_part_number(call.request.query));
  CO_TRY_LET(PutRequest put, parse_put(call.request, call.caller));
  put.options.writer.by = WrittenBy::multipart;

  // As with PutObject, whatever can be refused is, before a byte of the body is asked for.
  auto begun = co_await service.pool.run([&] {
    return service.store.multiparts().begin_part(
        multipart_name_of(call),
        {.number = number, .size = put.options.size, .writer = put.options.writer});
  });
  if (!begun) co_return std::unexpected(co_await multipart_fault_of(service, call, begun.error()));
  std::unique_ptr<PartUpload> part = *std::move(begun);

  if (auto received = co_await receive_body(service, call, std::move(put.body), *part); !received) {
    discard(service.pool, std::move(part));
    co_return std::unexpected(std::move(received).error());
  }
  const auto stored = co_await service.pool.run([&] { return part->commit(); });
  if (!stored) {
    discard(service.pool, std::move(part));
    co_return std::unexpected(co_await multipart_fault_of(service, call, stored.error()));
  }
  http::Headers headers = {{"ETag", '"' + stored->etag + '"'}};
  if (stored->checksum) headers.set(header_of(stored->checksum->kind), stored->checksum->base64);
  co_return make_response(200, std::move(headers));
}

}  // namespace tintype::bucket
