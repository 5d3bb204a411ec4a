#include "http/deadlines.h"

#include <algorithm>

namespace tintype::http {

void Deadlines::tighten(std::chrono::milliseconds limit) {
  if (limit >= tick_max_) return;
  tick_max_ = std::max(limit, kTickMin);
  if (ticking_) arm(std::chrono::steady_clock::now() + tick_max_);
}

void Deadlines::add(Socket& socket) {
  socket.place_ = sockets_.size();
  sockets_.push_back(&socket);
  if (!ticking_) arm(std::chrono::steady_clock::now() + tick_max_);
}

void Deadlines::remove(Socket& socket) {
  ASSERT(sockets_[socket.place_] == &socket);
  sockets_[socket.place_] = sockets_.back();
  sockets_[socket.place_]->place_ = socket.place_;
  sockets_.pop_back();
}

void Deadlines::arm(Deadline::Time at) {
  ticking_ = true;
  timer_.expires_at(at);  // Ends a wait that is under way.
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Deadlines::tick() {
  ticking_ = false;
  if (sockets_.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  auto next = now + tick_max_;
  for (Socket* const socket : sockets_) {  // look() resumes nobody, so the list stays as it is.
    socket->look(now);
    next = std::min(next, socket->due());
  }
  arm(std::max(next, now + kTickMin));
}

}  // namespace tintype::http
