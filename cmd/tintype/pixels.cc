#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "commands.h"

namespace tintype {

namespace {

std::filesystem::path beside(const char* name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

int exec(const std::filesystem::path& program, int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  std::fprintf(stderr, "tintype: cannot run '%s': %s; install it beside tintype\n", program.c_str(),
               std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): no thread runs yet.
  return EX_UNAVAILABLE;
}

}  // namespace

worker::Pool::Options::Programs worker_programs() {
  return {.photographs = beside("tintype-pixels"), .general = beside("tintype-general")};
}

int exec_pixels(int argc, char** argv) { return exec(beside("tintype-pixels"), argc, argv); }

int exec_codecs() {
  std::string program = "tintype";
  std::string command = "codecs";
  char* arguments[] = {program.data(), command.data()};
  return exec(beside("tintype-general"), 2, arguments);
}

}  // namespace tintype
