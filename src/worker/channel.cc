#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "worker/protocol.h"

namespace tintype::worker {
namespace {

/// Room for one descriptor beside a message; more than one are cut off, and closed, by the kernel.
struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

}  // namespace

Status send_message(int socket, std::string_view text, int fd) {
  if (text.size() > kMessageSizeMax)
    return fail(ErrorCode::too_large, "message to a worker: over 64 KiB");
  iovec part{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &fd, sizeof(int));
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
    return fail(ErrorCode::unavailable, "send to a worker: it is gone");
  if (sent < 0) return errno_error("send to", "worker", errno);
  return {};
}

Result<Message> receive_message(int socket, bool take_fd) {
  Message result;
  result.text.resize(kMessageSizeMax);
  iovec part{.iov_base = result.text.data(), .iov_len = result.text.size()};
  Control control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (take_fd) {
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
  }
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == ECONNRESET) size = 0;
  if (size < 0) return errno_error("receive from", "socket", errno);
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); take_fd && header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof(int));
    result.fd = Fd(fd);
  }
  if ((message.msg_flags & MSG_TRUNC) != 0)
    return fail(ErrorCode::corrupt, "message of a worker: over 64 KiB");
  result.text.resize(static_cast<std::size_t>(size));
  return result;
}

}  // namespace tintype::worker
