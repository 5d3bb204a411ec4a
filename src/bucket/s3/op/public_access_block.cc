// GetPublicAccessBlock, PutPublicAccessBlock and DeletePublicAccessBlock.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
#include "bucket/s3/operations.h"
#include "bucket/s3/request/bucket_setting.h"
#include "bucket/s3/request/read_document.h"
#include "bucket/s3/rule/public_access.h"

namespace tintype::bucket {

S3Answer get_public_access_block(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string document,
             co_await get_setting(service, call, Setting::public_access_block,
                                  S3Error::no_such_public_access_block_configuration));
  CO_TRY_LET(const PublicAccessBlock block, parse_public_access_block(document));
  co_return xml_response(200, write_public_access_block(block));
}

S3Answer put_public_access_block(const S3Service& service, const S3Call& call) {
  CO_TRY_LET(const std::string body, co_await read_document(call, kSettingSizeMax));
  CO_TRY(parse_public_access_block(body));
  CO_TRY(co_await put_setting(service, call, Setting::public_access_block, body));
  co_return make_response(200);
}

S3Answer delete_public_access_block(const S3Service& service, const S3Call& call) {
  CO_TRY(co_await remove_setting(service, call, Setting::public_access_block));
  co_return make_response(204);
}

}  // namespace tintype::bucket
