// GET, PUT and DELETE /api/profile, GET /api/people/{handle}.
#include <utility>

#include "http/json_body.h"
#include "http/json_fields.h"
#include "people/api.h"
#include "people/exchange.h"
#include "people/prose.h"

namespace tintype::people {
namespace {

constexpr std::string_view kNobody = "Nobody has this handle.";

/// One's own profile can change by one's own hand at any time; nobody keeps it.
http::Response own_response(const Profile& profile, std::string document) {
  auto response = http::json_response(200, std::move(document));
  response.headers.set("ETag", write_etag(profile.revision));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

std::expected<ProfileEdit, std::vector<http::Problem::Fault>> read_edit(
    const boost::json::object& body) {
  http::JsonFields fields(body);
  auto handle = fields.read("handle", Handle::parse);
  auto display_name = fields.read(
      "display_name", [](std::string_view text) { return parse_prose(text, kDisplayNameRule); });
  auto bio = fields.read("bio", [](std::string_view text) { return parse_prose(text, kBioRule); });
  auto faults = fields.finish();
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return ProfileEdit{.handle = *std::move(handle),
                     .display_name = *std::move(display_name),
                     .bio = *std::move(bio)};
}

}  // namespace

Task<http::Response> Api::own_profile(http::Request& request, Caller caller) {
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Profile profile, parts_.persons.own(caller));
    TRY_LET(std::string document, parts_.documents.person(profile));
    return own_response(profile, std::move(document));
  });
  co_return response ? std::move(*response) : answer_to(response.error(), request, kNobody);
}

http::Response Api::edited(const http::Request& request, const Persons::Edited& edited) {
  const auto problem = [&request](int status, std::string code, std::string detail) {
    return http::problem_response(
        {.status = status, .code = std::move(code), .detail = std::move(detail)}, request);
  };
  switch (edited.outcome) {
    case Persons::Outcome::saved: break;
    case Persons::Outcome::changed_meanwhile:
      return problem(412, "changed_meanwhile",
                     "The profile was changed since it was read. Read it again.");
    case Persons::Outcome::handle_taken:
      return problem(409, "handle_taken", "Somebody else has this handle. Choose another one.");
    case Persons::Outcome::too_many_handles: {
      auto response = problem(429, "too_many_handles",
                              "The handle was changed too often. Wait until one that was given up "
                              "is free again.");
      response.headers.set(
          "Retry-After",
          std::to_string(std::chrono::ceil<std::chrono::seconds>(Persons::kHandleKept).count()));
      return response;
    }
  }
  auto document = parts_.documents.person(edited.profile);
  return document ? own_response(edited.profile, *std::move(document))
                  : answer_to(document.error(), request, kNobody);
}

Task<http::Response> Api::put_profile(http::Request& request, Caller caller) {
  const auto condition = request.headers.find("If-Match");
  if (!condition)
    co_return http::problem_response(
        {.status = 428,
         .code = "if_match_missing",
         .detail = "Send If-Match with the ETag of the profile that was read, so that no change of "
                   "another tab is lost."},
        request);
  const Revisions revisions = parse_if_match(*condition);
  auto body = co_await http::read_object(request, kBodySizeMax);
  if (!body) co_return std::move(body.error());
  auto edit = read_edit(*body);
  if (!edit) co_return http::invalid_fields(request, std::move(edit.error()));
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Persons::Edited done, parts_.persons.edit(caller, revisions, *edit));
    return edited(request, done);
  });
  co_return response ? std::move(*response) : answer_to(response.error(), request, kNobody);
}

Task<http::Response> Api::delete_profile(http::Request& request, Caller caller) {
  const Status ordered =
      co_await parts_.pool.run([&] { return parts_.deletions.order(caller.sub); });
  if (!ordered) co_return answer_to(ordered.error(), request, kNobody);
  co_return http::Response{.status = 204, .headers = {}, .body = {}, .content_length = {}};
}

Task<http::Response> Api::person(http::Request& request, std::string text) {
  const auto handle = Handle::parse(text);
  if (!handle) co_return answer_to({ErrorCode::not_found, "no handle"}, request, kNobody);
  auto response = co_await parts_.pool.run([&]() -> Result<http::Response> {
    TRY_LET(const Profile profile, parts_.persons.find(*handle));
    TRY_LET(std::string document, parts_.documents.person(profile));
    return http::json_response(200, std::move(document));
  });
  if (!response) co_return answer_to(response.error(), request, kNobody);
  response->headers.set("Cache-Control", "no-cache");
  co_return std::move(*response);
}

}  // namespace tintype::people
