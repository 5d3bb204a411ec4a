// Uploads in parts, for their owners: URLs of parts, what arrived, completion; and cancelling, of
// any upload.
#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "http/problem.h"
#include "upload/api.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

constexpr std::size_t kNumbersBodySizeMax = 16 * 1024;
constexpr std::size_t kCompleteBodySizeMax = std::size_t{1} << 20;  // Room for 10,000 parts.
constexpr std::size_t kSweptAtOnce = 100;

const http::Problem kUnknown = {.status = 404,
                                .code = "unknown_upload",
                                .detail = "There is no such upload, or it was finished long ago."};
const http::Problem kEnded = {
    .status = 409,
    .code = "upload_ended",
    .detail = "The upload has arrived already, was cancelled, or has expired."};

http::Problem invalid(std::string detail) {
  return {.status = 400, .code = "invalid_request", .detail = std::move(detail)};
}

http::Response no_store(http::Response response) {
  response.headers.set("Cache-Control", "no-store");
  return response;
}

/// What the parts lack to be the object that `slot` is for; nothing if they are.
std::optional<http::Problem> lack_of(const Slot& slot, const std::vector<bucket::PartInfo>& parts,
                                     const std::optional<std::vector<std::string>>& etags) {
  const auto incomplete = [](std::int64_t number, std::string_view what) {
    return http::Problem{.status = 409,
                         .code = "incomplete_upload",
                         .detail = "Part " + std::to_string(number) + " " + std::string(what)};
  };
  std::int64_t number = 0;
  for (const bucket::PartInfo& part : parts) {
    ++number;
    if (part.number != number) return incomplete(number, "has not arrived.");
    if (std::cmp_not_equal(part.size, part_size(slot, number)))
      return incomplete(number, "has another size than it must.");
  }
  if (number < part_count(slot)) return incomplete(number + 1, "has not arrived.");
  if (!etags) return std::nullopt;
  if (etags->size() != parts.size())
    return incomplete(static_cast<std::int64_t>(etags->size()), "is not the last one.");
  for (std::size_t i = 0; i < parts.size(); ++i)
    if ((*etags)[i] != parts[i].etag)
      return incomplete(parts[i].number, "has another ETag than was given.");
  return std::nullopt;
}

}  // namespace

Task<http::Response> Api::cancel(http::Request& request, std::string id,
                                 const bucket::Owner& owner) {
  const auto slot = co_await pool_.run([&]() -> Result<Slot> {
    TRY_LET(Slot cancelled, slots_.cancel(id, owner));
    // What is left behind here is swept.
    if (const Status aborted = abort_parts(cancelled); !aborted)
      log(LogLevel::warning, "upload in parts not aborted", {{"reason", aborted.error().message}});
    return cancelled;
  });
  if (slot) {
    log(LogLevel::info, "upload cancelled", {{"request", request.id}, {"upload", id}});
    http::Response response;
    response.status = 204;
    co_return response;
  }
  if (slot.error().code == ErrorCode::not_found)
    co_return http::problem_response(kUnknown, request);
  if (slot.error().code == ErrorCode::conflict) co_return http::problem_response(kEnded, request);
  log(LogLevel::error, "upload could not be cancelled",
      {{"request", request.id}, {"upload", id}, {"reason", slot.error().message}});
  co_return http::problem_response(slot.error(), request);
}

Status Api::abort_parts(const Slot& slot) {
  if (slot.multipart_id.empty()) return {};
  const Status aborted =
      multiparts_.abort({.bucket = slot.bucket, .key = slot.key, .upload_id = slot.multipart_id});
  if (!aborted && aborted.error().code != ErrorCode::not_found) return aborted;
  return slots_.forget_multipart(slot.id);
}

Result<std::int64_t> Api::sweep_parts() {
  std::int64_t swept_count = 0;
  for (;;) {
    TRY_LET(const auto slots, slots_.ended_multiparts(kSweptAtOnce));
    for (const Slot& slot : slots) TRY(abort_parts(slot));
    swept_count += static_cast<std::int64_t>(slots.size());
    if (slots.size() < kSweptAtOnce) return swept_count;
  }
}

/// The slot, if it is the owner's and filled in parts.
Task<Api::OwnSlot> Api::own_multipart(const http::Request& request, const std::string& id,
                                      const bucket::Owner& owner) {
  auto slot = co_await pool_.run([&] { return slots_.find(id); });
  if (!slot && slot.error().code != ErrorCode::not_found) {
    log(LogLevel::error, "upload could not be read",
        {{"request", request.id}, {"upload", id}, {"reason", slot.error().message}});
    co_return std::unexpected(
        http::Problem{.status = http::status_of(slot.error().code),
                      .code = std::string(to_string(slot.error().code)),
                      .detail = std::string(http::public_detail(slot.error().code))});
  }
  if (!slot || slot->owner != owner) co_return std::unexpected(kUnknown);
  if (slot->method != Method::multipart)
    co_return std::unexpected(http::Problem{
        .status = 409, .code = "not_multipart", .detail = "This upload does not come in parts."});
  co_return *std::move(slot);
}

Task<Api::OwnSlot> Api::waiting_multipart(const http::Request& request, const std::string& id,
                                          const bucket::Owner& owner) {
  auto slot = co_await own_multipart(request, id, owner);
  if (slot && slot->state != State::waiting) co_return std::unexpected(kEnded);
  co_return slot;
}

