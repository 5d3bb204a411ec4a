// CreateMultipartUpload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
#include "base/log.h"
#include "bucket/put_request.h"
#include "bucket/s3_operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

S3Answer create_multipart_upload(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(PutRequest put, parse_put(call.request, call.caller));
  put.options.size.reset();  // That of this request, which has no body.
  put.options.writer.by = WrittenBy::multipart;
  const auto upload_id = co_await service.pool.run(
      [&] { return service.store.multiparts().create(call.bucket(), call.key(), put.options); });
  if (!upload_id) co_return std::unexpected(co_await refusal_of(service, call, upload_id.error()));
  log(LogLevel::info, "upload in parts begun",
      {{"request", call.request.id}, {"bucket", call.bucket().str()}, {"key", call.key().str()}});
  xml::Writer writer;
  writer.open("InitiateMultipartUploadResult", kXmlNamespace)
      .text("Bucket", call.bucket().str())
      .text("Key", call.key().str())
      .text("UploadId", *upload_id);
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
