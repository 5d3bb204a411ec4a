// CreateMultipartUpload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"
#include "bucket/s3/request/put_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

S3Answer create_multipart_upload(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(PutOptions options,
             parse_put_options(call.request.headers, writer_of(call.request, call.caller)));
  options.writer.by = WrittenBy::multipart;
  CO_TRY_LET(const auto checksum, parse_multipart_checksum(call.request.headers));
  const auto upload_id = co_await service.pool.run([&] {
    return service.store.multiparts().create(call.bucket(), call.key(), options, checksum);
  });
  if (!upload_id) co_return std::unexpected(co_await refusal_of(service, call, upload_id.error()));
  log(LogLevel::info, "upload in parts begun",
      {{"request", call.request.id}, {"bucket", call.bucket().str()}, {"key", call.key().str()}});
  xml::Writer writer;
  writer.open("InitiateMultipartUploadResult", kXmlNamespace)
      .text("Bucket", call.bucket().str())
      .text("Key", call.key().str())
      .text("UploadId", *upload_id);
  http::Response response = xml_response(200, std::move(writer).finish());
  if (checksum) {
    response.headers.set("x-amz-checksum-algorithm", std::string(to_string(checksum->kind)));
    response.headers.set("x-amz-checksum-type", std::string(to_string(checksum->type)));
  }
  co_return response;
}

}  // namespace tintype::bucket
