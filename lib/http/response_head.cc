#include "http/response_head.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "base/log.h"
#include "http/field.h"

namespace tintype::http {
namespace {

constexpr std::size_t kHeadSizeUsual = 512;

/// The Date of now. Formatting it anew for each response would cost more than the rest of the head.
const std::string& date_now() {
  thread_local Instant second;
  thread_local std::string text;
  const Instant now = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
  if (now != second || text.empty()) {
    second = now;
    text = to_http_date(now);
  }
  return text;
}

bool is_server_field(std::string_view name) {
  constexpr std::array<std::string_view, 5> kFields = {"Content-Length", "Transfer-Encoding",
                                                       "Connection", "Keep-Alive", "Upgrade"};
  return std::ranges::any_of(
      kFields, [name](std::string_view field) { return equals_ignoring_case(field, name); });
}

bool asks_to_close(const Response& response) {
  const auto connection = response.headers.find("Connection");
  return connection && equals_ignoring_case(*connection, "close");
}

}  // namespace

std::uint64_t body_size(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  if (const auto* file = std::get_if<FileBody>(&response.body)) return file->size;
  if (const auto* shared = std::get_if<SharedBody>(&response.body)) return shared->size;
  return 0;
}

Delivery plan_delivery(const Response& response, const Circumstances& circumstances) {
  Delivery delivery;
  delivery.keep_alive = circumstances.keep_alive && !asks_to_close(response);
  const bool streamed = std::holds_alternative<StreamBody>(response.body);
  const bool bodiless = response.status == 204 || response.status == 304;
  if (std::holds_alternative<UpgradeBody>(response.body)) return Delivery{};
  if (bodiless || circumstances.head_request) {
    // RFC 9110, 8.6: none in a 204; elsewhere what the GET would have.
    if (response.status != 204) delivery.content_length = response.content_length;
    if (!bodiless && !delivery.content_length && !streamed)
      delivery.content_length = body_size(response);
  } else if (!streamed) {
    delivery.send_body = true;
    delivery.content_length = body_size(response);
  } else if (response.content_length) {
    delivery.send_body = true;
    delivery.content_length = response.content_length;
  } else {
    delivery.send_body = true;
    delivery.chunked = !circumstances.http_1_0;
    if (circumstances.http_1_0) delivery.keep_alive = false;  // Its end is the connection's end.
  }
  delivery.tell_keep_alive = delivery.keep_alive && circumstances.http_1_0;
  return delivery;
}

std::string format_head(const Response& response, const Delivery& delivery,
                        std::string_view request_id) {
  std::string head;
  head.reserve(kHeadSizeUsual);
  head += "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += reason_phrase(response.status);
  head += "\r\n";
  bool dated = false;
  bool named = false;
  for (const auto& [name, value] : response.headers) {
    if (is_server_field(name)) continue;
    if (!is_token(name) || !is_field_value(value)) {
      log(LogLevel::error, "response header dropped", {{"name", name}, {"request", request_id}});
      continue;
    }
    dated = dated || equals_ignoring_case(name, "Date");
    named = named || equals_ignoring_case(name, "x-request-id") ||
            equals_ignoring_case(name, "x-amz-request-id");
    append_field(head, name, value);
  }
  if (!dated) append_field(head, "Date", date_now());
  if (!named) append_field(head, "x-request-id", request_id);
  if (delivery.content_length)
    append_field(head, "Content-Length", std::to_string(*delivery.content_length));
  if (delivery.chunked) append_field(head, "Transfer-Encoding", "chunked");
  if (const auto* upgrade = std::get_if<UpgradeBody>(&response.body)) {
    append_field(head, "Connection", "Upgrade");
    append_field(head, "Upgrade", upgrade->protocol);
  } else if (!delivery.keep_alive) {
    append_field(head, "Connection", "close");
  }
  if (delivery.tell_keep_alive) append_field(head, "Connection", "keep-alive");
  head += "\r\n";
  return head;
}

}  // namespace tintype::http
