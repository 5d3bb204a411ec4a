#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>

#include "http/socket.h"

namespace tintype::http {

/// `write_idle_max`: how long a write waits for the client to take a byte.
std::unique_ptr<Socket> make_socket(boost::asio::ip::tcp::socket socket,
                                    std::chrono::milliseconds write_idle_max);

}  // namespace tintype::http
