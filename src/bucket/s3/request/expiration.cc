#include "bucket/s3/request/expiration.h"

#include "base/text.h"
#include "bucket/s3/rule/bucket_rules.h"

namespace tintype::bucket {

Task<S3Result<void>> add_expiration(const S3Service& service, const ObjectInfo& object,
                                    http::Headers& headers) {
  CO_TRY_LET(const auto rules, to_s3(co_await service.rules.get(object.bucket)));
  if (rules == nullptr || rules->lifecycle.empty()) co_return S3Result<void>();
  if (const auto expiry = expiry_of(rules->lifecycle, object))
    headers.set("x-amz-expiration", "expiry-date=\"" + to_http_date(expiry->at) + "\", rule-id=\"" +
                                        percent_encode(expiry->rule_id) + '"');
  co_return S3Result<void>();
}

}  // namespace tintype::bucket
