// ListMultipartUploads.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
#include "base/text.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kUploadsMax = 1000;  // S3's own.

struct Request {
  Multiparts::ListQuery query;
  bool url_encoded = false;

  std::string text(const std::string& value) const {
    return url_encoded ? percent_encode(value, Slash::keep) : value;
  }
};

S3Result<Request> parse_request(const http::Query& query) {
  const auto text = [&](std::string_view name) {
    return std::string(query.find(name).value_or(""));
  };
  TRY_LET(const std::size_t count_max, parse_count(query, "max-uploads", kUploadsMax));
  return Request{.query = {.prefix = text("prefix"),
                           .delimiter = text("delimiter"),
                           .after_key = text("key-marker"),
                           .after_upload_id = text("upload-id-marker"),
                           .count_max = count_max},
                 .url_encoded = text("encoding-type") == "url"};
}

void write_upload(xml::Writer& writer, const Request& request, const BucketOwner& owner,
                  const MultipartInfo& upload) {
  writer.open("Upload")
      .text("Key", request.text(upload.name.key.str()))
      .text("UploadId", upload.name.upload_id);
  write_initiator(writer, upload);
  write_owner(writer, "Owner", owner);
  writer.text("StorageClass", "STANDARD").text("Initiated", to_rfc3339(upload.created_at));
  write_checksum_form(writer, upload);
  writer.close();
}

std::string write_page(const BucketName& bucket, const BucketOwner& owner, const Request& request,
                       const MultipartPage& page) {
  const Multiparts::ListQuery& query = request.query;
  xml::Writer writer;
  writer.open("ListMultipartUploadsResult", kXmlNamespace)
      .text("Bucket", bucket.str())
      .text("KeyMarker", request.text(query.after_key))
      .text("UploadIdMarker", query.after_upload_id)
      .text("Prefix", request.text(query.prefix));
  if (!query.delimiter.empty()) writer.text("Delimiter", request.text(query.delimiter));
  if (request.url_encoded) writer.text("EncodingType", "url");
  if (page.truncated)
    writer.text("NextKeyMarker", request.text(page.next_after_key))
        .text("NextUploadIdMarker", page.next_after_upload_id);
  writer.number("MaxUploads", query.count_max).boolean("IsTruncated", page.truncated);
  for (const MultipartInfo& upload : page.uploads) write_upload(writer, request, owner, upload);
  for (const std::string& prefix : page.common_prefixes)
    writer.open("CommonPrefixes").text("Prefix", request.text(prefix)).close();
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_multipart_uploads(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const Request request, parse_request(call.request.query));
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  const auto page = co_await service.pool.run(
      [&] { return service.store.multiparts().list(call.bucket(), request.query); });
  if (!page) co_return std::unexpected(co_await refine_not_found(service, call, page.error()));
  co_return xml_response(200, write_page(call.bucket(), owner, request, *page));
}

}  // namespace tintype::bucket
