// ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
#include <algorithm>

#include "base/text.h"
#include "bucket/s3_operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kKeysMax = 1000;  // S3's own; more is not an error, only not given.

struct ListRequest {
  ListQuery query;
  std::string start_after;
  std::string token;
  bool has_start_after = false;
  bool has_token = false;
  bool url_encoded = false;
  bool with_owner = false;
};

S3Result<ListRequest> parse_list(const http::Query& query) {
  const auto text = [&](std::string_view name) {
    return std::string(query.find(name).value_or(""));
  };
  ListRequest list{.query = {.prefix = text("prefix"),
                             .delimiter = text("delimiter"),
                             .after = text("start-after"),
                             .count_max = kKeysMax},
                   .start_after = text("start-after"),
                   .token = text("continuation-token"),
                   .has_start_after = query.has("start-after"),
                   .has_token = query.has("continuation-token"),
                   .url_encoded = text("encoding-type") == "url",
                   .with_owner = text("fetch-owner") == "true"};
  if (query.has("encoding-type") && !list.url_encoded)
    return refuse(S3Error::invalid_argument, "encoding-type must be url.");
  if (const auto count = query.find("max-keys")) {
    const auto number = parse_integer<std::uint32_t>(*count);
    if (!number) return refuse(S3Error::invalid_argument, "max-keys must be a number from 0.");
    list.query.count_max = std::min<std::size_t>(*number, kKeysMax);
  }
  if (list.has_token) {  // It tells where to go on, whatever start-after said of the beginning.
    auto after = from_base64url(list.token);
    if (!after || after->empty() || !is_utf8(*after))
      return refuse(S3Error::invalid_argument, "The continuation token provided is incorrect.");
    list.query.after = *std::move(after);
  }
  return list;
}

std::string write_page(const BucketName& bucket, const ListRequest& list, const ListPage& page) {
  // Keys may hold what XML cannot; clients that know ask for percent-encoding.
  const auto text = [&](const std::string& value) {
    return list.url_encoded ? percent_encode(value, Slash::keep) : value;
  };
  xml::Writer writer;
  writer.open("ListBucketResult", kXmlNamespace)
      .text("Name", bucket.str())
      .text("Prefix", text(list.query.prefix));
  if (!list.query.delimiter.empty()) writer.text("Delimiter", text(list.query.delimiter));
  if (list.has_start_after) writer.text("StartAfter", text(list.start_after));
  if (list.has_token) writer.text("ContinuationToken", list.token);
  if (list.url_encoded) writer.text("EncodingType", "url");
  writer.number("KeyCount", page.objects.size() + page.common_prefixes.size())
      .number("MaxKeys", list.query.count_max)
      .boolean("IsTruncated", page.truncated);
  if (page.truncated) writer.text("NextContinuationToken", to_base64url(as_bytes(page.next_after)));
  for (const ObjectInfo& object : page.objects) {
    writer.open("Contents")
        .text("Key", text(object.key.str()))
        .text("LastModified", to_rfc3339(object.modified_at))
        .text("ETag", '"' + object.etag + '"')
        .number("Size", object.size)
        .text("StorageClass", "STANDARD");
    if (list.with_owner)
      writer.open("Owner").text("ID", kOwnerId).text("DisplayName", kOwnerId).close();
    writer.close();
  }
  for (const std::string& prefix : page.common_prefixes)
    writer.open("CommonPrefixes").text("Prefix", text(prefix)).close();
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_objects_v2(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ListRequest list, parse_list(call.request.query));
  const auto page =
      co_await service.pool.run([&] { return service.store.list(call.bucket(), list.query); });
  if (!page) co_return std::unexpected(co_await refine_not_found(service, call, page.error()));
  co_return xml_response(200, write_page(call.bucket(), list, *page));
}

}  // namespace tintype::bucket
