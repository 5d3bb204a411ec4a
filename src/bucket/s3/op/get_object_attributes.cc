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

std::string write_attributes(const std::vector<std::string_view>& wanted,
                             const ObjectInfo& object) {
  const auto wants = [&](std::string_view name) {
    return std::ranges::find(wanted, name) != wanted.end();
  };
  xml::Writer writer;
  writer.open("GetObjectAttributesResponse", kXmlNamespace);
  if (wants("ETag")) writer.text("ETag", object.etag);  // Without quotes here, says S3.
  if (wants("Checksum") && object.checksum) {
    writer.open("Checksum");
    write_checksum_elements(writer, object.checksum);
    writer.close();
  }
  // How many, by the ETag; their sizes are not kept.
  if (const std::size_t dash = object.etag.find('-');
      wants("ObjectParts") && dash != std::string::npos)
    writer.open("ObjectParts").text("PartsCount", object.etag.substr(dash + 1)).close();
  if (wants("StorageClass")) writer.text("StorageClass", "STANDARD");
  if (wants("ObjectSize")) writer.number("ObjectSize", object.size);
  return std::move(writer).finish();
}

}  // namespace

S3Answer get_object_attributes(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const auto wanted, parse_attributes(call.request.headers));
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY_LET(const ObjectInfo object, co_await head_named(service, name));
  http::Response response = xml_response(200, write_attributes(wanted, object));
  response.headers.set("Last-Modified", to_http_date(object.modified_at));
  add_version_id(response.headers, object);
  co_return response;
}

}  // namespace tintype::bucket
