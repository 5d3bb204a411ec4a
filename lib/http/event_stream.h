#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace tintype::http {

/// One event of a text/event-stream (WHATWG HTML, 9.2), ready to write. `data` may have lines.
std::string format_event(std::string_view name, std::string_view data);
/// A comment, which keeps proxies from closing an idle stream.
inline constexpr std::string_view kEventStreamPing = ": ping\n\n";

/// A 200 whose body is the events that `run` writes, uncached and unbuffered by proxies.
Response event_stream(std::function<Task<Status>(BodyWriter&)> run);

}  // namespace tintype::http
