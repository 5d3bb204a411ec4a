// GetBucketLocation. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/require_bucket.h"
#include "xml/writer.h"

namespace tintype::bucket {

S3Answer get_bucket_location(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await require_bucket(service, call));
  // The root is the element itself, and empty means us-east-1.
  const std::string& region = service.options.region;
  std::string document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"";
  document += kXmlNamespace;
  document += "\">";
  if (region != "us-east-1") document += xml::escape(region);
  document += "</LocationConstraint>";
  co_return xml_response(200, std::move(document));
}

}  // namespace tintype::bucket
