#include "node/listeners.h"

#include <cstdint>
#include <utility>

#include "base/assert.h"
#include "base/cores.h"
#include "http/problem.h"

namespace tintype {
namespace {

constexpr std::uint64_t kJsonBodyMax = 64 * 1024;
constexpr std::uint64_t kPutBodyMax = 5ULL << 30;  // S3's limit of one PUT.

Task<http::Response> answer_starting(http::Request& request) {
  co_return http::problem_response(Error{ErrorCode::unavailable, "the node is starting"}, request);
}

}  // namespace

Result<std::unique_ptr<Listeners>> Listeners::start(const ServeOptions& options, Gateway gateway,
                                                    http::Observer observer) {
  std::unique_ptr<Listeners> made(new Listeners);
  http::Server::Options server_options;
  server_options.loops = usable_cores();
  server_options.observer = std::move(observer);
  auto started =
      http::Server::start(std::move(server_options), made->listeners(options, std::move(gateway)));
  if (!started)  // The listeners have the names of their options.
    return fail(started.error().code, "--" + started.error().message + "; give another address");
  made->server_ = *std::move(started);
  return made;
}

std::vector<http::Listener> Listeners::listeners(const ServeOptions& options, Gateway gateway) {
  http::Limits routed;
  routed.body_bytes_max = gateway.body_bytes_max;
  http::Limits json;
  json.body_bytes_max = kJsonBodyMax;
  http::Limits objects;
  objects.body_bytes_max = kPutBodyMax;
  std::vector<http::Listener> all;
  all.push_back({"gateway", options.gateway, routed, late(&Handlers::gateway),
                 late_refusal(&Handlers::gateway_refusal), std::move(gateway.trusted),
                 std::move(gateway.tls)});
  all.push_back({"edge", options.edge, json, late(&Handlers::edge)});
  all.push_back(
      {"s3", options.s3, objects, late(&Handlers::s3), late_refusal(&Handlers::s3_refusal)});
  all.push_back({"ops", options.ops, json, late(&Handlers::ops)});
  return all;
}

http::Handler Listeners::late(http::Handler Handlers::* member) {
  return [this, member](http::Request& request) {
    const Handlers* ready = published_.load(std::memory_order_acquire);
    return ready == nullptr ? answer_starting(request) : (ready->*member)(request);
  };
}

http::Refusal Listeners::late_refusal(http::Refusal Handlers::* member) {
  return [this, member](const http::Problem& problem, const http::Request& request) {
    const Handlers* ready = published_.load(std::memory_order_acquire);
    return ready == nullptr ? http::problem_response(problem, request)
                            : (ready->*member)(problem, request);
  };
}

BoundAddresses Listeners::addresses() const {
  const std::vector<std::string> bound = server_->addresses();  // In the order of listeners().
  ASSERT(bound.size() == 4);
  return {.gateway = bound[0], .edge = bound[1], .s3 = bound[2], .ops = bound[3]};
}

void Listeners::publish(Handlers handlers) {
  ASSERT(published_.load(std::memory_order_relaxed) == nullptr);
  handlers_ = std::move(handlers);
  published_.store(&handlers_, std::memory_order_release);
}

}  // namespace tintype
