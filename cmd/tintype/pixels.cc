#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "commands.h"

namespace tintype {

std::filesystem::path pixels_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tintype-pixels";
}

int exec_pixels(int argc, char** argv) {
  const std::filesystem::path program = pixels_program();
  std::vector<char*> arguments(argv, argv + argc);
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  std::fprintf(stderr, "tintype: cannot run '%s': %s; install it beside tintype\n", program.c_str(),
               std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): no thread runs yet.
  return EX_UNAVAILABLE;
}

}  // namespace tintype
