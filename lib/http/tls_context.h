#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/socket.h"

namespace tintype::http {

/// What connections to a listener share.
struct ServerContext {
  boost::asio::ssl::context ssl{boost::asio::ssl::context::tls_server};
};

/// What connections to other servers share: whom to believe.
struct ClientContext {
  boost::asio::ssl::context ssl{boost::asio::ssl::context::tls_client};

  /// `ca_file` (PEM) instead of the system's authorities, unless empty.
  static Result<std::shared_ptr<ClientContext>> make(const std::string& ca_file);
};

/// The server's side of a connection; Socket::open() shakes hands.
std::unique_ptr<Socket> make_tls_socket(boost::asio::ip::tcp::socket socket,
                                        std::shared_ptr<ServerContext> context);
/// The client's side; the server must prove to be `host`.
std::unique_ptr<Socket> make_tls_socket(boost::asio::ip::tcp::socket socket,
                                        std::shared_ptr<ClientContext> context,
                                        const std::string& host);

}  // namespace tintype::http
