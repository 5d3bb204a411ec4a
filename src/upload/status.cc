// How far an upload is: the document, and the stream of its changes.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/log.h"
#include "http/event_stream.h"
#include "http/problem.h"
#include "upload/api.h"

namespace tintype::upload {

namespace {

namespace json = boost::json;

constexpr std::string_view kEventName = "status";
/// How long a stopping server may wait for a stream to notice.
constexpr std::chrono::milliseconds kStopCheckInterval{500};

/// What a person may read of a slot's reason.
std::string_view detail_of(std::string_view reason) {
  struct Detail {
    std::string_view reason;
    std::string_view sentence;
  };
  constexpr std::array<Detail, 6> kDetails = {{
      {kCancelled, "The upload was cancelled."},
      {kExpired, "No photograph arrived in time. Upload it again."},
      {"damaged_input", "The file is damaged, or is no picture. Choose another one."},
      {"invalid_argument", "The file is not what it was announced to be. Choose another one."},
      {"too_large", "The picture has too many pixels. Choose a smaller one."},
      {"unsupported", "The file is not a picture that can be used. Choose a JPEG, PNG or WebP."},
  }};
  const auto at = std::ranges::find(kDetails, reason, &Detail::reason);
  return at != kDetails.end() ? at->sentence
                              : "Something went wrong on our side. Upload the photograph again.";
}

/// One of function::assets_to_json's elements, as clients see it.
Result<json::object> public_asset(const json::value& value, std::string_view edge_url) {
  const auto corrupt = [] { return fail(ErrorCode::corrupt, "slot: assets are not readable"); };
  const json::object* asset = value.if_object();
  if (asset == nullptr) return corrupt();
  for (const std::string_view name : {"variant", "type", "key"})
    if (!asset->contains(name) || !asset->at(name).is_string()) return corrupt();
  for (const std::string_view name : {"width", "height", "size"})
    if (!asset->contains(name) || !asset->at(name).is_int64()) return corrupt();
  const auto key = bucket::Key::parse(std::string_view(asset->at("key").get_string()));
  if (!key) return corrupt();
  return json::object{
      {"name", asset->at("variant")},  {"url", std::string(edge_url) + bucket::asset_path(*key)},
      {"type", asset->at("type")},     {"width", asset->at("width")},
      {"height", asset->at("height")}, {"size", asset->at("size")}};
}

Result<json::array> public_assets(std::string_view assets, std::string_view edge_url) {
  boost::system::error_code error;
  const json::value value = json::parse(assets, error);
  if (error || !value.is_array()) return fail(ErrorCode::corrupt, "slot: assets are not readable");
  json::array result;
  for (const json::value& one : value.get_array()) {
    TRY_LET(json::object asset, public_asset(one, edge_url));
    result.emplace_back(std::move(asset));
  }
  return result;
}

/// True for EventSource and whoever else asks for a stream by name; "*/*" alone gets the document.
bool wants_stream(const http::Request& request) {
  const auto accept = request.headers.find("Accept");
  return request.method == "GET" && accept &&
         http::accept_quality(accept, "text/event-stream") >
             http::accept_quality(accept, "application/json");
}

}  // namespace

Result<std::string> status_json(const Slot& slot, std::string_view edge_url) {
  json::object document = {{"upload_id", slot.id}, {"state", std::string(to_string(slot.state))}};
  if (slot.state == State::failed) {
    document["reason"] = slot.reason.empty() ? "internal" : slot.reason;
    document["detail"] = std::string(detail_of(slot.reason));
  }
  if (slot.state == State::superseded)
    document["detail"] = "A newer photograph took the place of this one.";
  if (slot.state == State::ready) {
    TRY_LET(document["assets"],
            within("status of '" + slot.id + "'", public_assets(slot.assets, edge_url)));
  }
  return json::serialize(document);
}

Task<http::Response> Api::status(http::Request& request, std::string id) {
  const auto slot = co_await pool_.run([&] { return slots_.find(id); });
  if (!slot && slot.error().code == ErrorCode::not_found)
    co_return http::problem_response(
        {.status = 404,
         .code = "unknown_upload",
         .detail = "There is no such upload, or it was finished long ago."},
        request);
  const auto document =
      slot ? status_json(*slot, options_.edge_url) : std::unexpected(slot.error());
  if (!document) {
    log(LogLevel::error, "upload status failed",
        {{"request", request.id}, {"upload", id}, {"reason", document.error().message}});
    co_return http::problem_response(document.error(), request);
  }
  if (wants_stream(request))
    co_return http::event_stream(
        [this, id = std::move(id)](http::BodyWriter& writer) { return stream(id, writer); });
  auto response = http::json_response(200, *document);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Vary", "Accept");
  co_return response;
}

Task<Status> Api::stream(std::string id, http::BodyWriter& writer) {
  const std::shared_ptr<Signal> signal = slots_.watch(id);  // Shared with who watches the same.
  std::string told;
  for (;;) {
    // The version before the look: what changes during it ends the wait below at once.
    const std::uint64_t seen = signal->version();
    CO_TRY_LET(const Slot slot, co_await pool_.run([&] { return slots_.find(id); }));
    CO_TRY_LET(std::string document, status_json(slot, options_.edge_url));
    if (document != told) {
      CO_TRY(co_await writer.write(http::format_event(kEventName, document)));
      told = std::move(document);
    } else {
      CO_TRY(co_await writer.write(http::kEventStreamPing));
    }
    if (is_final(slot.state)) co_return Status();

    auto left = options_.ping_interval;
    while (left.count() > 0) {
      if (writer.stopping()) co_return Status();
      const auto step = std::min(left, kStopCheckInterval);
      if (co_await signal->wait(seen, step)) break;
      left -= step;
    }
  }
}

}  // namespace tintype::upload
