// GetBucketAcl, PutBucketAcl, GetObjectAcl and PutObjectAcl, as S3 has them for a bucket whose
// owner owns every object in it, which is how S3 makes new ones: the owner has full control, and an
// ACL that says something else is refused. Others are let in by the bucket's policy.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
#include "bucket/s3/access.h"
#include "bucket/s3/operations.h"
#include "bucket/s3/request/acl_headers.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/request/version_id.h"
#include "xml/reader.h"
#include "xml/writer.h"

namespace tintype::bucket {

namespace {

constexpr std::size_t kBodySizeMax = std::size_t{64} << 10;
constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

std::string write_owner_acl(const BucketOwner& owner) {
  xml::Writer writer;
  writer.open("AccessControlPolicy", kXmlNamespace);
  write_owner(writer, "Owner", owner);
  writer.open("AccessControlList").open("Grant").open("Grantee");
  // SDKs refuse a grantee that does not say what it is.
  writer.attribute("xmlns:xsi", kSchemaInstance).attribute("xsi:type", "CanonicalUser");
  write_owner_names(writer, owner);
  writer.close().text("Permission", "FULL_CONTROL");
  return std::move(writer).finish();
}

/// Whether the document grants full control to the owner and nothing to others.
S3Result<bool> is_owner_acl(const std::string& body, const BucketOwner& owner) {
  const auto document = xml::Document::parse(body, {.size_max = kBodySizeMax});
  if (!document || document->root().name() != "AccessControlPolicy")
    return refuse(S3Error::malformed_acl);
  const auto list = document->root().child("AccessControlList");
  if (!list) return refuse(S3Error::malformed_acl);
  bool is_owners = !list->children().empty();
  for (const xml::Element& grant : list->children()) {
    const auto grantee = grant.child("Grantee");
    const auto permission = grant.child("Permission");
    if (grant.name() != "Grant" || !grantee || !permission) return refuse(S3Error::malformed_acl);
    const auto id = grantee->child("ID");
    is_owners = is_owners && id && id->text() == owner.id && permission->text() == "FULL_CONTROL";
  }
  return is_owners;
}

S3Answer put_acl(const S3Call& call, const BucketOwner& owner) {
  CO_TRY_LET(const bool is_in_headers, check_new_acl(call.request.headers));
  CO_TRY_LET(const std::string body, co_await read_document(call, kBodySizeMax));
  if (!is_in_headers && body.empty()) co_return refuse(S3Error::missing_security_header);
  if (!is_in_headers) {
    CO_TRY_LET(const bool is_owners, is_owner_acl(body, owner));
    if (!is_owners) co_return refuse(S3Error::access_control_list_not_supported);
  }
  co_return make_response(200);
}

}  // namespace

S3Answer get_bucket_acl(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  co_return xml_response(200, write_owner_acl(owner));
}

S3Answer put_bucket_acl(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  co_return co_await put_acl(call, owner);
}

S3Answer get_object_acl(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY(co_await head_named(service, name));
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  co_return xml_response(200, write_owner_acl(owner));
}

S3Answer put_object_acl(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const ObjectName name, object_name_of(call));
  CO_TRY(co_await head_named(service, name));
  CO_TRY_LET(const BucketOwner owner, co_await owner_of(service, call.bucket()));
  co_return co_await put_acl(call, owner);
}

}  // namespace tintype::bucket
