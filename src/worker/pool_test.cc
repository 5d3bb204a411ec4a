// The pool with real workers: the tintype-pixels and tintype-general of this build.
#include "worker/pool.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "base/fd.h"
#include "base/text.h"
#include "image/codec/jpeg_encoder.h"
#include "image/sniff.h"

namespace tintype::worker {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr image::Plan kSmall = {.width = 16, .height = 8};

const Pool::Options::Programs kPrograms = {.photographs = TINTYPE_PIXELS,
                                           .general = TINTYPE_GENERAL};

Pool::Options options(std::size_t workers = 1) {
  return {.programs = kPrograms, .workers = workers};
}

std::unique_ptr<Pool> start(Pool::Options pool_options) {
  auto pool = Pool::start(std::move(pool_options));
  EXPECT_TRUE(pool) << pool.error().message;
  return pool ? std::move(*pool) : nullptr;
}

/// A descriptor whose file holds `bytes`.
Fd file_of(std::string_view bytes) {
  Fd fd(::memfd_create("test-source", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  return fd;
}

/// A photograph of `side` pixels a side.
std::string square(int side) {
  image::Planes grey;
  grey.luma = image::Plane(side, side);
  for (int y = 0; y < side; ++y) std::memset(grey.luma.row(y), 128, static_cast<std::size_t>(side));
  const auto file = image::encode_jpeg(grey, {});
  EXPECT_TRUE(file) << file.error().message;
  return file.value_or("");
}

/// The same for a general worker: an SVG, which is ours, so the job says trusted.
std::string drawing(int side) {
  const std::string text = std::to_string(side);
  return "<svg xmlns='http://www.w3.org/2000/svg' width='" + text + "' height='" + text +
         "'><rect width='100%' height='100%' fill='#08f'/></svg>";
}

Result<JobResult> run(Pool& pool, std::string_view source, std::vector<image::Plan> plans) {
  const Fd fd = file_of(source);
  return pool.run(
      {.source = fd.get(), .trusted = true, .plans = std::move(plans), .limits = {}, .id = "test"});
}

/// Seconds of work: a large square, of which most is encoded with much effort.
Result<JobResult> run_long(Pool& pool) {
  return run(pool, square(9000),
             {{.width = 9000, .format = image::Format::avif, .mode = image::Mode::best}});
}

/// Processes whose parent is `pid`, whichever of its threads started them.
std::set<int> children_of(int pid) {
  std::set<int> children;
  const auto tasks = std::filesystem::path("/proc") / std::to_string(pid) / "task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::ifstream file(task.path() / "children");
    for (int child = 0; file >> child;) children.insert(child);
  }
  return children;
}

/// Waits until the pool says so, which is a matter of its threads. Rather fails than hangs.
template <class Condition>
void wait_until(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "it does not happen";
    std::this_thread::yield();
  }
}

TEST(Pool, MakesVariants) {
  const auto pool = start(options());
  const auto result =
      run(*pool, square(100),
          {kSmall, {.format = image::Format::png}, {.width = 50, .format = image::Format::webp}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->source_type, "image/jpeg");
  EXPECT_EQ(result->source_width, 100);
  EXPECT_EQ(result->source_height, 100);
  EXPECT_GT(result->decode_ms + result->resize_ms + result->encode_ms, 0);
  ASSERT_EQ(result->variants.size(), 3U);
  EXPECT_EQ(result->variants[0].width, 16);
  EXPECT_EQ(result->variants[0].height, 8);
  EXPECT_EQ(result->variants[1].width, 100);
  EXPECT_EQ(result->variants[2].format, image::Format::webp);
  for (const Variant& variant : result->variants) {
    const auto type = image::sniff(as_bytes(variant.bytes));
    ASSERT_TRUE(type);
    EXPECT_EQ(image::media_type(*type), image::media_type(variant.format));
  }
}

TEST(Pool, TellsOfItsJail) {
  const auto pool = start(options());
  const auto report = pool->jail_report();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_NE(report->find("\"seccomp\":true"), std::string::npos) << *report;
  EXPECT_NE(report->find("\"no_new_privs\":true"), std::string::npos) << *report;
  EXPECT_TRUE(pool->ready());
}

TEST(Pool, PassesTheErrorsOfPicturesOn) {
  const auto pool = start(options());
  const struct {
    const char* name;
    std::string source;
    Job job;
    ErrorCode code;
  } cases[] = {
      {"not an image", "Hello", {.plans = {kSmall}}, ErrorCode::unsupported},
      {"empty", "", {.plans = {kSmall}}, ErrorCode::unsupported},
      {"untrusted svg", drawing(10), {.trusted = false, .plans = {kSmall}}, ErrorCode::unsupported},
      {"damaged", "\xff\xd8\xff\xe0 and no more", {.plans = {kSmall}}, ErrorCode::damaged_input},
      {"too many pixels",
       square(200),
       {.trusted = true, .plans = {kSmall}, .limits = {.source_pixels_max = 39'999}},
       ErrorCode::too_large},
      {"too many bytes",
       square(200),
       {.trusted = true, .plans = {kSmall}, .limits = {.source_bytes_max = 10}},
       ErrorCode::too_large},
      {"no plan", square(200), {.trusted = true}, ErrorCode::invalid_argument},
      {"too many plans",
       square(200),
       {.trusted = true, .plans = std::vector<image::Plan>(65, kSmall)},
       ErrorCode::too_large},
      {"an endless id",
       square(200),
       {.trusted = true, .plans = {kSmall}, .id = std::string(1025, 'x')},
       ErrorCode::too_large},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Fd source = file_of(c.source);
    Job job = c.job;
    job.source = source.get();
    const auto result = pool->run(job);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, c.code) << result.error().message;
  }
  EXPECT_TRUE(run(*pool, square(10), {kSmall}));
  EXPECT_EQ(pool->counts().started, 2U);  // One of each kind.
  EXPECT_EQ(pool->counts().faults, 0U);
}

TEST(Pool, GivesToGeneralWorkersWhatPhotographsDecline) {
  const auto pool = start(options());
  ASSERT_TRUE(run(*pool, square(20), {kSmall}));
  EXPECT_EQ(pool->counts().started, 1U) << "a general worker was started before it was needed";
  const auto result = run(*pool, drawing(100), {kSmall, {.width = 50}});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->source_type, "image/svg+xml");
  EXPECT_EQ(result->variants.size(), 2U);
  EXPECT_EQ(pool->counts().started, 2U);
}

TEST(Pool, EndsGeneralWorkersThatNobodyNeeds) {
  Pool::Options brief = options();
  brief.general_idle_max = 1ms;
  const auto pool = start(brief);
  for (std::size_t started = 2; started < 5; ++started) {
    const auto result = run(*pool, drawing(20), {kSmall});
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(pool->counts().started, started);
    wait_until([&pool] { return pool->counts().idle == 1; });  // For photographs.
  }
  wait_until([] { return children_of(::getpid()).size() == 1; });
  EXPECT_EQ(pool->counts().faults, 0U);
}

TEST(Pool, MakesPhotographsWithoutAGeneralProgram) {
  Pool::Options broken = options();
  broken.programs.general = "/bin/true";
  const auto pool = start(broken);
  for (int i = 0; i < 2; ++i) {
    const auto refused = run(*pool, drawing(20), {kSmall});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable) << refused.error().message;
  }
  const auto result = run(*pool, square(20), {kSmall});
  EXPECT_TRUE(result) << result.error().message;
}

TEST(Pool, RefusesADescriptorThatIsNone) {
  const auto pool = start(options());
  EXPECT_FALSE(pool->run({.source = -1, .trusted = true, .plans = {kSmall}}));
}

TEST(Pool, TakesAsManyPlansAsItSays) {
  const auto pool = start(options());
  const auto result = run(*pool, square(20), std::vector<image::Plan>(64, kSmall));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->variants.size(), 64U);
}

