// ListObjects, version 1: what s3cmd, rclone and older programs ask.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/list_request.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

std::string write_page(const BucketName& bucket, const ListRequest& list, const ListPage& page) {
  xml::Writer writer;
  writer.open("ListBucketResult", kXmlNamespace);
  write_list_head(writer, bucket, list, page.truncated);
  writer.text("Marker", list.text(list.query.after));
  // S3 gives it only with a delimiter; without one, the last key says the same.
  if (page.truncated && !list.query.delimiter.empty())
    writer.text("NextMarker", list.text(page.next_after));
  write_list_entries(writer, list, page);
  return std::move(writer).finish();
}

}  // namespace

S3Answer list_objects(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(ListRequest list, parse_list(call.request.query));
  list.prefix_is_plain = true;
  list.query.after = call.request.query.find("marker").value_or("");
  CO_TRY_LET(list.owner, co_await owner_of(service, call.bucket()));
  const auto page =
      co_await service.pool.run([&] { return service.store.list(call.bucket(), list.query); });
  if (!page) co_return std::unexpected(co_await refine_not_found(service, call, page.error()));
  co_return xml_response(200, write_page(call.bucket(), list, *page));
}

}  // namespace tintype::bucket
