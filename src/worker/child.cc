// Inside a worker. Its order is its safety: everything is loaded, then the jail shuts, and only
// then the first byte of a stranger is read.
#include "worker/child.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "base/log.h"
#include "sandbox/jail.h"
#include "worker/protocol.h"

namespace tintype::worker {
namespace {

/// What a worker keeps of its heap between jobs.
constexpr std::size_t kHeapKeptBytes = 48 << 20;

/// Pages that are mapped as long as this lives.
class Mapping {
 public:
  struct Access {
    int protection;
    int flags;
  };
  static Result<Mapping> make(int fd, std::size_t size, Access access) {
    if (size == 0) return Mapping({});
    void* const begin = ::mmap(nullptr, size, access.protection, access.flags, fd, 0);
    if (begin == MAP_FAILED) return errno_error("map", "descriptor", errno);
    return Mapping({static_cast<std::byte*>(begin), size});
  }
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() {
    if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
  }
  std::span<std::byte> bytes() const { return bytes_; }

 private:
  explicit Mapping(std::span<std::byte> bytes) : bytes_(bytes) {}
  std::span<std::byte> bytes_;
};

Status check_descriptors() {
  int type = 0;
  socklen_t size = sizeof(type);
  const bool is_socket = ::getsockopt(kSocketFd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
  if (!is_socket || type != SOCK_SEQPACKET)
    return fail(ErrorCode::invalid_argument,
                "worker: descriptor 3 is no socket; 'tintype serve' starts workers, not a person");
  return {};
}

/// No worker outlives its server, not even one that was killed.
Status end_with_parent(int parent) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno_error("watch", "parent", errno);
  // It may have died before; then nobody tells.
  if (::getppid() != parent) return fail(ErrorCode::unavailable, "worker: its server is gone");
  return {};
}

// A sanitizer's report on standard error is why it is there: such builds keep it open.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// What codecs print about hostile bytes is of no use and can be forged, so from here on nobody
/// hears it; what goes wrong in starting has been on the log until here, and later is told through
/// the socket.
Status fall_silent() {
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return errno_error("open", "/dev/null", errno);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (kSanitized && fd == STDERR_FILENO) continue;
    if (::dup2(null.get(), fd) < 0) return errno_error("silence", "descriptor", errno);
  }
  return {};
}

Result<sandbox::JailReport> shut_jail(const ChildOptions& options) {
  // Kept: three that lead nowhere, so that no other gets their numbers, socket and memory; and one
  // more at a time comes with each job.
  constexpr std::uint64_t kOpenFilesMax = kMemoryFd + 2;
  // Results go to mapped memory, so nothing is ever written to a file; but to a log that is one.
  constexpr std::uint64_t kFileBytesMax = kSanitized ? 1ULL << 40 : 1;
  TRY_LET(const sandbox::Jail jail,
          sandbox::JailBuilder()
              .memory_max(static_cast<std::uint64_t>(options.memory_bytes_max))
              .cpu_time_max(options.cpu_time_max)
              .file_size_max(kFileBytesMax)
              .open_files_max(kOpenFilesMax)
              .keep_open(STDIN_FILENO)
              .keep_open(STDOUT_FILENO)
              .keep_open(STDERR_FILENO)
              .keep_open(kSocketFd)
              .keep_open(kMemoryFd)
              .build());
  return jail.enter();
}

/// Nothing if the engine declines.
Result<std::optional<Answer>> render_job(const image::Engine& engine, const Request& request,
                                         int source_fd, std::span<std::byte> memory) {
  // Mapped: the pages come from the cache without a copy. Should somebody cut the file meanwhile,
  // SIGBUS ends this process, which costs one attempt.
  TRY_LET(const Mapping source,
          Mapping::make(source_fd, static_cast<std::size_t>(request.source_size),
                        {.protection = PROT_READ, .flags = MAP_PRIVATE}));
  TRY_LET(const auto rendered, engine.render({.bytes = source.bytes(), .trusted = request.trusted},
                                             request.plans, request.limits));
  if (!rendered) return std::nullopt;
  Answer answer{.source_type = rendered->source_type,
                .source_width = rendered->source_width,
                .source_height = rendered->source_height,
                .decode_ms = rendered->timings.decode_ms,
                .resize_ms = rendered->timings.resize_ms,
                .encode_ms = rendered->timings.encode_ms,
                .variants = {}};
  std::size_t offset = 0;
  for (const image::Output& output : rendered->outputs) {
    if (output.bytes.size() > memory.size() - offset)
      return fail(ErrorCode::too_large, "results: over 256 MiB in all");
    std::memcpy(memory.data() + offset, output.bytes.data(), output.bytes.size());
    answer.variants.push_back({.format = output.format,
                               .width = output.width,
                               .height = output.height,
                               .offset = static_cast<std::int64_t>(offset),
                               .size = static_cast<std::int64_t>(output.bytes.size())});
    offset += output.bytes.size();
  }
  return answer;
}

std::string message_of(const Result<std::optional<Answer>>& answer) {
  if (!answer) return to_json(answer.error());
  return *answer ? to_json(**answer) : declined_message();
}

Status serve_jobs(const image::Engine& engine, std::span<std::byte> memory) {
  while (true) {
    TRY_LET(Message message, receive_message(kSocketFd, true));
    if (message.text.empty()) return {};  // The pool lets go of us.
    TRY_LET(const Request request, parse_request(message.text));
    const auto answer = render_job(engine, request, message.fd.get(), memory);
    message.fd.reset();
    TRY(send_message(kSocketFd, message_of(answer)));
    // Between jobs, when nobody waits: gives back what a large picture left in the heap. What an
    // ordinary one left stays for the next, which would pay for every page again (10 ms of 100).
    if (::mallinfo2().fordblks > kHeapKeptBytes) ::malloc_trim(0);
  }
}

Status start_and_serve(const image::Engine& engine, const ChildOptions& options) {
  TRY(engine.start());
  TRY_LET(const Mapping memory,
          Mapping::make(kMemoryFd, static_cast<std::size_t>(kMemorySize),
                        {.protection = PROT_READ | PROT_WRITE, .flags = MAP_SHARED}));
  TRY(fall_silent());
  TRY_LET(const sandbox::JailReport report, shut_jail(options));
  // Strangers' bytes may come.
  TRY(engine.warm());
  TRY(send_message(kSocketFd, ready_message(report.to_json())));
  return serve_jobs(engine, memory.bytes());
}

}  // namespace

int run_child(const image::Engine& engine, const ChildOptions& options) {
  // One arena for all threads: the codecs' threads take turns more than they run at once, and every
  // further arena keeps 64 MiB of address space and its own leftovers.
  ::mallopt(M_ARENA_MAX, 1);
  // Pixel buffers come from that heap and go back to it: a mapping of their own would be new pages
  // each time. 32 MiB is as far as glibc goes.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, static_cast<int>(kHeapKeptBytes));
  Status status = check_descriptors();
  if (status) status = end_with_parent(options.parent);
  if (!status) {
    log(LogLevel::error, "worker not started", {{"error", status.error().message}});
    return EX_USAGE;
  }
  status = start_and_serve(engine, options);
  if (status) return EX_OK;
  // Nobody else may hear it any more.
  const Status told = send_message(kSocketFd, to_json(status.error()));
  return told ? EX_SOFTWARE : EX_IOERR;
}

}  // namespace tintype::worker
