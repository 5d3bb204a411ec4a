// ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
#include <optional>

#include "base/text.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/list_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

struct Place {
  std::optional<std::string> start_after;
  std::optional<std::string> token;
};

/// Where the page begins. The token tells where to go on, whatever start-after said of the
/// beginning.
S3Result<Place> parse_place(const http::Query& query, ListRequest& list) {
  Place place;
  if (const auto text = query.find("start-after")) place.start_after = std::string(*text);
  if (const auto text = query.find("continuation-token")) place.token = std::string(*text);
  list.query.after = place.start_after.value_or("");
  if (!place.token || place.token->empty()) return place;
  auto after = from_base64url(*place.token);
  if (!after || !is_utf8(*after))
    return refuse(S3Error::invalid_argument, "The continuation token provided is incorrect.");
  list.query.after = *std::move(after);
  return place;
}

std::string write_page(const BucketName& bucket, const ListRequest& list, const Place& place,
                       const ListPage& page) {
  xml::Writer writer;
  writer.open("ListBucketResult", kXmlNamespace);
  write_list_head(writer, bucket, list, page.truncated);
  if (place.start_after) writer.text("StartAfter", list.text(*place.start_after));
  if (place.token) writer.text("ContinuationToken", *place.token);
  writer.number("KeyCount", page.objects.size() + page.common_prefixes.size());
  if (page.truncated) writer.text("NextContinuationToken", to_base64url(as_bytes(page.next_after)));
  write_list_entries(writer, list, page);
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_objects_v2(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(ListRequest list, parse_list(call.request.query));
  CO_TRY_LET(const Place place, parse_place(call.request.query, list));
  if (call.request.query.find("fetch-owner") == "true") {
    CO_TRY_LET(list.owner, co_await owner_of(service, call.bucket()));
  }
  const auto page =
      co_await service.pool.run([&] { return service.store.list(call.bucket(), list.query); });
  if (!page) co_return std::unexpected(co_await refine_not_found(service, call, page.error()));
  co_return xml_response(200, write_page(call.bucket(), list, place, *page));
}

}  // namespace tintype::bucket
