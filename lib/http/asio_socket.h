#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "http/socket.h"

namespace tintype::http {

/// A connection without TLS.
std::unique_ptr<Socket> make_socket(boost::asio::ip::tcp::socket socket);

// For sockets of every kind.
/// Closes with RST.
void close_with_reset(boost::asio::ip::tcp::socket& socket);
/// See Socket::peer_left and Socket::quiet.
bool has_left(const boost::asio::ip::tcp::socket& socket);
bool is_quiet(const boost::asio::ip::tcp::socket& socket);

}  // namespace tintype::http