TEST(Pool, LosesOneJobToACrash) {
  for (const int signal : {SIGKILL, SIGSEGV, SIGBUS}) {
    SCOPED_TRACE(signal);
    const auto pool = start(options());
    auto job = std::async(std::launch::async, [&pool] { return run_long(*pool); });
    wait_until([&pool] { return pool->counts().busy == 1; });
    const std::set<int> children = children_of(::getpid());
    ASSERT_EQ(children.size(), 1U);
    ::kill(*children.begin(), signal);

    const auto result = job.get();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::internal) << result.error().message;
    EXPECT_EQ(pool->counts().faults, 1U);
    const auto next = run(*pool, square(20), {kSmall});
    EXPECT_TRUE(next) << next.error().message;
    EXPECT_EQ(pool->counts().started, 2U);
  }
}

TEST(Pool, LosesNoJobToAWorkerThatDiesIdle) {
  const auto pool = start(options(2));
  ASSERT_TRUE(run(*pool, square(20), {kSmall}));
  wait_until([&pool] { return pool->counts().started == 2; });
  for (const int child : children_of(::getpid())) {
    ::kill(child, SIGKILL);
    siginfo_t info{};  // It is dead, and the pool's to reap: it may have done so already.
    const int waited = ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
    ASSERT_TRUE(waited == 0 || errno == ECHILD) << errno;
  }
  const auto next = run(*pool, square(20), {kSmall});
  EXPECT_TRUE(next) << next.error().message;
  wait_until([&pool] { return pool->counts().faults == 2; });
  wait_until([&pool] { return pool->counts().started == 4; });
}

