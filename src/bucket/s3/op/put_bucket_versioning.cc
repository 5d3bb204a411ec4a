// PutBucketVersioning.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
#include "base/log.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/read_document.h"
#include "xml/reader.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{16} << 10;

S3Result<Versioning> parse_versioning(const std::string& body) {
  const auto document = xml::Document::parse(body, {.size_max = kBodySizeMax});
  if (!document || document->root().name() != "VersioningConfiguration")
    return refuse(S3Error::malformed_xml);
  if (const auto mfa = document->root().child("MfaDelete"); mfa && mfa->text() != "Disabled")
    return refuse(S3Error::not_implemented, "MFA delete is not implemented.");
  const auto status = document->root().child("Status");
  if (!status) return refuse(S3Error::illegal_versioning_configuration);
  if (status->text() == "Enabled") return Versioning::enabled;
  if (status->text() == "Suspended") return Versioning::suspended;
  return refuse(S3Error::malformed_xml);
}

}  // namespace

S3Answer put_bucket_versioning(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  CO_TRY_LET(const Versioning versioning, parse_versioning(body));
  const auto set = co_await service.pool.run(
      [&] { return service.store.versions().set_versioning(call.bucket(), versioning); });
  if (!set) co_return std::unexpected(co_await refine_not_found(service, call, set.error()));
  log(LogLevel::info, "bucket versioning set",
      {{"request", call.request.id},
       {"bucket", call.bucket().str()},
       {"status", versioning == Versioning::enabled ? "enabled" : "suspended"}});
  co_return make_response(200);
}

}  // namespace tintype::bucket
