// GetObjectAttributes.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/version_id.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kPartsMax = 1000;  // S3's own; more is not an error, only not given.
constexpr std::array<std::string_view, 5> kAttributes = {"ETag", "Checksum", "ObjectParts",
                                                         "StorageClass", "ObjectSize"};

S3Result<std::vector<std::string_view>> parse_attributes(const http::Headers& headers) {
  std::vector<std::string_view> wanted;
  for (const std::string_view field : headers.find_all("x-amz-object-attributes"))
    for (const std::string_view name : split(field, ',')) {
      if (std::ranges::find(kAttributes, trim(name)) == kAttributes.end())
        return refuse(S3Error::invalid_argument, "Invalid attribute name specified.");
      wanted.push_back(trim(name));
    }
  if (wanted.empty())
    return refuse(S3Error::invalid_argument, "The x-amz-object-attributes header is missing.");
  return wanted;
}

/// Which of the parts to tell of: x-amz-max-parts and x-amz-part-number-marker.
struct PartsPage {
  std::size_t count_max = kPartsMax;
  std::int64_t after = 0;
};

S3Result<PartsPage> parse_parts_page(const http::Headers& headers) {
  PartsPage page;
  if (const auto text = headers.find("x-amz-max-parts")) {
    const auto count = parse_integer<std::uint32_t>(*text);
    if (!count) return refuse(S3Error::invalid_argument, "x-amz-max-parts must be a number.");
    page.count_max = std::min<std::size_t>(*count, kPartsMax);
  }
  if (const auto text = headers.find("x-amz-part-number-marker")) {
    const auto after = parse_integer<std::int64_t>(*text);
    if (!after || *after < 0)
      return refuse(S3Error::invalid_argument, "x-amz-part-number-marker must be a number.");
    page.after = *after;
  }
  return page;
}

/// S3 tells of single parts only where each has a checksum.
void write_parts(xml::Writer& writer, const PartsPage& page, const std::vector<PartInfo>& parts) {
  writer.open("ObjectParts").number("PartsCount", parts.size());
  std::vector<const PartInfo*> told;
  for (const PartInfo& part : parts)
    if (part.checksum && part.number > page.after) told.push_back(&part);
  const bool truncated = told.size() > page.count_max;
  if (truncated) told.resize(page.count_max);
  writer.number("PartNumberMarker", static_cast<std::uint64_t>(page.after))
      .number("MaxParts", page.count_max)
      .boolean("IsTruncated", truncated);
  if (!told.empty())
    writer.number("NextPartNumberMarker", static_cast<std::uint64_t>(told.back()->number));
  for (const PartInfo* const part : told)
    writer.open("Part")
        .number("PartNumber", static_cast<std::uint64_t>(part->number))
        .number("Size", part->size)
        .text(element_of(part->checksum->kind), part->checksum->base64)
        .close();
  writer.close();
}

bool wants(const std::vector<std::string_view>& wanted, std::string_view name) {
  return std::ranges::find(wanted, name) != wanted.end();
}

/// `parts` if they are wanted.
std::string write_attributes(const std::vector<std::string_view>& wanted, const ObjectInfo& object,
                             const PartsPage& page, const std::vector<PartInfo>& parts) {
  xml::Writer writer;
  writer.open("GetObjectAttributesResponse", kXmlNamespace);
  if (wants(wanted, "ETag")) writer.text("ETag", object.etag);  // Without quotes here, says S3.
  if (wants(wanted, "Checksum") && object.checksum) {
    writer.open("Checksum");
    write_checksum_elements(writer, object.checksum);
    writer.close();
  }
  if (!parts.empty()) write_parts(writer, page, parts);
  if (wants(wanted, "StorageClass")) writer.text("StorageClass", "STANDARD");
  if (wants(wanted, "ObjectSize")) writer.number("ObjectSize", object.size);
  return std::move(writer).finish();
}

}  // namespace

S3Answer get_object_attributes(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const auto wanted, parse_attributes(call.request.headers));
  CO_TRY_LET(const PartsPage page, parse_parts_page(call.request.headers));
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY_LET(const ObjectInfo object, co_await head_named(service, name));
  std::vector<PartInfo> parts;
  if (wants(wanted, "ObjectParts")) {
    CO_TRY_LET(parts, to_s3(co_await service.pool.run(
                          [&] { return service.store.multiparts().parts_of(object); })));
  }
  http::Response response = xml_response(200, write_attributes(wanted, object, page, parts));
  response.headers.set("Last-Modified", to_http_date(object.modified_at));
  add_version_id(response.headers, object);
  co_return response;
}

}  // namespace tintype::bucket
