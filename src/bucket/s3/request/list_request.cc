#include "bucket/s3/request/list_request.h"

#include <algorithm>

#include "base/text.h"
#include "bucket/s3/operations.h"

namespace tintype::bucket {

namespace {
constexpr std::size_t kKeysMax = 1000;  // S3's own; more is not an error, only not given.
}  // namespace

std::string ListRequest::text(const std::string& value) const {
  return url_encoded ? percent_encode(value, Slash::keep) : value;
}

S3Result<ListRequest> parse_list(const http::Query& query) {
  const auto text = [&](std::string_view name) {
    return std::string(query.find(name).value_or(""));
  };
  ListRequest list{.query = {.prefix = text("prefix"),
                             .delimiter = text("delimiter"),
                             .after = {},
                             .count_max = kKeysMax},
                   .url_encoded = text("encoding-type") == "url"};
  if (query.has("encoding-type") && !list.url_encoded)
    return refuse(S3Error::invalid_argument, "encoding-type must be url.");
  if (const auto count = query.find("max-keys"); count && !count->empty()) {
    const auto number = parse_integer<std::uint32_t>(*count);
    if (!number) return refuse(S3Error::invalid_argument, "max-keys must be a number from 0.");
    list.query.count_max = std::min<std::size_t>(*number, kKeysMax);
  }
  return list;
}

void write_list_head(xml::Writer& writer, const BucketName& bucket, const ListRequest& list,
                     bool truncated) {
  writer.text("Name", bucket.str())
      .text("Prefix", list.prefix_is_plain ? list.query.prefix : list.text(list.query.prefix));
  if (!list.query.delimiter.empty()) writer.text("Delimiter", list.text(list.query.delimiter));
  if (list.url_encoded) writer.text("EncodingType", "url");
  writer.number("MaxKeys", list.query.count_max).boolean("IsTruncated", truncated);
}

void write_list_entries(xml::Writer& writer, const ListRequest& list, const ListPage& page) {
  for (const ObjectInfo& object : page.objects) {
    writer.open("Contents")
        .text("Key", list.text(object.key.str()))
        .text("LastModified", to_rfc3339(object.modified_at))
        .text("ETag", '"' + object.etag + '"');
    if (object.checksum)
      writer.text("ChecksumAlgorithm", to_string(object.checksum->kind))
          .text("ChecksumType", to_string(object.checksum->type()));
    writer.number("Size", object.size).text("StorageClass", "STANDARD");
    if (list.owner) write_owner(writer, "Owner", *list.owner);
    writer.close();
  }
  write_common_prefixes(writer, list, page.common_prefixes);
}

void write_common_prefixes(xml::Writer& writer, const ListRequest& list,
                           const std::vector<std::string>& prefixes) {
  for (const std::string& prefix : prefixes)
    writer.open("CommonPrefixes").text("Prefix", list.text(prefix)).close();
}

}  // namespace tintype::bucket
