#include "function/notify/notify_function.h"

namespace tintype::function {

Status NotifyFunction::run(const event::Lease& lease) {
  // A crash between the two tells it again, under the same id.
  Status told = parts_.target.deliver(
      {.id = lease.invocation_id, .body = event::to_notification(lease.record)});
  if (!told) {
    told.error().code = ErrorCode::unavailable;  // It may mend what it said no to.
    return told;
  }
  return parts_.database.write(
      [&](sql::Session& session) -> Status { return parts_.queue.complete(session, lease); });
}

}  // namespace tintype::function
