#include "bucket/condition.h"

namespace tintype::bucket {

Status check_precondition(const Precondition& wanted, const std::string* present_etag) {
  if ((wanted.etag || wanted.present) && present_etag == nullptr)
    return fail(ErrorCode::not_found, "no object to match");
  if (wanted.etag && *present_etag != *wanted.etag)
    return fail(ErrorCode::conflict, "another etag");
  if (wanted.absent && present_etag != nullptr) return fail(ErrorCode::conflict, "the key exists");
  if (wanted.not_etag && present_etag != nullptr && *present_etag == *wanted.not_etag)
    return fail(ErrorCode::conflict, "this very etag");
  return {};
}

Status check_remove_condition(const RemoveCondition& wanted, const ObjectInfo& present) {
  using std::chrono::floor;
  using std::chrono::seconds;
  if (wanted.etag && *wanted.etag != present.etag) return fail(ErrorCode::conflict, "another etag");
  if (wanted.size && *wanted.size != present.size) return fail(ErrorCode::conflict, "another size");
  if (wanted.modified_at &&
      floor<seconds>(*wanted.modified_at) != floor<seconds>(present.modified_at))
    return fail(ErrorCode::conflict, "another last-modified time");
  return {};
}

}  // namespace tintype::bucket
