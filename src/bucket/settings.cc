#include "bucket/settings.h"

namespace tintype::bucket {

std::string_view to_string(Setting setting) {
  switch (setting) {
    case Setting::cors: return "cors";
    case Setting::policy: return "policy";
    case Setting::public_access_block: return "public_access_block";
    case Setting::tagging: return "tagging";
    case Setting::lifecycle: return "lifecycle";
  }
  __builtin_unreachable();
}

}  // namespace tintype::bucket
