// GetBucketVersioning.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
#include "bucket/s3/operations.h"
#include "xml/writer.h"

namespace tintype::bucket {

S3Answer get_bucket_versioning(const S3Service& service, const S3Call& call) {
  const auto versioning =
      co_await service.pool.run([&] { return service.store.versions().versioning(call.bucket()); });
  if (!versioning)
    co_return std::unexpected(co_await refine_not_found(service, call, versioning.error()));
  xml::Writer writer;
  writer.open("VersioningConfiguration", kXmlNamespace);
  if (*versioning != Versioning::off)
    writer.text("Status", *versioning == Versioning::enabled ? "Enabled" : "Suspended");
  co_return xml_response(200, std::move(writer).finish());
}

}  // namespace tintype::bucket
