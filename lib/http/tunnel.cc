#include "http/tunnel.h"

#include "base/beside.h"

namespace tintype::http {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// What both ways share.
struct Ways {
  std::chrono::milliseconds idle_max;
  SteadyClock::time_point last = SteadyClock::now();  // When something came, either way.
  bool over = false;
};

Task<void> pass(Duplex& from, Duplex& to, Ways& ways) {
  while (!ways.over) {
    const auto piece = co_await from.read(ways.idle_max);
    if (!piece) {
      // This side may be quiet as long as the other is not.
      const bool idle = SteadyClock::now() - ways.last >= ways.idle_max;
      if (piece.error().code == ErrorCode::unavailable && !idle) continue;
      break;
    }
    if (piece->empty()) break;
    ways.last = SteadyClock::now();
    if (!co_await to.write(*piece)) break;
  }
  ways.over = true;
  to.end_writing();
  to.cancel_read();
}

}  // namespace

Task<void> tunnel(Duplex& one, Duplex& other, std::chrono::milliseconds idle_max) {
  Ways ways{.idle_max = idle_max};
  Beside back;
  back.run(pass(other, one, ways));
  co_await pass(one, other, ways);
  co_await back.end();
}

}  // namespace tintype::http
