#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "commands.h"
#include "worker/child.h"

namespace tintype {

void add_worker_command(CLI::App& app, const image::Engine& engine) {
  const auto options = std::make_shared<worker::ChildOptions>();  // Shared with the callback.
  CLI::App* const command = app.add_subcommand("worker", "Serve jobs; the server starts it");
  command->add_option("--parent", options->parent, "Process of the server")->required();
  command->add_option("--memory-bytes-max", options->memory_bytes_max, "Address space")
      ->check(CLI::PositiveNumber);
  command
      ->add_option_function<std::int64_t>(
          "--cpu-seconds-max",
          [options](std::int64_t seconds) {
            options->cpu_time_max = std::chrono::seconds(seconds);
          },
          "CPU time of its whole life")
      ->check(CLI::PositiveNumber);
  // What runs at exit (destructors of libraries, sanitizers) would knock against the jail.
  command->callback([options, &engine] { ::_exit(worker::run_child(engine, *options)); });
}

}  // namespace tintype
