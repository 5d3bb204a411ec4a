#include "http/upstream_pool.h"

#include <algorithm>

namespace tintype::http {

std::optional<Permit> Permit::take(const std::shared_ptr<Quota>& all,
                                   const std::shared_ptr<Quota>& of_server) {
  auto one_of_all = Quota::take(all);
  if (!one_of_all) return std::nullopt;
  auto one_of_server = Quota::take(of_server);
  if (!one_of_server) return std::nullopt;
  return Permit{*std::move(one_of_all), *std::move(one_of_server)};
}

std::unique_ptr<UpstreamConnection> UpstreamPool::take(std::uint64_t server) {
  for (std::size_t i = kept_.size(); i-- > 0;) {
    if (kept_[i].server != server) continue;
    auto connection = std::move(kept_[i].connection);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
    // The server may have closed it, or said something that nobody asked for.
    if (connection->socket->quiet()) return connection;
  }
  return nullptr;
}

void UpstreamPool::keep(std::uint64_t server, std::unique_ptr<UpstreamConnection> connection) {
  connection->in.shrink(kKeptCapacityMax);
  kept_.push_back({server, std::move(connection), std::chrono::steady_clock::now()});
  sweep_later();
}

bool UpstreamPool::drop_oldest() {
  if (kept_.empty()) return false;
  kept_.erase(kept_.begin());
  return true;
}

void UpstreamPool::sweep_later() {
  constexpr std::chrono::milliseconds kSweepPauseMax{1000};
  if (sweeping_) return;
  sweeping_ = true;
  loop_.post_after(std::min(kept_max_, kSweepPauseMax), [this] { sweep(); });
}

void UpstreamPool::sweep() {
  sweeping_ = false;
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(kept_, [&](const Kept& kept) {
    return now - kept.since >= kept_max_ || !kept.connection->socket->quiet();
  });
  if (!kept_.empty()) sweep_later();
}

}  // namespace tintype::http
