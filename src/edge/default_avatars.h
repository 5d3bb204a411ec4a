#pragma once

#include <string>

#include "base/blocking_pool.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "edge/asset.h"
#include "edge/avatar_drawing.h"
#include "edge/gate.h"
#include "image/plan.h"
#include "worker/pool.h"

namespace tintype::edge {

/// Renders drawings in the worker pool. Few at a time, since anybody can ask for any name's: they
/// must not crowd out uploads. Thread-safe.
class DefaultAvatars {
 public:
  static constexpr std::size_t kAtOnceMax = 2;
  static constexpr std::size_t kWaitingMax = 256;

  DefaultAvatars(worker::Pool& workers, BlockingPool& pool);

  /// `unavailable` if too much is going on, `internal` for all that is wrong with our own drawing.
  Task<Result<Asset>> render(AvatarDrawing drawing, image::Plan plan, std::string request_id);

 private:
  Result<Asset> render_now(const AvatarDrawing& drawing, image::Plan plan,
                           const std::string& request_id);

  worker::Pool& workers_;
  BlockingPool& pool_;
  Gate gate_;
};

}  // namespace tintype::edge
