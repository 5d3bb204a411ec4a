// ListBuckets. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "bucket/s3/operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBucketsMax = 10'000;  // S3's own.

struct Page {
  std::string prefix;
  std::string after;
  std::size_t count_max = kBucketsMax;
};

S3Result<Page> parse_page(const http::Query& query, const std::string& region) {
  Page page{.prefix = std::string(query.find("prefix").value_or("")), .after = {}};
  if (const auto text = query.find("max-buckets")) {
    const auto count = parse_integer<std::size_t>(*text);
    if (!count || *count == 0 || *count > kBucketsMax)
      return refuse(S3Error::invalid_argument, "max-buckets must be a number from 1 to 10000.");
    page.count_max = *count;
  }
  if (const auto token = query.find("continuation-token")) {
    auto after = from_base64url(*token);
    if (!after || !BucketName::parse(*after))
      return refuse(S3Error::invalid_argument, "The continuation token provided is incorrect.");
    page.after = *std::move(after);
  }
  // All buckets are in the one region that there is.
  if (const auto asked = query.find("bucket-region"); asked && *asked != region) page.count_max = 0;
  return page;
}

/// Whether the caller is told of it: it is the caller's own, or one whose keys the caller may list.
bool is_listed(const BucketInfo& bucket, const Identity& caller, const Page& page) {
  const bool is_known = caller.is_node() || bucket.owner_id == caller.owner.id ||
                        caller.rights_on(bucket.name).has(Right::list);
  return is_known && bucket.name.str().starts_with(page.prefix) && bucket.name.str() > page.after;
}

}  // namespace

S3Answer list_buckets(const S3Service& service, const S3Call& call) {
  const Identity& caller = *call.caller.identity;
  CO_TRY_LET(const Page page, parse_page(call.request.query, service.options.region));
  CO_TRY_LET(auto buckets,
             to_s3(co_await service.pool.run([&] { return service.store.buckets(); })));
  std::erase_if(buckets,
                [&](const BucketInfo& bucket) { return !is_listed(bucket, caller, page); });
  const std::size_t count = std::min(buckets.size(), page.count_max);

  xml::Writer writer;
  writer.open("ListAllMyBucketsResult", kXmlNamespace);
  write_owner(writer, "Owner", caller.owner);
  writer.open("Buckets");
  for (std::size_t i = 0; i < count; ++i) {
    writer.open("Bucket")
        .text("Name", buckets[i].name.str())
        .text("CreationDate", to_rfc3339(buckets[i].created_at))
        .close();
  }
  writer.close();
  if (count > 0 && count < buckets.size())
    writer.text("ContinuationToken", to_base64url(as_bytes(buckets[count - 1].name.str())));
  if (!page.prefix.empty()) writer.text("Prefix", page.prefix);
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
