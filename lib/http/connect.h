#pragma once

#include <chrono>
#include <memory>

#include "http/asio_loop.h"
#include "http/socket.h"
#include "http/tls_context.h"
#include "http/upstream.h"

namespace tintype::http {

/// A new connection to `origin`, within `time_max` for finding its name, reaching one of its
/// addresses (tried in turn) and TLS (without `context`: none). `unavailable` naming what did not
/// work. `loop` and `origin` outlive it.
Task<Result<std::unique_ptr<Socket>>> connect(AsioLoop& loop, const Origin& origin,
                                              std::shared_ptr<ClientContext> context,
                                              std::chrono::milliseconds time_max);

}  // namespace tintype::http