TEST(Pool, EndsAJobThatTakesTooLong) {
  Pool::Options impatient = options();
  impatient.job_time_max = 5ms;
  const auto pool = start(impatient);
  const auto result = run_long(*pool);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::too_large) << result.error().message;
  EXPECT_EQ(pool->counts().faults, 1U);
  wait_until([&pool] { return pool->counts().started == 2; });
}

TEST(Pool, RefusesCallersThatItHasNoRoomFor) {
  Pool::Options narrow = options();
  narrow.waiting_max = 1;
  auto pool = start(narrow);
  auto working = std::async(std::launch::async, [&pool] { return run_long(*pool); });
  wait_until([&pool] { return pool->counts().busy == 1; });
  auto waiting =
      std::async(std::launch::async, [&pool] { return run(*pool, square(9), {kSmall}); });
  wait_until([&pool] { return pool->counts().waiting == 1; });

  const auto refused = run(*pool, square(9), {kSmall});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  // And whoever works or waits comes back when the pool ends.
  Pool* const ending = pool.release();
  delete ending;
  EXPECT_EQ(working.get().error().code, ErrorCode::internal);
  EXPECT_EQ(waiting.get().error().code, ErrorCode::unavailable);
  EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST(Pool, ServesManyThreads) {
  const auto pool = start(options(2));
  std::vector<std::future<int>> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.push_back(std::async(std::launch::async, [&pool, thread] {
      int right = 0;
      for (int i = 0; i < 50; ++i) {
        const int width = 1 + (thread * 50 + i) % 97;
        const auto result = run(*pool, square(100), {{.width = width}});
        if (result && result->variants[0].width == width) ++right;
      }
      return right;
    }));
  for (auto& thread : threads) EXPECT_EQ(thread.get(), 50);
  EXPECT_EQ(pool->counts().faults, 0U);
  EXPECT_EQ(pool->counts().started, 2U);
}

TEST(Pool, ReplacesAWornWorker) {
  Pool::Options short_lived = options();
  short_lived.jobs_max = 3;
  const auto pool = start(short_lived);
  for (int i = 0; i < 7; ++i) {
    const auto result = run(*pool, square(20), {kSmall});
    ASSERT_TRUE(result) << result.error().message;
  }
  EXPECT_EQ(pool->counts().started, 3U);
  EXPECT_EQ(pool->counts().faults, 0U);
}

TEST(Pool, KeepsNoMemoryOfResults) {
  const auto pool = start(options());
  const auto large = run(*pool, square(2000), {{.format = image::Format::png}});
  ASSERT_TRUE(large);
  // The worker's descriptors are ours to look at through /proc only as long as it is not jailed;
  // our own end is among our descriptors.
  bool found = false;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error);
    if (target.find("tintype-results") == std::string::npos) continue;
    found = true;
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_blocks, 0);
    EXPECT_EQ(::ftruncate(std::stoi(entry.path().filename()), 0), -1) << "its size is not sealed";
  }
  EXPECT_TRUE(found);
}

