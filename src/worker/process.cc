#include "worker/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/falloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/spawn_plan.h"
#include "image/sniff.h"

namespace tintype::worker {
namespace {

/// The memory for results: its size is sealed, so that neither side can pull it away under the
/// other, and nobody can seal it further.
Result<Fd> make_memory() {
  Fd memory(::memfd_create("tintype-results", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory) return errno_error("make", "shared memory", errno);
  if (::ftruncate(memory.get(), kMemorySize) != 0)
    return errno_error("size", "shared memory", errno);
  if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return errno_error("seal", "shared memory", errno);
  return memory;
}

/// A duplicate whose number is none of those that a worker's descriptors get.
Result<Fd> out_of_the_way(int fd) {
  Fd duplicate(::fcntl(fd, F_DUPFD_CLOEXEC, kMemoryFd + 1));
  if (!duplicate) return errno_error("duplicate", "descriptor", errno);
  return duplicate;
}

/// What is open in a worker: null, null, our log, `socket`, `memory`; all else is closed.
int open_only(int socket, int memory, SpawnPlan& plan) {
  int error = plan.open_null(STDIN_FILENO, O_RDONLY);
  if (error == 0) error = plan.open_null(STDOUT_FILENO, O_WRONLY);
  if (error == 0) error = plan.duplicate(socket, kSocketFd);
  if (error == 0) error = plan.duplicate(memory, kMemoryFd);
  if (error == 0) error = plan.close_from(kMemoryFd + 1);
  return error;
}

Result<int> spawn(const Process::Options& options, int socket, int memory) {
  SpawnPlan plan;
  int error = open_only(socket, memory, plan);
  if (error == 0) error = plan.reset_signals();
  std::array<std::string, 8> words = {options.program.string(),
                                      "worker",
                                      "--parent",
                                      std::to_string(::getpid()),
                                      "--memory-bytes-max",
                                      std::to_string(options.memory_bytes_max),
                                      "--cpu-seconds-max",
                                      std::to_string(options.cpu_time_max.count())};
  std::array<char*, words.size() + 1> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  // Nothing of ours is for its eyes, and no variable is to change how a library behaves in there.
  std::array<char*, 1> environment{};
  pid_t pid = -1;
  if (error == 0)
    error = ::posix_spawn(&pid, words[0].c_str(), plan.actions(), plan.attributes(),
                          arguments.data(), environment.data());
  if (error != 0) return errno_error("start", options.program.string(), error);
  return pid;
}

/// True if there is something to read before `end`; false if there is not.
Result<bool> wait_readable(int fd, std::chrono::steady_clock::time_point end) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return errno_error("wait for", "worker", errno);
  }
}

/// The variant's bytes, copied: from here on the worker cannot change them.
Result<std::string> read_bytes(int memory, const Place& place) {
  std::string bytes(static_cast<std::size_t>(place.size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::pread(memory, bytes.data() + done, bytes.size() - done,
                                place.offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return errno_error("read", "results of a worker", got < 0 ? errno : EIO);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const Options& options) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return errno_error("make", "socket pair", errno);
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  TRY_LET(Fd memory, make_memory());
  TRY_LET(const Fd their_socket, out_of_the_way(theirs.get()));
  TRY_LET(const Fd their_memory, out_of_the_way(memory.get()));
  TRY_LET(const int pid, spawn(options, their_socket.get(), their_memory.get()));
  return std::unique_ptr<Process>(new Process(pid, std::move(ours), std::move(memory)));
}

Process::Process(int pid, Fd socket, Fd memory)
    : pid_(pid), socket_(std::move(socket)), memory_(std::move(memory)) {}

Process::~Process() {
  if (pid_ > 0) end();
}

Result<std::string> Process::take_ready() {
  TRY_LET(const Message message, receive_message(socket_.get(), false));
  if (message.text.empty()) return fail(ErrorCode::internal, "it ended while it was starting");
  return parse_ready(message.text);
}

Process::Outcome Process::run(const Request& request, int source,
                              std::chrono::milliseconds time_max) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  const auto ended = [](Error error) {
    return Outcome{std::unexpected(std::move(error)), Fate::ended};
  };

  if (Status sent = send_message(socket_.get(), to_json(request), source); !sent) {
    const Fate fate = sent.error().code == ErrorCode::unavailable ? Fate::unused : Fate::ended;
    return {std::unexpected(std::move(sent).error()), fate};
  }
  ++jobs_;
  const auto readable = wait_readable(socket_.get(), end);
  if (!readable) return ended(readable.error());
  if (!*readable)
    return ended({ErrorCode::too_large,
                  fmt::format("it takes longer than the {} ms that it may", time_max.count())});
  const auto message = receive_message(socket_.get(), false);
  if (!message) return ended({ErrorCode::internal, message.error().message});
  if (message->text.empty()) return ended({ErrorCode::internal, "its worker died"});

  const auto answer = parse_answer(message->text, request);
  if (!answer && answer.error().code == ErrorCode::corrupt)
    return ended({ErrorCode::internal, answer.error().message});
  Result<std::optional<JobResult>> result = std::nullopt;
  if (!answer) {
    result = std::unexpected(answer.error());
  } else if (*answer) {
    auto collected = collect(**answer);
    if (!collected) return ended(std::move(collected).error());
    result = *std::move(collected);
  }
  const Status emptied = empty_memory();
  return {std::move(result), emptied ? Fate::reusable : Fate::ended};
}

Result<JobResult> Process::collect(const Answer& answer) {
  JobResult result{.source_type = answer.source_type,
                   .source_width = answer.source_width,
                   .source_height = answer.source_height,
                   .variants = {},
                   .decode_ms = answer.decode_ms,
                   .resize_ms = answer.resize_ms,
                   .encode_ms = answer.encode_ms};
  for (const Place& place : answer.variants) {
    TRY_LET(std::string bytes, read_bytes(memory_.get(), place));
    // Whoever took a worker over must not have us serve a script under a picture's type.
    const auto type = image::sniff(as_bytes(bytes));
    if (!type || image::media_type(*type) != media_type(place.format))
      return fail(ErrorCode::internal, "worker's message: a variant that is not of its format");
    result.variants.push_back({place.format, place.width, place.height, std::move(bytes)});
  }
  return result;
}

Status Process::empty_memory() {
  if (::fallocate(memory_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, kMemorySize) != 0)
    return errno_error("empty", "shared memory", errno);
  return {};
}

void Process::kill() const {
  ASSERT(pid_ > 0);
  ::kill(pid_, SIGKILL);
}

std::string Process::end() {
  kill();
  int status = 0;
  pid_t reaped = -1;
  do {
    reaped = ::waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  const int pid = std::exchange(pid_, -1);
  if (reaped != pid) return "reaped by somebody else";
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace tintype::worker
