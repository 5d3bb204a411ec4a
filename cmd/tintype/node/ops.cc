#include "node/ops.h"

#include "http/problem.h"

namespace tintype {
namespace {

/// What the handler needs, kept alive by it.
struct Ops {
  OpsOptions options;
  metrics::Registry& registry;
  BlockingPool& pool;
};

http::Response text_response(int status, std::string type, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}},
          .body = std::move(body),
          .content_length = {}};
}

Task<http::Response> serve_ready(std::shared_ptr<Ops> ops, http::Request& request) {
  const Status ready = co_await ops->pool.run([&ops] { return ops->options.ready(); });
  if (!ready)
    co_return http::problem_response(
        Error{.code = ErrorCode::unavailable, .message = ready.error().message}, request);
  co_return text_response(200, "application/json", R"({"status":"ready"})");
}

Task<http::Response> serve_metrics(std::shared_ptr<Ops> ops, http::Request& request) {
  const Result<std::string> text = co_await ops->pool.run([&ops]() -> Result<std::string> {
    ops->options.refresh();
    return ops->registry.expose();
  });
  if (!text) co_return http::problem_response(text.error(), request);
  co_return text_response(200, std::string(metrics::kContentType), *text);
}

Task<http::Response> serve(std::shared_ptr<Ops> ops, http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response response = http::problem_response(
        http::Problem{.status = 405, .code = "method_not_allowed", .detail = "Use GET."}, request);
    response.headers.set("Allow", "GET, HEAD");
    co_return response;
  }
  if (request.path == "/healthz")
    co_return text_response(200, "application/json", R"({"status":"ok"})");
  if (request.path == "/readyz") co_return co_await serve_ready(ops, request);
  if (request.path == "/routes")
    co_return text_response(200, "application/json", ops->options.routes_json);
  if (request.path == "/metrics") co_return co_await serve_metrics(ops, request);
  co_return http::problem_response(Error{.code = ErrorCode::not_found, .message = ""}, request);
}

}  // namespace

http::Handler ops_handler(OpsOptions options, metrics::Registry& registry, BlockingPool& pool) {
  auto ops = std::make_shared<Ops>(Ops{std::move(options), registry, pool});
  return [ops](http::Request& request) { return serve(ops, request); };
}

}  // namespace tintype
