// CreateBucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
#include "base/log.h"
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/acl_headers.h"
#include "bucket/s3/request/read_document.h"
#include "xml/reader.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{16} * 1024;
constexpr std::string_view kFirstRegion = "us-east-1";

/// <CreateBucketConfiguration><LocationConstraint>region</...></...>, or nothing. What else may be
/// in it asks for a bucket that there is none of here.
S3Result<void> check_location(const std::string& body, std::string_view region) {
  if (body.empty()) return {};
  const auto document = xml::Document::parse(body, {.size_max = kBodySizeMax});
  if (!document || document->root().name() != "CreateBucketConfiguration")
    return refuse(S3Error::malformed_xml);
  for (const xml::Element& child : document->root().children())
    if (child.name() != "LocationConstraint")
      return refuse(S3Error::not_implemented,
                    "The element '" + std::string(child.name()) + "' is not implemented.");
  const auto constraint = document->root().child("LocationConstraint");
  if (constraint && constraint->text() != region && constraint->text() != kFirstRegion)
    return refuse(S3Error::illegal_location_constraint);
  return {};
}

}  // namespace

S3Answer create_bucket(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  CO_TRY(check_location(body, service.options.region));
  CO_TRY(check_acl_of_bucket(call.request.headers));
  if (call.request.headers.find("x-amz-bucket-object-lock-enabled") == "true")
    co_return refuse(S3Error::not_implemented, "Object lock is not implemented.");

  const std::string& caller = call.caller.identity->owner.id;
  const Status created = co_await service.pool.run(
      [&] { return service.store.create_bucket_of(caller, call.bucket()); });
  if (created) {
    log(LogLevel::info, "bucket created",
        {{"request", call.request.id}, {"bucket", call.bucket().str()}});
  } else if (created.error().code != ErrorCode::conflict) {
    co_return std::unexpected(fault_of(created.error()));
  } else {
    CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
    if (owner.id != caller) co_return refuse(S3Error::bucket_already_exists);
    if (service.options.region != kFirstRegion)
      co_return refuse(S3Error::bucket_already_owned_by_you);
  }
  // In us-east-1, creating a bucket of one's own again is a success; rclone does so before each
  // copy.
  co_return make_response(200, {{"Location", "/" + call.bucket().str()}});
}

}  // namespace tintype::bucket
