// check, doctor, version: what this program is and what it would do.

#include <sys/utsname.h>
#include <sysexits.h>

#include <boost/json.hpp>
#include <cstdio>
#include <thread>

#include "commands.h"
#include "stack/stack.h"
#include "worker/pool.h"

namespace tintype {
namespace {

/// A worker says which layers of its jail hold.
Status diagnose() {
  utsname kernel{};
  ::uname(&kernel);
  std::printf("tintype   %s\nkernel    %s %s\ncores     %u\n", TINTYPE_VERSION, kernel.release,
              kernel.machine, std::thread::hardware_concurrency());
  worker::Pool::Options options;
  options.programs = worker_programs();
  options.workers = 1;
  TRY_LET(const auto pool, worker::Pool::start(std::move(options)));
  TRY_LET(const std::string report, pool->jail_report());
  std::printf("jail      %s\ncodecs    ", report.c_str());
  std::fflush(stdout);
  return {};
}

}  // namespace

int run_check(const std::optional<std::filesystem::path>& config) {
  const auto stack = load_stack(config);
  if (!stack) return report(stack.error());
  std::printf("%s", describe(*stack).c_str());
  return EX_OK;
}

int run_doctor() {
  const Status done = diagnose();
  if (!done) return report(done.error());
  return exec_codecs();  // They speak for themselves.
}

int run_version(bool json) {
  if (json) {
    const boost::json::object object = {{"version", TINTYPE_VERSION}, {"compiler", __VERSION__}};
    print_line(object);
  } else {
    std::printf("tintype %s\n", TINTYPE_VERSION);
  }
  return EX_OK;
}

}  // namespace tintype
