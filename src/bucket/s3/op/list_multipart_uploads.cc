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

struct Page {
  Multiparts::ListQuery query;
  std::size_t count_max = kUploadsMax;
  bool url_encoded = false;
};

S3Result<Page> parse_page(const http::Query& query) {
  const auto text = [&](std::string_view name) {
    return std::string(query.find(name).value_or(""));
  };
  if (!text("delimiter").empty())
    return refuse(S3Error::not_implemented, "A delimiter is not implemented here.");
  Page page;
  TRY_LET(page.count_max, parse_count(query, "max-uploads", kUploadsMax));
  page.query = {.prefix = text("prefix"),
                .after_key = text("key-marker"),
                .after_upload_id = text("upload-id-marker"),
                .count_max = page.count_max + 1};  // Whether there is another page.
  page.url_encoded = text("encoding-type") == "url";
  return page;
}

std::string write_uploads(const BucketName& bucket, const BucketOwner& owner, const Page& page,
                          std::vector<MultipartInfo> uploads) {
  const bool truncated = uploads.size() > page.count_max;
  if (truncated)
    uploads.erase(uploads.begin() + static_cast<std::ptrdiff_t>(page.count_max), uploads.end());
  const auto text = [&](const std::string& value) {
    return page.url_encoded ? percent_encode(value, Slash::keep) : value;
  };
  xml::Writer writer;
  writer.open("ListMultipartUploadsResult", kXmlNamespace)
      .text("Bucket", bucket.str())
      .text("KeyMarker", text(page.query.after_key))
      .text("UploadIdMarker", page.query.after_upload_id)
      .text("Prefix", text(page.query.prefix));
  if (page.url_encoded) writer.text("EncodingType", "url");
  if (truncated && !uploads.empty())
    writer.text("NextKeyMarker", text(uploads.back().name.key.str()))
        .text("NextUploadIdMarker", uploads.back().name.upload_id);
  writer.number("MaxUploads", page.count_max).boolean("IsTruncated", truncated);
  for (const MultipartInfo& upload : uploads) {
    writer.open("Upload")
        .text("Key", text(upload.name.key.str()))
        .text("UploadId", upload.name.upload_id);
    write_owner(writer, "Initiator", owner);
    write_owner(writer, "Owner", owner);
    writer.text("StorageClass", "STANDARD").text("Initiated", to_rfc3339(upload.created_at));
    writer.close();
  }
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_multipart_uploads(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const Page page, parse_page(call.request.query));
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  auto uploads = co_await service.pool.run(
      [&] { return service.store.multiparts().list(call.bucket(), page.query); });
  if (!uploads)
    co_return std::unexpected(co_await refine_not_found(service, call, uploads.error()));
  co_return xml_response(200, write_uploads(call.bucket(), owner, page, *std::move(uploads)));
}

}  // namespace tintype::bucket
