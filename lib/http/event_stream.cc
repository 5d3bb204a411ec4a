#include "http/event_stream.h"

namespace tintype::http {

std::string format_event(std::string_view name, std::string_view data) {
  ASSERT(name.find_first_of("\r\n") == std::string_view::npos);
  std::string event;
  event.reserve(name.size() + data.size() + 32);
  if (!name.empty()) {
    event += "event: ";
    event += name;
    event += '\n';
  }
  // Each of "\n", "\r\n" and "\r" ends a line for the reader, so each must be a line here.
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    event += "data: ";
    event += data.substr(0, end);
    event += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  event += '\n';
  return event;
}

Response event_stream(std::function<Task<Status>(BodyWriter&)> run) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");  // nginx holds small pieces back without it.
  response.body = StreamBody{std::move(run)};
  return response;
}

}  // namespace tintype::http