http::Response Api::answer_parts(http::Request& request, const Slot& slot,
                                 const std::vector<std::int64_t>& numbers) const {
  json::array parts;
  for (const std::int64_t number : numbers) {
    if (number > part_count(slot))
      return http::problem_response(
          invalid("This upload has the parts 1 to " + std::to_string(part_count(slot)) + "."),
          request);
    auto part = presigner_.part(slot, number, clock_.now());
    if (!part)
      return http::problem_response(Error{ErrorCode::internal, part.error().message}, request);
    parts.push_back(*std::move(part));
  }
  return no_store(
      http::json_response(200, json::serialize(json::object{{"parts", std::move(parts)}})));
}

Task<http::Response> Api::sign_parts(http::Request& request, std::string id,
                                     const bucket::Owner& owner) {
  const auto body = co_await http::read_all(*request.body, kNumbersBodySizeMax);
  if (!body) co_return http::problem_response(body.error(), request);
  const auto numbers = parse_part_numbers(*body);
  if (!numbers) co_return http::problem_response(invalid(numbers.error().message), request);
  const auto slot = co_await waiting_multipart(request, id, owner);
  if (!slot) co_return http::problem_response(slot.error(), request);
  co_return answer_parts(request, *slot, *numbers);
}

Task<http::Response> Api::sign_part(http::Request& request, std::string id, std::string number,
                                    const bucket::Owner& owner) {
  const auto parsed = parse_integer<std::int64_t>(number);
  const auto slot = co_await waiting_multipart(request, id, owner);
  if (!slot) co_return http::problem_response(slot.error(), request);
  if (!parsed || *parsed < 1 || *parsed > part_count(*slot))
    co_return http::problem_response(
        invalid("This upload has the parts 1 to " + std::to_string(part_count(*slot)) + "."),
        request);
  const auto part = presigner_.part(*slot, *parsed, clock_.now());
  if (!part)
    co_return http::problem_response(Error{ErrorCode::internal, part.error().message}, request);
  co_return no_store(http::json_response(200, json::serialize(*part)));
}

Task<http::Response> Api::list_parts(http::Request& request, std::string id,
                                     const bucket::Owner& owner) {
  const auto slot = co_await waiting_multipart(request, id, owner);
  if (!slot) co_return http::problem_response(slot.error(), request);
  const auto parts = co_await pool_.run([&] {
    return multiparts_.parts(
        {.bucket = slot->bucket, .key = slot->key, .upload_id = slot->multipart_id}, 0,
        bucket::kPartNumberMax);
  });
  if (!parts && parts.error().code == ErrorCode::not_found)
    co_return http::problem_response(kEnded, request);
  if (!parts) co_return http::problem_response(parts.error(), request);
  json::array listed;
  for (const bucket::PartInfo& part : *parts)
    listed.push_back(
        {{"PartNumber", part.number}, {"Size", part.size}, {"ETag", '"' + part.etag + '"'}});
  co_return no_store(
      http::json_response(200, json::serialize(json::object{{"parts", std::move(listed)}})));
}

http::Response Api::completed(const Slot& slot) const {
  return no_store(http::json_response(
      200,
      json::serialize(json::object{{"upload_id", slot.id},
                                   {"state", to_string(slot.state)},
                                   {"location", presigner_.object_url(slot)},
                                   {"status_url", options_.gateway_url + "/uploads/" + slot.id}})));
}

Result<bucket::ObjectInfo> Api::join(const Slot& slot, const std::vector<bucket::PartInfo>& parts,
                                     const http::Request& request) {
  bucket::PutOptions options;
  // As a presigned request: on behalf of whoever was given the slot, who may fill it and no more.
  options.writer = {.principal = options_.access_key_id,
                    .remote_address = request.remote_address,
                    .request_id = request.id,
                    .presigned = true,
                    .by = bucket::WrittenBy::multipart};
  return multiparts_.complete(
      {.bucket = slot.bucket, .key = slot.key, .upload_id = slot.multipart_id}, parts, options);
}

Task<http::Response> Api::complete(http::Request& request, std::string id,
                                   const bucket::Owner& owner) {
  const auto body = co_await http::read_all(*request.body, kCompleteBodySizeMax);
  if (!body) co_return http::problem_response(body.error(), request);
  const auto etags = parse_part_etags(*body);
  if (!etags) co_return http::problem_response(invalid(etags.error().message), request);
  auto slot = co_await own_multipart(request, id, owner);
  if (!slot) co_return http::problem_response(slot.error(), request);
  // The answer to the first try may have been lost.
  const bool arrived = slot->state != State::waiting && slot->state != State::failed;
  if (arrived) co_return completed(*slot);
  if (slot->state != State::waiting) co_return http::problem_response(kEnded, request);

  std::optional<http::Problem> lack;
  const auto object = co_await pool_.run([&]() -> Result<bucket::ObjectInfo> {
    TRY_LET(const auto parts,
            multiparts_.parts(
                {.bucket = slot->bucket, .key = slot->key, .upload_id = slot->multipart_id}, 0,
                bucket::kPartNumberMax));
    lack = lack_of(*slot, parts, *etags);
    if (lack) return fail(ErrorCode::invalid_argument, lack->detail);
    return join(*slot, parts, request);
  });
  if (lack) co_return http::problem_response(*lack, request);
  if (object) {
    log(LogLevel::info, "object stored",
        {{"request", request.id}, {"upload", id}, {"size", object->size}});
    slot->state = State::received;
    co_return completed(*slot);
  }
  // Somebody else was faster: another complete, a cancel, a part that was sent again.
  const ErrorCode code = object.error().code;
  if (code == ErrorCode::not_found || code == ErrorCode::denied || code == ErrorCode::conflict)
    co_return http::problem_response(kEnded, request);
  log(LogLevel::error, "upload could not be completed",
      {{"request", request.id}, {"upload", id}, {"reason", object.error().message}});
  co_return http::problem_response(object.error(), request);
}

}  // namespace tintype::upload