TEST(Pool, TellsWhyItCannotStart) {
  const struct {
    const char* name;
    Pool::Options options;
    ErrorCode code;
  } cases[] = {
      {"no program",
       {.programs = {.photographs = "/nonexistent/pixels", .general = TINTYPE_GENERAL}},
       ErrorCode::not_found},
      {"no general program",
       {.programs = {.photographs = TINTYPE_PIXELS, .general = "/nonexistent/general"}},
       ErrorCode::not_found},
      {"no worker", {.programs = kPrograms, .workers = 0}, ErrorCode::invalid_argument},
      {"no jobs", {.programs = kPrograms, .jobs_max = 0}, ErrorCode::invalid_argument},
      {"no time", {.programs = kPrograms, .job_time_max = 0ms}, ErrorCode::invalid_argument},
      {"no idle time",
       {.programs = kPrograms, .general_idle_max = 0ms},
       ErrorCode::invalid_argument},
      {"no memory", {.programs = kPrograms, .memory_bytes_max = 0}, ErrorCode::invalid_argument},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pool = Pool::start(c.options);
    ASSERT_FALSE(pool);
    EXPECT_EQ(pool.error().code, c.code);
  }
}

TEST(Pool, DoesNotHangOnAProgramThatIsNoWorker) {
  const auto pool = start({.programs = {.photographs = "/bin/true", .general = "/bin/true"}});
  const auto result = run(*pool, square(20), {kSmall});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unavailable) << result.error().message;
  EXPECT_FALSE(pool->jail_report());
  EXPECT_FALSE(pool->ready());
}

/// In a process of its own: starts a pool, gives it a long job, tells the worker's id, waits.
[[noreturn]] void serve_until_killed(int report) {
  const auto pool = Pool::start(options());
  if (!pool) ::_exit(1);
  auto job = std::async(std::launch::async, [&pool] { return run_long(**pool); });
  wait_until([&pool] { return (*pool)->counts().busy == 1; });
  const int child = *children_of(::getpid()).begin();
  if (::write(report, &child, sizeof(child)) != sizeof(child)) ::_exit(1);
  while (true) ::pause();
}

TEST(Pool, LeavesNoWorkerBehindWhenItIsKilled) {
  // Orphans come to us, so that we can wait for them.
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const Fd report(pipe[0]);
  Fd their_end(pipe[1]);
  const pid_t server = ::fork();
  ASSERT_GE(server, 0);
  if (server == 0) serve_until_killed(their_end.get());
  their_end.reset();
  int worker = 0;
  ASSERT_EQ(::read(report.get(), &worker, sizeof(worker)), static_cast<ssize_t>(sizeof(worker)));

  ::kill(server, SIGKILL);

  ASSERT_EQ(::waitpid(server, nullptr, 0), server);
  int status = 0;
  ASSERT_EQ(::waitpid(worker, &status, 0), worker);  // Hangs if the worker lives on.
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace
}  // namespace tintype::worker
