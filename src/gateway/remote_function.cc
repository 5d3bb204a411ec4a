#include "gateway/remote_function.h"

#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "base/blocking_pool.h"
#include "base/json.h"
#include "http/client.h"

namespace tintype::gateway {

namespace {

namespace json = boost::json;
using Fault = FunctionFailure::Fault;

std::unexpected<FunctionFailure> failed(Fault fault, std::string message) {
  return std::unexpected(FunctionFailure{.fault = fault, .message = std::move(message)});
}

/// The emulator answers 200 and no X-Amz-Function-Error for a function that threw; its runtimes
/// write these two, and no answer of a route has them.
bool is_error_document(std::string_view body) {
  if (body.find("\"errorType\"") == std::string_view::npos) return false;
  const auto object = parse_json_object(body);
  return object && object->contains("errorMessage") && object->contains("errorType") &&
         !object->contains("statusCode");
}

class RemoteFunction final : public FunctionClient {
 public:
  explicit RemoteFunction(RemoteFunctionOptions options)
      : options_(std::move(options)),
        pool_({.threads = options_.concurrency_max, .waiting_max = options_.waiting_max}) {}

  Task<FunctionAnswer> invoke(Invocation invocation) override {
    http::ClientRequest request{
        .method = "POST",
        .url = options_.url,
        .headers = {{"Content-Type", "application/json"}, {"X-Request-Id", invocation.request_id}},
        .body = std::move(invocation.payload),
        .time_max = options_.time_max,
        .body_bytes_max = kPayloadSizeMax};
    if (!invocation.traceparent.empty())
      request.headers.add("traceparent", std::move(invocation.traceparent));
    const auto begun_at = std::chrono::steady_clock::now();
    auto response = co_await pool_.run([&] { return client_.send(request); });
    if (response) co_return judge(*std::move(response));
    const Error& error = response.error();
    if (error.code == ErrorCode::too_large) co_return failed(Fault::too_large, error.message);
    // The client has one code for both.
    const bool in_time = std::chrono::steady_clock::now() - begun_at < options_.time_max;
    co_return failed(in_time ? Fault::unavailable : Fault::timed_out, error.message);
  }

 private:
  static FunctionAnswer judge(http::ClientResponse response) {
    if (response.status == 429)  // Lambda's TooManyRequestsException.
      return failed(Fault::unavailable, "status 429");
    if (response.status != 200)
      return failed(Fault::failed, "status " + std::to_string(response.status));
    if (const auto error = response.headers.find("X-Amz-Function-Error"))
      return failed(Fault::failed, "function error: " + std::string(*error));
    if (is_error_document(response.body)) return failed(Fault::failed, "function error");
    return std::move(response.body);
  }

  const RemoteFunctionOptions options_;
  http::Client client_;
  BlockingPool pool_;  // Of its own: a slow function must not hold up SQL. Last: it uses the rest.
};

}  // namespace

std::shared_ptr<FunctionClient> make_remote_function(RemoteFunctionOptions options) {
  return std::make_shared<RemoteFunction>(std::move(options));
}

}  // namespace tintype::gateway
