// GetBucketOwnershipControls and PutBucketOwnershipControls: there is one way, the owner's.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/require_bucket.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{16} << 10;
constexpr std::string_view kEnforced = "BucketOwnerEnforced";

}  // namespace

S3Answer get_bucket_ownership_controls(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await require_bucket(service, call));
  xml::Writer writer;
  writer.open("OwnershipControls", kXmlNamespace).open("Rule").text("ObjectOwnership", kEnforced);
  co_return xml_response(200, std::move(writer).finish());
}

S3Answer put_bucket_ownership_controls(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await require_bucket(service, call));
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  const auto document = xml::Document::parse(body, {.size_max = kBodySizeMax});
  if (!document || document->root().name() != "OwnershipControls")
    co_return refuse(S3Error::malformed_xml);
  const auto rule = document->root().child("Rule");
  const auto ownership = rule ? rule->child("ObjectOwnership") : std::nullopt;
  if (!ownership) co_return refuse(S3Error::malformed_xml);
  if (ownership->text() != kEnforced)
    co_return refuse(S3Error::not_implemented, "Objects are their bucket's owner's.");
  co_return make_response(200);
}

}  // namespace tintype::bucket
