// POST and GET /api/activities, GET /api/people/{handle}/activities, DELETE /api/activities/{id}.
#include <utility>

#include "base/text.h"
#include "http/json_body.h"
#include "http/json_fields.h"
#include "people/api.h"
#include "people/exchange.h"
#include "people/prose.h"

namespace tintype::people {
namespace {

constexpr std::string_view kNobody = "Nobody has this handle.";
constexpr std::string_view kNothing = "There is no such activity, or it was deleted.";

Result<std::string> parse_id(std::string_view text) {
  if (!is_activity_id(text)) return fail(ErrorCode::invalid_argument, "is no id of an activity");
  return std::string(text);
}

std::expected<Activities::Told, std::vector<http::Problem::Fault>> read_told(
    const boost::json::object& body) {
  http::JsonFields fields(body);
  auto text =
      fields.read("text", [](std::string_view value) { return parse_prose(value, kActivityRule); });
  auto reply_to = fields.read_optional("reply_to", parse_id);
  auto faults = fields.finish();
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return Activities::Told{.text = *std::move(text), .reply_to = std::move(reply_to)};
}

/// What the query of a page asks for; its faults point to parameters.
std::expected<Activities::Wanted, std::string> read_wanted(const http::Query& query) {
  Activities::Wanted wanted;
  if (const auto limit = query.find("limit")) {
    const auto count = parse_integer<std::size_t>(*limit);
    if (!count || *count < 1 || *count > Activities::kPageMax)
      return std::unexpected("limit must be a number from 1 to " +
                             std::to_string(Activities::kPageMax) + ".");
    wanted.count_max = *count;
  }
  if (const auto cursor = query.find("cursor")) {
    auto id = parse_cursor(*cursor);
    if (!id) return std::unexpected("cursor " + id.error().message + ".");
    wanted.before = *std::move(id);
  }
  return wanted;
}

http::Response invalid_query(const http::Request& request, std::string detail) {
  return http::problem_response(
      {.status = 400, .code = "invalid_request", .detail = std::move(detail)}, request);
}

http::Response too_many(const http::Request& request) {
  auto response =
      http::problem_response({.status = 429,
                              .code = "too_many_activities",
                              .detail = "At most " + std::to_string(Activities::kPerMinuteMax) +
                                        " activities can be told in a minute."},
                             request);
  response.headers.set("Retry-After", "60");
  return response;
}

}  // namespace

Task<http::Response> Api::tell(http::Request& request, Caller caller) {
  auto body = co_await http::read_object(request, kBodySizeMax);
  if (!body) co_return std::move(body.error());
  auto told = read_told(*body);
  if (!told) co_return http::invalid_fields(request, std::move(told.error()));
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Activity activity, parts_.activities.add(caller, *told));
    TRY_LET(std::string document, parts_.documents.activity(activity));
    auto created = http::json_response(201, std::move(document));
    created.headers.set("Location", "/api/activities/" + activity.id);
    created.headers.set("Cache-Control", "no-store");
    return created;
  });
  if (response) co_return std::move(*response);
  if (response.error().code == ErrorCode::conflict) co_return too_many(request);
  if (response.error().code == ErrorCode::not_found)
    co_return http::invalid_fields(
        request, {{.pointer = "#/reply_to", .detail = "is no activity that is still there"}});
  co_return answer_to(response.error(), request, kNothing);
}

Result<http::Response> Api::find_page(Activities::Wanted wanted) {
  TRY_LET(const Activities::Page page, parts_.activities.page(wanted));
  TRY_LET(std::string document, parts_.documents.page(page));
  auto response = http::json_response(200, std::move(document));
  response.headers.set("Cache-Control", "no-cache");
  return response;
}

Task<http::Response> Api::feed(http::Request& request) {
  auto wanted = read_wanted(request.query);
  if (!wanted) co_return invalid_query(request, std::move(wanted.error()));
  auto response = co_await parts_.pool.run([&] { return find_page(*wanted); });
  co_return response ? std::move(*response) : answer_to(response.error(), request, kNothing);
}

Task<http::Response> Api::feed_of(http::Request& request, std::string text) {
  auto wanted = read_wanted(request.query);
  if (!wanted) co_return invalid_query(request, std::move(wanted.error()));
  const auto handle = Handle::parse(text);
  if (!handle) co_return answer_to({ErrorCode::not_found, "no handle"}, request, kNobody);
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Profile profile, parts_.persons.find(*handle));
    wanted->sub = profile.sub;
    return find_page(*wanted);
  });
  co_return response ? std::move(*response) : answer_to(response.error(), request, kNobody);
}

Task<http::Response> Api::activity(http::Request& request, std::string id) {
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Activity found, parts_.activities.find(id));
    TRY_LET(std::string document, parts_.documents.activity(found));
    auto answer = http::json_response(200, std::move(document));
    answer.headers.set("Cache-Control", "no-cache");
    return answer;
  });
  co_return response ? std::move(*response) : answer_to(response.error(), request, kNothing);
}

Task<http::Response> Api::delete_activity(http::Request& request, Caller caller, std::string id) {
  const Status removed =
      co_await parts_.pool.run([&] { return parts_.activities.remove(caller.sub, id); });
  if (removed)
    co_return http::Response{.status = 204, .headers = {}, .body = {}, .content_length = {}};
  if (removed.error().code == ErrorCode::denied)
    co_return http::problem_response(
        {.status = 403, .code = "not_yours", .detail = "Only who told an activity can delete it."},
        request);
  co_return answer_to(removed.error(), request, kNothing);
}

}  // namespace tintype::people
