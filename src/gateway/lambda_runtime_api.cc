#include "gateway/lambda_runtime_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "http/problem.h"

namespace tintype::gateway {

namespace {

using Fault = FunctionFailure::Fault;

constexpr std::string_view kNext = "/2018-06-01/runtime/invocation/next";
constexpr std::string_view kInitError = "/2018-06-01/runtime/init/error";
constexpr std::string_view kInvocation = "/2018-06-01/runtime/invocation/";
constexpr std::size_t kErrorTypeSizeMax = 200;

/// What a handler needs, held by it and its running requests.
struct Api {
  LambdaQueue& queue;
  std::size_t slot;
  std::string function_arn;
};

http::Response status_document(int status, std::string_view type, std::string_view message) {
  const boost::json::object document = {{"errorType", type}, {"errorMessage", message}};
  return http::json_response(status, boost::json::serialize(document));
}

http::Response accepted() { return http::json_response(202, R"({"status":"OK"})"); }

/// What the process calls the error, in the field or, as AWS's clients do, in the document alone;
/// its text stays with the process.
std::string error_type_of(const http::Request& request, std::string_view document) {
  if (const auto type = request.headers.find("Lambda-Runtime-Function-Error-Type"))
    return std::string(type->substr(0, kErrorTypeSizeMax));
  const auto object = parse_json_object(document);
  const boost::json::value* type = object ? object->if_contains("errorType") : nullptr;
  if (type == nullptr || !type->is_string()) return "unknown";
  return std::string(type->get_string()).substr(0, kErrorTypeSizeMax);
}

Task<http::Response> give_next(std::shared_ptr<const Api> api) {
  auto work = co_await api->queue.next(api->slot);
  if (!work) co_return status_document(503, "Runtime.Ended", "There is no more work.");
  const auto deadline =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() + work->left);
  http::Response response = http::json_response(200, std::move(work->payload));
  response.headers.add("Lambda-Runtime-Aws-Request-Id", work->id);
  response.headers.add("Lambda-Runtime-Deadline-Ms",
                       std::to_string(deadline.time_since_epoch().count()));
  response.headers.add("Lambda-Runtime-Invoked-Function-Arn", api->function_arn);
  if (std::string trace = xray_trace_of(work->traceparent); !trace.empty())
    response.headers.add("Lambda-Runtime-Trace-Id", std::move(trace));
  co_return response;
}

Task<http::Response> take_answer(std::shared_ptr<const Api> api, http::Request& request,
                                 std::string id, bool is_error) {
  auto body = co_await http::read_all(*request.body, FunctionClient::kPayloadSizeMax);
  FunctionAnswer answer;
  if (!body) {
    const bool too_large = body.error().code == ErrorCode::too_large;
    answer = std::unexpected(
        FunctionFailure{.fault = too_large ? Fault::too_large : Fault::failed,
                        .message = "its answer did not arrive: " + body.error().message});
  } else if (is_error) {
    answer = std::unexpected(FunctionFailure{
        .fault = Fault::failed, .message = "function error: " + error_type_of(request, *body)});
  } else {
    answer = *std::move(body);
  }
  const bool arrived = answer.has_value() || is_error;
  const bool known = api->queue.answer(api->slot, id, std::move(answer));
  if (!known) co_return status_document(400, "InvalidRequestID", "This is not being worked on.");
  if (!arrived)
    co_return status_document(413, "RequestEntityTooLarge", "The answer is larger than allowed.");
  co_return accepted();
}

Task<http::Response> take_init_error(http::Request& request) {
  const auto body = co_await http::read_all(*request.body, FunctionClient::kPayloadSizeMax);
  log(LogLevel::error, "function did not start",
      {{"type", error_type_of(request, body ? std::string_view(*body) : std::string_view())}});
  co_return accepted();
}

Task<http::Response> answer_unknown() {
  co_return status_document(404, "NotFound", "There is nothing at this path.");
}

Task<http::Response> serve(const std::shared_ptr<const Api>& api, http::Request& request) {
  const std::string_view path = request.path;
  if (request.method == "GET" && path == kNext) return give_next(api);
  if (request.method == "POST" && path == kInitError) return take_init_error(request);
  if (request.method == "POST" && path.starts_with(kInvocation)) {
    const auto parts = split(path.substr(kInvocation.size()), '/');
    if (parts.size() == 2 && (parts[1] == "response" || parts[1] == "error"))
      return take_answer(api, request, std::string(parts[0]), parts[1] == "error");
  }
  return answer_unknown();
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

http::Handler lambda_runtime_api(LambdaQueue& queue, std::size_t slot, std::string function_arn) {
  auto api = std::make_shared<const Api>(Api{queue, slot, std::move(function_arn)});
  return [api](http::Request& request) { return serve(api, request); };
}

std::string xray_trace_of(std::string_view traceparent) {
  // W3C Trace Context, 3.2.2: "00-" trace id (32) "-" parent id (16) "-" flags (2).
  const auto parts = split(traceparent, '-');
  if (parts.size() != 4 || parts[0] != "00" || parts[1].size() != 32 || parts[2].size() != 16 ||
      parts[3].size() != 2 || !is_hex(parts[1]) || !is_hex(parts[2]) || !is_hex(parts[3]))
    return {};
  const bool sampled = std::string_view("13579bdf").find(parts[3][1]) != std::string_view::npos;
  return fmt::format("Root=1-{}-{};Parent={};Sampled={}", parts[1].substr(0, 8), parts[1].substr(8),
                     parts[2], sampled ? 1 : 0);
}

}  // namespace tintype::gateway
