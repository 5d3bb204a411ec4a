#include "bucket/settings.h"

namespace tintype::bucket {

std::string_view to_string(Setting setting) {
  switch (setting) {
    case Setting::cors: return "cors";
    case Setting::policy: return "policy";
    case Setting::public_access_block: return "public_access_block";
    case Setting::tagging: return "tagging";
    case Setting::lifecycle: return "lifecycle";
    case Setting::notification: return "notification";
  }
  __builtin_unreachable();
}

Result<std::optional<std::string>> find_setting(sql::Session& session, const BucketName& bucket,
                                                Setting setting) {
  TRY_LET(const sql::Rows rows, session.query("SELECT document FROM bucket_setting"
                                              " WHERE bucket = :1 AND setting = :2",
                                              {bucket.str(), std::string(to_string(setting))}));
  if (rows.empty()) return std::nullopt;
  return rows[0].text(0);
}

}  // namespace tintype::bucket
