// ListParts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
#include "base/text.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/multipart_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kPartsMax = 1000;  // S3's own.

struct Page {
  std::int64_t after = 0;
  std::size_t count_max = kPartsMax;
};

S3Result<Page> parse_page(const http::Query& query) {
  Page page;
  TRY_LET(page.count_max, parse_count(query, "max-parts", kPartsMax));
  if (const auto text = query.find("part-number-marker")) {
    const auto number = parse_integer<std::int64_t>(*text);
    if (!number || *number < 0)
      return refuse(S3Error::invalid_argument, "part-number-marker must be a number from 0.");
    page.after = *number;
  }
  return page;
}

std::string write_parts(const MultipartInfo& upload, const Page& page, const BucketOwner& owner,
                        std::vector<PartInfo> parts) {
  const MultipartName& name = upload.name;
  const bool truncated = parts.size() > page.count_max;
  if (truncated) parts.resize(page.count_max);
  xml::Writer writer;
  writer.open("ListPartsResult", kXmlNamespace)
      .text("Bucket", name.bucket.str())
      .text("Key", name.key.str())
      .text("UploadId", name.upload_id)
      .number("PartNumberMarker", static_cast<std::uint64_t>(page.after));
  if (!parts.empty())
    writer.number("NextPartNumberMarker", static_cast<std::uint64_t>(parts.back().number));
  writer.number("MaxParts", page.count_max).boolean("IsTruncated", truncated);
  for (const PartInfo& part : parts) {
    writer.open("Part")
        .number("PartNumber", static_cast<std::uint64_t>(part.number))
        .text("LastModified", to_rfc3339(part.modified_at))
        .text("ETag", '"' + part.etag + '"')
        .number("Size", part.size);
    if (part.checksum) writer.text(element_of(part.checksum->kind), part.checksum->base64);
    writer.close();
  }
  write_initiator(writer, upload);
  write_owner(writer, "Owner", owner);
  writer.text("StorageClass", "STANDARD");
  write_checksum_form(writer, upload);
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_parts(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const Page page, parse_page(call.request.query));
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  const MultipartName name = multipart_name_of(call);
  // One more than the page shows whether there is another page.
  auto parts = co_await service.pool.run(
      [&] { return service.store.multiparts().parts(name, page.after, page.count_max + 1); });
  if (!parts) co_return std::unexpected(co_await multipart_fault_of(service, call, parts.error()));
  const auto upload =
      co_await service.pool.run([&] { return service.store.multiparts().head(name); });
  if (!upload)
    co_return std::unexpected(co_await multipart_fault_of(service, call, upload.error()));
  co_return xml_response(200, write_parts(*upload, page, owner, *std::move(parts)));
}

}  // namespace tintype::bucket
