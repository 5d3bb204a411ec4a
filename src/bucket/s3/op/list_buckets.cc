// ListBuckets. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
#include "bucket/s3/operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

S3Answer list_buckets(const S3Service& service, const S3Call&) {
  CO_TRY_LET(const auto buckets,
             to_s3(co_await service.pool.run([&] { return service.store.buckets(); })));

  xml::Writer writer;
  writer.open("ListAllMyBucketsResult", kXmlNamespace);
  write_owner(writer, "Owner");
  writer.open("Buckets");
  for (const BucketInfo& bucket : buckets) {
    writer.open("Bucket")
        .text("Name", bucket.name.str())
        .text("CreationDate", to_rfc3339(bucket.created_at))
        .close();
  }
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
